import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { findMessage, listMessages } from '../../core/messages/store.ts'
import { CHANNELS, type MessageRow } from '../../core/messages/tables.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'

const PATH = '/v2/session/apps/{appID}/messages'
const TAG = 'Messages'
const MAX_LISTED = 100

const message = z
  .object({
    id: z.string(),
    channel: z.enum(CHANNELS),
    recipient: z.string().meta({ description: 'Masked: `a••@example.com`, `••••4567`.' }),
    template: z.string(),
    locale: z.string(),
    status: z.enum(['queued', 'sent', 'failed']),
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
  query: z.object({ limit: z.coerce.number().int().min(1).max(MAX_LISTED).default(MAX_LISTED) }),
  response: z.object({ messages: z.array(message) }).meta({ id: 'MessagesResponse' }),
  failures: [universal.invalid_request],

  async handle({ app, query }, deps) {
    return { body: { messages: (await listMessages(deps.db, app.id, query.limit)).map(view) } }
  },
})

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
