import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Antiphon } from './antiphon.ts'
import { manage } from './management.ts'

const SHOWN = 50
/** A code as messages have it: four to eight digits that stand alone. */
const CODE = /(?<!\d)\d{4,8}(?!\d)/

const mailbox = z.object({ mail: z.array(z.looseObject({ subject: z.string(), text: z.string() })) })

/** The messages that would have been sent, whoever they are for. Only while the application is in development. */
export function serveMailbox(server: FastifyInstance, antiphon: Antiphon): void {
  server.get('/demo/mailbox/messages', async (_request, reply) => {
    reply.headers({ 'cache-control': 'no-store', 'cross-origin-resource-policy': 'same-origin' })
    const answer = await manage(antiphon, 'mailbox')
    if (answer.status !== 200) return reply.code(403).send({ error: 'development_only' })
    const { mail } = mailbox.parse(JSON.parse(answer.text))
    const codeOf = (text: string) => CODE.exec(text)?.[0]
    const messages = mail.map((one) => ({ ...one, code: codeOf(one.subject) ?? codeOf(one.text) ?? null }))
    return { messages: messages.slice(0, SHOWN) }
  })
}
