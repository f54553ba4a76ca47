import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { possibleIdentifiers } from '../../core/identifiers/identifier.ts'
import { maskRecipient } from '../../core/messages/mask.ts'
import { findMessage, listMessages, MESSAGE_PREFIX } from '../../core/messages/store.ts'
import { CHANNELS, MESSAGE_STATUSES, type MessageRow } from '../../core/messages/tables.ts'
import { channelOf } from '../../core/verifications/verification.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { idBytes } from '../../platform/ids.ts'
import { nextPage, pageOf, pageQuery } from '../../platform/page.ts'
import { timeInput } from '../../platform/time-input.ts'

const PATH = '/v2/session/apps/{appID}/messages'
const TAG = 'Messages'
const MAX_RECIPIENT_CHARS = 320

const message = z
  .object({
    id: z.string(),
    channel: z.enum(CHANNELS),
    recipient: z.string().meta({ description: 'Masked: `a••@example.com`, `••••4567`.' }),
    template: z.string(),
    locale: z.string(),
    status: z.enum(MESSAGE_STATUSES),
    provider: z.string().nullable().meta({ description: 'Kind of the provider that took it.' }),
    provider_id: z.string().nullable(),
    reason: z.string().nullable().meta({ description: 'What each provider that did not take it said.' }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    expires_at: z.iso.datetime().meta({ description: 'After this time it is not tried again.' }),
  })
  .meta({ id: 'Message' })

const view = ({ app_id: _, created_at, updated_at, expires_at, ...row }: MessageRow) => ({
  ...row,
  created_at: rfc3339(created_at),
  updated_at: rfc3339(updated_at),
  expires_at: rfc3339(expires_at),
})

export const list = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'listMessages',
  permission: 'messages:read',
  tag: TAG,
  summary: 'List what became of messages, newest first; kept for 30 days',
  access: managementKey,
  params: z.object({ appID: z.string() }),
  query: z.object({
    ...pageQuery,
    recipient: z.string().max(MAX_RECIPIENT_CHARS).optional().meta({
      description:
        'Only those to this e-mail address or phone number. Only the masked form is kept, so those to others that look alike under the mask come too.',
    }),
    status: z.enum(MESSAGE_STATUSES).optional().meta({ description: 'Only those with this status.' }),
    created_after: timeInput.optional().meta({ description: 'Only those made later than then.' }),
  }),
  response: z.object({ messages: z.array(message), next: nextPage }).meta({ id: 'MessagesResponse' }),
  failures: [universal.invalid_request],

  async handle({ app, query, fail }, deps) {
    const { limit, after: before, status, created_after: createdAfter } = query
    if (before !== undefined && !idBytes(MESSAGE_PREFIX, before))
      fail(universal.invalid_request, { message: NO_CURSOR })
    const recipient =
      query.recipient === undefined
        ? undefined
        : ((await maskedAsKept(query.recipient)) ?? fail(universal.invalid_request, { message: NO_RECIPIENT }))
    const which = { recipient, status, createdAfter, before }
    const { rows, next } = pageOf(await listMessages(deps.db, app.id, limit + 1, which), limit)
    return { body: { messages: rows.map(view), ...next } }
  },
})

const NO_CURSOR = 'query.after: is not the `next` of a page of this list'
const NO_RECIPIENT = 'query.recipient: is no e-mail address, and no phone number with country code'

/** An address or a number, however it was written, as messages keep it; undefined when it is neither. */
async function maskedAsKept(written: string): Promise<string | undefined> {
  const [recipient] = await possibleIdentifiers(written)
  return recipient && maskRecipient(channelOf(recipient.type), recipient.value)
}

export const get = endpoint({
  method: 'GET',
  path: `${PATH}/{messageID}`,
  audience: 'management',
  operationId: 'getMessage',
  permission: 'messages:read',
  tag: TAG,
  summary: 'Read what became of a message',
  access: managementKey,
  params: z.object({ appID: z.string(), messageID: z.string() }),
  response: z.object({ message }).meta({ id: 'MessageResponse' }),
  failures: [notFound],

  async handle({ app, params, fail }, deps) {
    const row = (await findMessage(deps.db, app.id, params.messageID)) ?? fail(notFound)
    return { body: { message: view(row) } }
  },
})
