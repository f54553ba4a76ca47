import { Agent, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { assertAudited } from './audit-of-answers.ts'
import { noteAnswer } from './coverage-of-answers.ts'
import type { World } from './world.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
  readonly body: any
}

export interface Call {
  method?: string
  /** A list is sent as that many headers of one name. */
  headers?: Record<string, string | string[]>
  /** An object is sent as JSON; a string and bytes as they are. */
  body?: unknown
}

/** As clients do: opening a connection for each call would take a sixth of its time. One by TLS is opened for each, for a certificate may have changed. */
const KEPT_OPEN = new Agent({ keepAlive: true })

/** One HTTP exchange with the world's server. `node:http`, because fetch does not let a Host header through. */
export async function send(world: World, path: string, call: Call = {}): Promise<Answer> {
  await world.calm()
  const { body } = call
  const isWritten = body === undefined || typeof body === 'string' || body instanceof Uint8Array
  const text = isWritten ? body : JSON.stringify(body)
  const headers = {
    ...(text !== undefined && {
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(text)),
    }),
    ...call.headers,
  }
  return await new Promise((resolve, reject) => {
    const method = call.method ?? (text === undefined ? 'GET' : 'POST')
    const open = world.deps.config.tls ? httpsRequest : httpRequest
    const agent = world.deps.config.tls ? false : KEPT_OPEN
    const options = { method, headers, agent, rejectUnauthorized: false }
    const request = open(`${world.address}${path}`, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const received = new Headers()
        for (const [name, values] of Object.entries(response.headersDistinct))
          for (const value of values ?? []) received.append(name, value)
        const bodyText = Buffer.concat(chunks).toString()
        const answer = { status: response.statusCode ?? 0, headers: received, body: bodyText && parse(bodyText) }
        noteAnswer(method, path, answer.status, answer.body)
        const [breach] = world.breaches.splice(0)
        if (breach !== undefined) return reject(new Error(breach))
        // What is repeated under a key is answered from memory.
        if ('idempotency-key' in headers) return resolve(answer)
        assertAudited(world.deps, method, path, answer).then(() => resolve(answer), reject)
      })
      response.on('error', reject)
    })
    request.on('error', reject)
    request.end(text)
  })
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}
