import { MIMEType } from 'node:util'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { decodeText } from '../crypto/json.ts'

/** In bytes, for every endpoint but those that declare another. */
export const BODY_LIMIT = 64 * 1024

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route takes a form, and no JSON. */
    takesForm?: boolean
    /** The media type of the bytes that the route takes, and no JSON. */
    takesBytes?: string | undefined
  }
}

const FORM = 'application/x-www-form-urlencoded'
const NO_JSON = 'The body is no JSON in UTF-8, or Content-Type does not say application/json.'
const NO_FORM = `The body is no form in UTF-8, or Content-Type does not say ${FORM}.`

/**
 * JSON in UTF-8, and nothing else: a form or a text is what a foreign page may send without asking first, and bytes that are no UTF-8 would
 * be read as a text that nobody wrote. A form is taken where it is declared, for it comes from a foreign page there. An empty body is no body,
 * whatever its content type says.
 */
export function acceptBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error')
  server.removeAllContentTypeParsers()
  for (const type of ['application/json', FORM, '*']) {
    server.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body: Buffer, done) => {
      if (body.length === 0) return done(null, undefined)
      if (request.routeOptions.config.takesForm) {
        const form = readForm(request, body)
        return form ? done(null, form) : done(new UnreadableBody(NO_FORM), undefined)
      }
      const { takesBytes } = request.routeOptions.config
      if (takesBytes !== undefined) {
        return isLabelled(request, takesBytes)
          ? done(null, body)
          : done(new UnreadableBody(`Content-Type does not say ${takesBytes}.`), undefined)
      }
      const text = isJson(request) ? decodeText(body) : undefined
      if (text === undefined) return done(new UnreadableBody(NO_JSON), undefined)
      parse(request, text, (error, value) => done(error && new UnreadableBody(NO_JSON), value))
    })
  }
}

/** The members of a form by name; the values of a name that is there more than once are a list. Undefined when it is none. */
function readForm(request: FastifyRequest, body: Buffer): object | undefined {
  const text = isLabelled(request, FORM) ? decodeText(body) : undefined
  if (text === undefined || !isEscapedUtf8(text)) return undefined
  // In one pass: to look for each name in the whole form would hold everybody up for seconds, for a body that anybody may send.
  const byName = Map.groupBy(new URLSearchParams(text), ([name]) => name)
  return Object.fromEntries([...byName].map(([name, pairs]) => [name, only(pairs.map(([, value]) => value))]))
}

/** `URLSearchParams` makes one and the same character of whatever it cannot read. */
function isEscapedUtf8(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}

const only = (values: readonly string[]) => (values.length === 1 ? values[0] : values)

/** Labelled as JSON in UTF-8, and not compressed. RFC 8259 §8.1, §11. */
const isJson = (request: FastifyRequest): boolean => isLabelled(request, 'application/json')

function isLabelled({ headers }: FastifyRequest, wanted: string): boolean {
  const { 'content-type': type = '', 'content-encoding': coding = 'identity' } = headers
  return coding.toLowerCase() === 'identity' && (type === wanted || isTypeInUtf8(type, wanted))
}

function isTypeInUtf8(text: string, wanted: string): boolean {
  try {
    const { essence, params } = new MIMEType(text)
    return essence === wanted && (params.get('charset') ?? 'utf-8').toLowerCase() === 'utf-8'
  } catch {
    return false
  }
}

/** Its message may be told to the client. */
export class UnreadableBody extends Error {
  readonly statusCode = 400
  constructor(message: string) {
    super(message)
  }
}
