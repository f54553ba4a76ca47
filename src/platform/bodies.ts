import { MIMEType } from 'node:util'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { decodeText } from '../crypto/json.ts'

/** In bytes, for every endpoint. */
export const BODY_LIMIT = 64 * 1024

/**
 * JSON in UTF-8, and nothing else: a form or a text is what a foreign page may send without asking first, and bytes that are no UTF-8 would
 * be read as a text that nobody wrote. An empty body is no body, whatever its content type says.
 */
export function acceptBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.removeAllContentTypeParsers()
  for (const type of ['application/json', '*']) {
    server.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body: Buffer, done) => {
      if (body.length === 0) return done(null, undefined)
      const text = isJson(request) ? decodeText(body) : undefined
      if (text === undefined) return done(new UnreadableBody(), undefined)
      parse(request, text, done)
    })
  }
}

/** Labelled as JSON in UTF-8, and not compressed. RFC 8259 §8.1, §11. */
function isJson({ headers }: FastifyRequest): boolean {
  const { 'content-type': type = '', 'content-encoding': coding = 'identity' } = headers
  return coding.toLowerCase() === 'identity' && (type === 'application/json' || isJsonType(type))
}

function isJsonType(text: string): boolean {
  try {
    const { essence, params } = new MIMEType(text)
    return essence === 'application/json' && (params.get('charset') ?? 'utf-8').toLowerCase() === 'utf-8'
  } catch {
    return false
  }
}

/** Its message may be told to the client. */
export class UnreadableBody extends Error {
  readonly statusCode = 400
  constructor() {
    super('The body is no JSON in UTF-8, or Content-Type does not say application/json.')
  }
}
