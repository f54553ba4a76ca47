import { z } from 'zod'
import { managementKey } from '../../core/access/management-key.ts'
import { listMail } from '../../core/messages/store.ts'
import { CHANNELS } from '../../core/messages/tables.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { failures } from '../../platform/failure.ts'

const MAX_LISTED = 100

const failure = failures({
  mailbox_not_in_prod: ['forbidden', 'The mailbox is for development only. This application is in production.'],
})

export const mailbox = endpoint({
  method: 'GET',
  path: '/v2/session/apps/{appID}/mailbox',
  audience: 'management',
  operationId: 'listMailbox',
  permission: 'messages:read',
  tag: 'Messages',
  summary: 'Read the messages that the mailbox kept in place of sending them, newest first; kept for 24 hours',
  access: managementKey,
  params: z.object({ appID: z.string() }),
  response: z
    .object({
      mail: z.array(
        z.object({
          id: z.string(),
          channel: z.enum(CHANNELS),
          recipient: z.string(),
          subject: z.string(),
          text: z.string(),
          created_at: z.iso.datetime(),
        }),
      ),
    })
    .meta({ id: 'MailboxResponse' }),
  failures: [failure.mailbox_not_in_prod],

  async handle({ app, fail }, deps) {
    if (app.mode !== 'dev') return fail(failure.mailbox_not_in_prod)
    const rows = await listMail(deps.db, app.id, MAX_LISTED)
    return {
      body: { mail: rows.map(({ app_id: _, created_at, ...row }) => ({ ...row, created_at: rfc3339(created_at) })) },
    }
  },
})
