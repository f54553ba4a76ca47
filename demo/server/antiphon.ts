import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { text } from 'node:stream/consumers'
import { customFetch } from 'jose'

/** The server that the demo is an app of, as any app would be told of it. */
export interface Antiphon {
  /** `https://localhost:8443`; known once it listens. */
  origin(): string
  readonly appId: string
  /** What an app's backend holds. */
  readonly managementKey: string
  /** PEM of the certificate to trust, when the server made its own. */
  readonly certificate: string | undefined
  /** Unix ms. */
  now(): number
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  readonly body?: object
}

const TIMEOUT_MS = 10_000

/** Call the server. Throws when it does not answer within ten seconds. */
export async function call(
  antiphon: Antiphon,
  path: string,
  { method = 'GET', headers = {}, body }: Call = {},
): Promise<{ status: number; text: string }> {
  const payload = body && JSON.stringify(body)
  const json = payload && { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(payload)) }
  const url = new URL(path, antiphon.origin())
  const options = {
    method,
    headers: { ...headers, ...json },
    ...(antiphon.certificate && { ca: antiphon.certificate }),
    agent: false,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  } as const
  return await new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestHttps : requestHttp)(url, options, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, text: answer }), reject)
    })
    request.on('error', reject).end(payload)
  })
}

/** For jose's remote key sets: fetches through `call`. */
export const fetchKeys = (antiphon: Antiphon) => ({
  [customFetch]: async (url: string) => {
    const { status, text } = await call(antiphon, new URL(url).pathname)
    return new Response(text, { status })
  },
})
