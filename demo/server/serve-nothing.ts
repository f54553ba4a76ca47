import type { FastifyInstance } from 'fastify'

/** Where the demo has no page: whoever reads HTML is led back, others are told by the server's own 404. */
export function serveNothing(server: FastifyInstance, page: string, policy: string): void {
  server.get('/demo/*', (request, reply) => {
    if (!String(request.headers.accept ?? '').includes('text/html')) return reply.callNotFound()
    reply.headers({ 'content-security-policy': policy, 'cache-control': 'no-store', vary: 'Origin, Accept' })
    return reply.code(404).type('text/html; charset=utf-8').send(page)
  })
}
