import fastifyFormbody from '@fastify/formbody'
import type { FastifyInstance } from 'fastify'

/** In bytes, for every endpoint. */
export const BODY_LIMIT = 64 * 1024

/** JSON and forms. An empty body is no body, whatever its content type says. */
export async function acceptBodies(server: FastifyInstance): Promise<void> {
  await server.register(fastifyFormbody, { bodyLimit: BODY_LIMIT })
  const parse = server.getDefaultJsonParser('error', 'error')
  server.removeContentTypeParser(['application/json', 'text/plain'])
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined)
    else parse(request, body as string, done)
  })
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => {
    done(body.length === 0 ? null : new UnknownMediaType(), undefined)
  })
}

class UnknownMediaType extends Error {
  readonly statusCode = 415
}
