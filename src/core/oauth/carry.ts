import { decodeJson } from '../../crypto/json.ts'
import type { Deps } from '../../platform/deps.ts'
import { isObject } from './claims.ts'
import type { Json } from './provider.ts'

const CALL_MS = 5_000
const MAX_BYTES = 64 * 1024
/** GitHub refuses calls without. RFC 9110 §10.1.5. */
const USER_AGENT = 'Antiphon'

/** No answer came: it says nothing of the login. */
export class Unreachable extends Error {}

/** Of an answer; empty where it has none. */
const KEPT_HEADERS = ['content-type', 'retry-after', 'x-ratelimit-remaining']

interface Request {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body?: unknown
}

/** Carries the calls that are made for us, by our only way out. */
export const carrier =
  (deps: Deps, maxBytes = MAX_BYTES) =>
  async (url: string, { method, headers, body }: Request): Promise<Response> => {
    const answer = await deps.fetch({
      method: method === 'POST' ? 'POST' : 'GET',
      url,
      headers: { 'user-agent': USER_AGENT, ...headers },
      ...(body instanceof URLSearchParams && { body: body.toString() }),
      timeoutMs: CALL_MS,
      maxBytes,
    })
    if (answer.kind === 'failed') throw new Unreachable(answer.reason)
    const { status } = answer
    const isEmpty = status < 200 || [204, 205, 304].includes(status)
    return new Response(isEmpty ? null : new Uint8Array(answer.body), {
      // What is no status says as little as an error of the server's.
      status: status < 200 || status > 599 ? 500 : status,
      headers: KEPT_HEADERS.map((name) => [name, String(answer.headers[name] ?? '')] as [string, string]),
    })
  }

/**
 * The answer of a token endpoint as RFC 6749 §5.2 has it, so that the true cause reaches the log: GitHub says errors with status 200, Facebook
 * says an object where a text belongs, Okta has other names for both members on some paths. Of tokens those that are used are left: what else
 * there is may be of any shape.
 */
export async function conform(response: Response): Promise<Response> {
  const said = decodeJson(Buffer.from(await response.clone().arrayBuffer()))
  if (!isObject(said)) return response
  const error = errorOf(said)
  const { access_token, token_type, id_token } = said
  if (error === undefined) return new Response(JSON.stringify({ access_token, token_type, id_token }), response)
  const status = response.status === 200 ? 400 : response.status
  return new Response(JSON.stringify({ error }), { status, headers: { 'content-type': 'application/json' } })
}

const WORD = /^[\w.-]{1,64}$/

function errorOf({ error, errorCode }: Json): string | undefined {
  const nested = isObject(error) ? error : {}
  const told = [error, errorCode, nested.type, nested.code].find(
    (one) => typeof one === 'string' || typeof one === 'number',
  )
  if (told === undefined) return undefined
  return WORD.test(String(told)) ? String(told) : 'unnamed'
}
