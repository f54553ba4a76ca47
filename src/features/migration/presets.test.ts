import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import {
  configOf,
  configure,
  type IssuerKey,
  issuerKey,
  migrate,
  moveOver,
  progressOf,
  publish,
  shown,
} from '../../../test/house/legacy.ts'
import { stages } from '../../../test/house/stages.ts'
import {
  auth0,
  auth0AccessToken,
  clerk,
  cognito,
  custom,
  firebase,
  type LegacyToken,
  supabase,
} from '../../../test/vectors/legacy/tokens.ts'
import type { World } from '../../../test/world.ts'
import { listIdentifiers } from '../../core/identifiers/store.ts'

const EMAIL = 'ada@example.com'
const PHONE = '+447911123456'
const NAME = { name: 'Ada Lovelace' }

interface Expected {
  readonly verified: readonly string[]
  readonly unverified?: readonly string[]
  readonly profile?: object
}

/** Claims that a token of the kind carries in place of its own; undefined takes one out. */
type Change = Readonly<Record<string, unknown>>

const READ: readonly [name: string, kind: LegacyToken, change: Change, config: object, expected: Expected][] = [
  [
    'Auth0',
    auth0,
    {},
    {},
    {
      verified: [EMAIL],
      profile: { ...NAME, first_name: 'Ada', last_name: 'Lovelace', picture: auth0.claims.picture },
    },
  ],
  ['Auth0, address not verified', auth0, { email_verified: false }, {}, { verified: [], unverified: [EMAIL] }],
  [
    'Auth0, nothing said of the address',
    auth0,
    { email_verified: undefined },
    {},
    { verified: [], unverified: [EMAIL] },
  ],
  [
    'Auth0, custom claims',
    auth0AccessToken,
    {},
    {
      claims: {
        email: 'https://example.com/email',
        email_verified: 'https://example.com/email_verified',
        profile: { first_name: 'https://example.com/profile' },
      },
    },
    { verified: [EMAIL], profile: { first_name: { first: 'Ada' } } },
  ],
  ['Clerk', clerk, {}, {}, { verified: [EMAIL] }],
  ['Clerk, of the right page', clerk, {}, { audience: 'https://example.com' }, { verified: [EMAIL] }],
  [
    'Clerk, of one of several pages',
    clerk,
    { azp: 'https://admin.example.com' },
    { audience: ['https://example.com', 'https://admin.example.com'] },
    { verified: [EMAIL] },
  ],
  [
    'Clerk, from a template for our own service',
    clerk,
    { aud: 'shop-api', sid: undefined, sts: undefined },
    { audience: ['shop-api', 'https://example.com'] },
    { verified: [EMAIL] },
  ],
  [
    'Auth0, issuer configured without its slash',
    auth0,
    {},
    { issuer: 'https://acme.eu.auth0.com' },
    { verified: [EMAIL] },
  ],
  [
    'Supabase, by an application of ours that came through its OAuth server',
    supabase,
    { client_id: 'our-desktop-app' },
    { audience: ['authenticated', 'our-desktop-app'] },
    { verified: [], unverified: [EMAIL, PHONE] },
  ],
  [
    'Supabase, after the second factor',
    supabase,
    { aal: 'aal2' },
    { required_claims: { aal: 'aal2' } },
    { verified: [], unverified: [EMAIL, PHONE] },
  ],
  [
    'Firebase, of the tenant',
    firebase,
    { firebase: { tenant: 'shop-b2c', sign_in_provider: 'password' } },
    { required_claims: { 'firebase.tenant': ['shop-b2c', 'shop-b2b'] } },
    { verified: [EMAIL, PHONE] },
  ],
  [
    'Clerk, version 1',
    clerk,
    { sts: undefined, v: undefined, jti: undefined, pla: undefined },
    {},
    { verified: [EMAIL] },
  ],
  ['Firebase', firebase, {}, {}, { verified: [EMAIL, PHONE], profile: { ...NAME, picture: firebase.claims.picture } }],
  [
    'Firebase, by password, address not verified',
    firebase,
    { email_verified: false, phone_number: undefined },
    {},
    { verified: [], unverified: [EMAIL] },
  ],
  ['Firebase, by phone alone', firebase, { email: undefined, email_verified: undefined }, {}, { verified: [PHONE] }],
  [
    'Supabase, whose users may write that an address is verified',
    supabase,
    {},
    {},
    { verified: [], unverified: [EMAIL, PHONE], profile: { ...NAME, picture: 'https://example.com/ada.png' } },
  ],
  [
    'Supabase, with what a token hook added',
    supabase,
    { app_metadata: { email_verified: true, phone_verified: true } },
    {},
    { verified: [EMAIL, PHONE] },
  ],
  ['Supabase, without phone', supabase, { phone: '' }, {}, { verified: [], unverified: [EMAIL] }],
  ['Supabase, without e-mail', supabase, { email: '' }, {}, { verified: [], unverified: [PHONE] }],
  ['Cognito', cognito, {}, {}, { verified: [EMAIL, PHONE], profile: { first_name: 'Ada', last_name: 'Lovelace' } }],
  [
    'Cognito, true written as text',
    cognito,
    { email_verified: 'true', phone_number_verified: 'false' },
    {},
    { verified: [EMAIL], unverified: [PHONE] },
  ],
  [
    'Cognito, attributes of one’s own',
    cognito,
    { 'custom:mail': 'b@example.com' },
    { claims: { email: 'custom:mail' } },
    { verified: [PHONE], unverified: ['b@example.com'] },
  ],
  [
    'any OpenID provider',
    custom,
    {},
    {},
    {
      verified: [EMAIL],
      unverified: [PHONE],
      profile: {
        ...NAME,
        first_name: 'Ada',
        last_name: 'Lovelace',
        picture: 'https://example.com/ada.png',
        locale: 'en-GB',
      },
    },
  ],
]

