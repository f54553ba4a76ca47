import { findApplication } from '../../core/applications/store.ts'
import { listMail } from '../../core/messages/store.ts'
import type { Deps } from '../../platform/deps.ts'
import type { FastifyInstance } from '../../platform/http.ts'

const SHOWN = 50
/** A code as messages have it: four to eight digits that stand alone. */
const CODE = /(?<!\d)\d{4,8}(?!\d)/

/** The messages that would have been sent, whoever they are for. Only while the application is in development. */
export function serveMailbox(server: FastifyInstance, deps: Deps): void {
  server.get('/demo/mailbox/messages', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'cross-origin-resource-policy': 'same-origin' })
    const app = await findApplication(deps.db, deps.config.defaultApp ?? '')
    if (app?.mode !== 'dev') return reply.code(403).send({ error: 'development_only' })
    const mail = await listMail(deps.db, app.id, SHOWN)
    const messages = mail.map(({ id, channel, recipient, subject, text, created_at }) => {
      const code = CODE.exec(subject)?.[0] ?? CODE.exec(text)?.[0] ?? null
      return { id, channel, recipient, subject, text, code, created_at }
    })
    return { messages }
  })
}
