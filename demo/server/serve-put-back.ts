import type { FastifyInstance } from 'fastify'
import type { Antiphon } from './antiphon.ts'
import { putBack } from './put-back.ts'

const THIS_MACHINE = /^(?:(?:[\w-]+\.)*localhost|127\.0\.0\.1|\[::1\])$/

/** The door by which the demo is put back. Only its own pages open it: browsers say of each POST which page it comes from. */
export function servePutBack(server: FastifyInstance, antiphon: Antiphon): void {
  let last: Promise<unknown> = Promise.resolve()
  server.post('/demo/put-back', async (request, reply) => {
    if (!isOwn(request.headers.origin ?? '', antiphon)) return reply.code(403).send({ error: 'foreign_origin' })
    // One after the other: two at a time would each find what the other is about to write.
    const turn = last.then(() => putBack(antiphon))
    last = turn.catch(() => {})
    return (await turn) ? reply.code(204).send() : reply.code(403).send({ error: 'development_only' })
  })
}

/** By any name that this machine has for itself, since the demo answers to each; but not from another server on it, which has another port. */
function isOwn(origin: string, antiphon: Antiphon): boolean {
  const [page, own] = [URL.parse(origin), new URL(antiphon.origin())]
  return page?.protocol === own.protocol && page.port === own.port && THIS_MACHINE.test(page.hostname)
}
