import { z } from 'zod'
import { adapter } from '../adapter.ts'
import { insertMail } from '../store.ts'

/** Keeps messages in the database, for the mailbox page. Not in production: codes would lie there for whoever reads the database. */
export const mailbox = adapter({
  kind: 'mailbox',
  channels: ['email', 'sms'],
  options: z.object({}).default({}),
  secrets: z.object({}),

  async send(deps, app, _config, { id, channel, recipient, subject, text }) {
    if (app.mode === 'prod') return { kind: 'unusable', reason: 'keeps messages in mode dev only' }
    const row = { app_id: app.id, id, channel, recipient, subject, text, created_at: deps.now() }
    await deps.transact((tx) => insertMail(tx, row))
    return { kind: 'sent' }
  },
})