const REFUSED: readonly [name: string, kind: LegacyToken, change: Change, config: object, reason: string][] = [
  ['Auth0, of another application', auth0, { aud: 'other' }, {}, 'invalid_token'],
  ['Auth0, issuer without its slash', auth0, { iss: 'https://acme.eu.auth0.com' }, {}, 'invalid_token'],
  ['Clerk, without address', clerk, { email: undefined }, {}, 'missing_identifiers'],
  ['Clerk, of another page', clerk, {}, { audience: 'https://evil.example' }, 'invalid_token'],
  [
    'Clerk, of a page that is not named',
    clerk,
    { azp: undefined },
    { audience: 'https://example.com' },
    'invalid_token',
  ],
  ['Clerk, a session that waits for a second factor', clerk, { sts: 'pending' }, {}, 'invalid_token'],
  [
    'Clerk, somebody who impersonates the user',
    clerk,
    { act: { iss: 'https://dashboard.clerk.com', sub: 'user_456' } },
    {},
    'invalid_token',
  ],
  ['Clerk, of an identity for somebody else', clerk, { aud: 'reports', sid: undefined }, {}, 'invalid_token'],
  ['Clerk, a session’s token for somebody else', clerk, { aud: ['reports'] }, {}, 'invalid_token'],
  ['Clerk, of an OAuth client', clerk, { client_id: 'reports' }, {}, 'invalid_token'],
  ['Clerk, of no session', clerk, { sid: undefined }, {}, 'invalid_token'],
  ['Auth0, an API’s token that another client got', auth0AccessToken, { azp: 'reports' }, {}, 'invalid_token'],
  ['Auth0, of several APIs, without client', auth0, { aud: [auth0.audience, 'https://reports/'] }, {}, 'invalid_token'],
  ['Cognito, of another client', cognito, { client_id: 'reports' }, {}, 'invalid_token'],
  ['Firebase, given to somebody else', firebase, { azp: 'reports' }, {}, 'invalid_token'],
  [
    'Firebase, of another tenant',
    firebase,
    { firebase: { tenant: 'partner' } },
    { required_claims: { 'firebase.tenant': 'shop-b2c' } },
    'invalid_token',
  ],
  [
    'Firebase, of no tenant',
    firebase,
    {},
    { required_claims: { 'firebase.tenant': ['shop-b2c', 'shop-b2b'] } },
    'invalid_token',
  ],
  ['Supabase, of an OAuth client', supabase, { client_id: 'reports' }, {}, 'invalid_token'],
  [
    'Supabase, of an OAuth client that is not ours',
    supabase,
    { client_id: 'reports' },
    { audience: ['authenticated', 'our-desktop-app'] },
    'invalid_token',
  ],
  ['Supabase, before the second factor', supabase, {}, { required_claims: { aal: 'aal2' } }, 'invalid_token'],
  [
    'Firebase, of another project',
    firebase,
    { aud: 'evil', iss: 'https://securetoken.google.com/evil' },
    {},
    'invalid_token',
  ],
  ['Firebase, anonymous', firebase, { email: undefined, phone_number: undefined }, {}, 'missing_identifiers'],
  ['Supabase, anonymous', supabase, { email: '', phone: '', is_anonymous: true }, {}, 'missing_identifiers'],
  [
    'Supabase, of the service itself',
    supabase,
    { iss: 'supabase', aud: undefined, role: 'service_role' },
    {},
    'invalid_token',
  ],
  ['Cognito, an access token', cognito, { token_use: 'access', client_id: cognito.audience }, {}, 'invalid_token'],
  ['Cognito, a token that says nothing of its use', cognito, { token_use: undefined }, {}, 'invalid_token'],
  ['a subject that is a number beyond 2^53', custom, { sub: 2 ** 53 }, {}, 'invalid_response'],
  ['no subject', custom, { sub: undefined }, {}, 'missing_external_id'],
  ['no address that is any', custom, { email: 'ada', phone_number: undefined }, {}, 'missing_identifiers'],
]

