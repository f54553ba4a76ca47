import { z } from 'zod'
import {
  connectionId,
  correlationId,
  count,
  credential,
  identifier,
  identifiers,
  identity,
  type Member,
  member,
  optional,
  profile,
  provenIdentifier,
  sessionId,
  text,
  time,
  userId,
} from './members.ts'
import type { EventType } from './store.ts'

type Members = Readonly<Record<string, Member>>

/** What is told by each type of event: a sentence, and the members of its payload. Members may be added to a payload, and none is taken away. */
const CATALOGUE: Readonly<Record<EventType, readonly [summary: string, members: Members]>> = {
  'application.mode_changed': [
    'The mode of the application was changed.',
    { mode: text('prod'), previous_mode: text('dev'), by: text('instance_key'), changed_at: time },
  ],
  'user.created': [
    'A user was created. Of an import nothing is told, user by user.',
    { user_id: userId, identifiers, profile, source: text('api'), created_at: time, correlation_id: correlationId },
  ],
  'user.deleted': ['A user was deleted.', { user_id: userId, deleted_at: time, correlation_id: correlationId }],
  'user.profile.updated': [
    'The profile of a user was changed. `profile` is all of it.',
    { user_id: userId, profile, updated_at: time, correlation_id: correlationId },
  ],
  'user.status.updated': [
    'A user was let in again, or locked out.',
    { user_id: userId, status: text('inactive'), previous_status: text('active'), updated_at: time },
  ],
  'user.password.changed': [
    'The password of a user was set or changed.',
    { user_id: userId, by: text('user'), changed_at: time },
  ],
  'user.group.added': ['A user was put into a group.', { user_id: userId, group: text('admins'), added_at: time }],
  'user.group.removed': ['A user left a group.', { user_id: userId, group: text('admins'), removed_at: time }],
  'user.migrated': [
    'A user of the legacy system came over: `created` by that, `linked` to an account that was here, or `known` from an import.',
    { user_id: userId, external_id: text('legacy-42'), outcome: text('created'), migrated_at: time },
  ],
  'user.reclaimed': [
    'Whoever proved an identifier got the account that claimed it.',
    { user_id: userId, identifier, reclaimed_at: time },
  ],
  'user.identifier.created': [
    'An identifier of a user was added and is proven.',
    { user_id: userId, identifier, created_at: time, correlation_id: correlationId },
  ],
  'user.identifier.deleted': [
    'A proven identifier of a user was removed.',
    { user_id: userId, identifier, deleted_at: time, correlation_id: correlationId },
  ],
  'user.identity.created': [
    'An account at a provider was linked to a user.',
    { user_id: userId, identity, created_at: time },
  ],
  'user.identity.deleted': [
    'An account at a provider was unlinked from a user.',
    { user_id: userId, identity, deleted_at: time },
  ],
  'user.passkey.registered': [
    'A user registered a passkey.',
    { user_id: userId, session_id: sessionId, credential, registered_at: time, correlation_id: correlationId },
  ],
  'user.passkey.deleted': [
    'A passkey of a user was deleted. `session_id` is null where it was not the user who asked for it.',
    {
      user_id: userId,
      session_id: member(z.string().nullable(), sessionId.sample),
      credential,
      deleted_at: time,
      correlation_id: correlationId,
    },
  ],
  'user.passkey.regressed': [
    'The signature counter of a passkey went back: its key may have been copied.',
    {
      user_id: userId,
      credential,
      stored_sign_count: count(12),
      presented_sign_count: count(7),
      occurred_at: time,
    },
  ],
  'user.session.created': [
    'A user logged in. `identifier` is the proven one that stands for the login, and empty where none is proven.',
    {
      user_id: userId,
      session_id: sessionId,
      identifier: provenIdentifier,
      identity: optional(identity),
      metadata: member(z.record(z.string(), z.string().nullable()), {
        device_model: 'Pixel 9',
        device_type: 'mobile',
        country_code: 'FR',
      }),
      created_at: time,
      correlation_id: correlationId,
    },
  ],
  'user.session.revoked': [
    'A session ended before its time.',
    {
      user_id: userId,
      session_id: sessionId,
      reason: text('logged_out'),
      revoked_at: time,
      correlation_id: correlationId,
    },
  ],
  'user.session.rebound': [
    'A new session was moved to another key of the same client.',
    { user_id: userId, session_id: sessionId, rebound_at: time },
  ],
  'session.refresh_reused': [
    'A refresh token that was used up was presented again: the session was ended, for its token may be stolen.',
    { user_id: userId, session_id: sessionId, occurred_at: time },
  ],
  'otp.budget_spent': [
    'So many codes were not entered that no more leave until `ends_at`.',
    { budget: text('country'), subject: text('FR'), limit: count(100), ends_at: time },
  ],
  'migration.hook_failed': [
    'The migration hook did not answer, or not as it should.',
    {
      reason: text('unreachable'),
      members: optional(member(z.array(z.string()), ['user.profile'])),
      occurred_at: time,
    },
  ],
  'migration.identifier_disputed': [
    'A user came over without an identifier or account that somebody else has proven here.',
    {
      user_id: userId,
      identifier: optional(identifier),
      oauth: optional(identity),
      held_by: userId,
      occurred_at: time,
    },
  ],
  'password.hook_failed': [
    'The password hook did not answer, or not as it should.',
    {
      reason: text('unreachable'),
      members: optional(member(z.array(z.unknown()), ['user.profile'])),
      occurred_at: time,
    },
  ],
  'step_up.hook_failed': [
    'The step-up hook did not answer, or not as it should.',
    { user_id: userId, scope: text('payments:write'), reason: text('unreachable'), occurred_at: time },
  ],
  'saml.certificate_expiring': [
    'A certificate of an identity provider ends soon.',
    {
      connection_id: connectionId,
      provider_id: text('okta'),
      fingerprint: text('4a1c…'),
      expires_at: time,
      occurred_at: time,
    },
  ],
  'saml.entity_id_changed': [
    'The metadata of an identity provider names another entity: it was not taken.',
    {
      connection_id: connectionId,
      provider_id: text('okta'),
      entity_id: text('http://www.okta.com/exk1'),
      found_entity_id: text('http://www.okta.com/exk2'),
      occurred_at: time,
    },
  ],
  'saml.refresh_failed': [
    'The metadata of an identity provider could not be read.',
    {
      connection_id: connectionId,
      provider_id: text('okta'),
      problem: text('unreachable'),
      reason: text('It could not be reached.'),
      occurred_at: time,
    },
  ],
  'saml.refresh_recovered': [
    'The metadata of an identity provider is read again.',
    { connection_id: connectionId, provider_id: text('okta'), occurred_at: time },
  ],
  'saml.login_refused': [
    'A login by an identity provider was refused.',
    { connection_id: connectionId, check: text('signature'), reason: text('It is not by a known certificate.') },
  ],
  'saml.unasked_login': [
    'Somebody logged in from the page of an identity provider, unasked.',
    { connection_id: connectionId, user_id: userId },
  ],
  'saml.sha1_accepted': [
    'A login was signed with SHA-1, which the connection allows.',
    { connection_id: connectionId, user_id: optional(userId) },
  ],
  'saml.groups_unknown': [
    'An identity provider named groups that the application does not have.',
    { connection_id: connectionId, user_id: userId, groups: member(z.array(z.string()), ['admins']) },
  ],
  'import.completed': [
    'An import is done. Of its users nothing else is told.',
    {
      import_id: text('imp_01jr0z5w2seq998trz7ftbb9rj'),
      source: text('auth0'),
      status: text('completed'),
      dry_run: member(z.boolean(), false),
      lines: count(1000),
      outcomes: member(z.record(z.string(), z.unknown()), { created: 1000 }),
      unknown_groups: member(z.array(z.string()), ['editors']),
    },
  ],
  'import.rolled_back': [
    'An import was rolled back.',
    {
      import_id: text('imp_01jr0z5w2seq998trz7ftbb9rj'),
      source: text('auth0'),
      deleted: count(998),
      kept: count(2),
    },
  ],
  'message.failed': [
    'A message was given up. `recipient` is masked.',
    {
      message_id: text('msg_01jr0z5w2seq998trz7ftbb9rj'),
      channel: text('sms'),
      recipient: text('+33…78'),
      template: text('otp'),
      reason: text('twilio: 21610'),
      failed_at: time,
    },
  ],
  'key.rotated': [
    'A signing key was made; it signs from `activates_at` on.',
    { purpose: text('access_token'), alg: text('EdDSA'), kid: text('bQ1vXo…'), activates_at: time },
  ],
  'key.revoked': [
    'A signing key was revoked: nothing that it signed is believed any more.',
    { purpose: text('access_token'), alg: text('EdDSA'), kid: text('bQ1vXo…') },
  ],
  'management_key.rotated': [
    'Another management key takes the place of one, which works until `previous_key_ends_at`.',
    {
      key_id: text('key_01jr0z5w2seq998trz7ftbb9rj'),
      name: text('backend'),
      previous_key_id: text('key_01jqebhswje1ka1z7ahr9rfsgt'),
      previous_key_ends_at: time,
      by: text('application_key:key_01jqebhswje1ka1z7ahr9rfsgt'),
    },
  ],
  'domain.active': [
    'A custom domain is proven, and its certificate was seen.',
    {
      domain_id: text('dom_01jr0z5w2seq998trz7ftbb9rj'),
      domain: text('session.example.com'),
      status: text('active'),
      occurred_at: time,
    },
  ],
  'domain.failed': [
    'A custom domain is not proven: for seven days, while `status` is `active` or `issuing`; for thirty, when it is `failed` and the name is free.',
    {
      domain_id: text('dom_01jr0z5w2seq998trz7ftbb9rj'),
      domain: text('session.example.com'),
      status: text('active'),
      reason: text('cname: expected shop.session.example.com, found nothing'),
      failing_since: time,
      free_at: time,
      occurred_at: time,
    },
  ],
  'webhook.paused': [
    'A webhook gets no more events: `failing` for fourteen days, `gone` (410), or `overfull`.',
    {
      webhook_id: text('web_01jr0z5w2seq998trz7ftbb9rj'),
      url: text('https://example.com/hooks'),
      reason: text('failing'),
      failing_since: optional(time),
      paused_at: time,
    },
  ],
}

/** What is told of a type, its payload as zod reads it, and a payload as it could be. */
export function entryOf(type: EventType): { summary: string; schema: z.ZodType; sample: Record<string, unknown> } {
  const [summary, members] = CATALOGUE[type]
  const entries = Object.entries(members)
  return {
    summary,
    schema: z.looseObject(Object.fromEntries(entries.map(([name, { schema }]) => [name, schema]))),
    sample: Object.fromEntries(entries.map(([name, { sample }]) => [name, sample])),
  }
}