async function assertRead(w: World, app: TestApp, token: string, expected: Expected, externalId: unknown) {
  const { userId } = await moveOver(w, app, token)
  const user = await shown(app, userId)
  const rows = await listIdentifiers(w.deps.db, app.id, [userId])
  const values = (verified: boolean) =>
    rows
      .filter((row) => (row.verified_at !== null) === verified)
      .map(({ value }) => value)
      .sort()
  assert.deepEqual(values(true), [...expected.verified].sort())
  assert.deepEqual(values(false), [...(expected.unverified ?? [])].sort())
  if (expected.profile) assert.deepEqual(user.profile, expected.profile)
  assert.equal(user.external_id, externalId)
}

const keys: Record<LegacyToken['alg'], IssuerKey> = {
  RS256: await issuerKey('RS256'),
  ES256: await issuerKey('ES256'),
  EdDSA: await issuerKey('EdDSA'),
}

for (const { engine, w } of await stages()) {
  for (const [name, kind, change, config, expected] of READ) {
    test(`${engine}: a token is read: ${name}`, async () => {
      const app = await application(w)
      await configure(app, configOf(kind, config))
      publish(w, kind.jwks, keys[kind.alg])
      await assertRead(w, app, await keys[kind.alg].sign({ ...kind.claims, ...change }), expected, kind.claims.sub)
      assert.equal((await progressOf(app)).users_migrated, 1)
    })
  }

  for (const [name, kind, change, config, reason] of REFUSED) {
    test(`${engine}: a token is refused as ${reason}: ${name}`, async () => {
      const app = await application(w)
      await configure(app, configOf(kind, config))
      publish(w, kind.jwks, keys[kind.alg])
      const token = await keys[kind.alg].sign({ ...kind.claims, ...change })
      assertRefused(await migrate(app, token), 'bad_request', 'bad_request')
      const [failure] = (await progressOf(app)).failures
      assert.equal(failure.reason, reason)
    })
  }
}
