import { decodeJson } from '../../crypto/json.ts'
import type { Answered } from '../outcome.ts'

/** A call of the management API. */
export interface ApiRequest {
  readonly method: string
  /** With its query: `/v2/session/apps/shop/users?limit=10`. */
  readonly path: string
  readonly body?: string | Uint8Array
  /** Of the body. */
  readonly mediaType?: string
  /** Of what creates something: a text by which the same call is known when it is made again. */
  readonly idempotencyKey?: string
}

/** What of a call stands in headers, besides the key. */
export const headersOf = ({ body, mediaType = 'application/json', idempotencyKey }: ApiRequest) => ({
  ...(body !== undefined && { 'content-type': mediaType }),
  ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
})

/** What was answered. */
export type ApiAnswer =
  /** JSON as it was decoded, another text as it is, undefined for nothing. */
  | { readonly kind: 'answered'; readonly body: unknown }
  /** It said no, and no other call will be said yes to. */
  | { readonly kind: 'refused'; readonly reason: string; readonly answered?: Answered }
  /** It may be otherwise in a moment. */
  | { readonly kind: 'away'; readonly reason: string; readonly answered?: Answered }

/** The management API: of a server somewhere, or in this process over its own database. */
export type Channel = (request: ApiRequest) => Promise<ApiAnswer>

/**
 * Whether a part of a path leads elsewhere: whoever reads a URL takes `.` and `..` for steps, also spelt `%2e` and behind a backslash, and an id of
 * that name would be another operation.
 */
export const leadsElsewhere = (path: string): boolean =>
  path
    .replace(/[?#].*/s, '')
    .split(/[/\\]/)
    .some((part) => /^(\.|%2e){1,2}$/i.test(part))

/** The same channel, by which no path leads elsewhere. */
export const straight =
  (channel: Channel): Channel =>
  async (request) =>
    leadsElsewhere(request.path)
      ? { kind: 'refused', reason: `${request.path}: \`.\` and \`..\` are no names` }
      : await channel(request)

/** Read an answer. `from` is said before what went wrong, to tell whose answer it is. */
export function readAnswer(
  {
    status,
    body,
    mediaType = '',
  }: { readonly status: number; readonly body: Buffer; readonly mediaType?: string | undefined },
  from = '',
): ApiAnswer {
  const isJson = /^application\/(\w+\+)?json\b/.test(mediaType)
  const text = body.toString('utf8')
  if (status >= 200 && status <= 299) {
    return { kind: 'answered', body: text === '' ? undefined : isJson ? decodeJson(body) : text }
  }
  const { message, code } = (decodeJson(body) ?? {}) as { message?: unknown; code?: unknown }
  const said = typeof message === 'string' ? message.replace(/\s+/g, ' ') : `HTTP status ${status}`
  const answered = { status, ...(typeof code === 'string' && { code }) }
  const named = answered.code === undefined ? `${status}` : `${status} ${answered.code}`
  return { kind: status === 429 || status >= 500 ? 'away' : 'refused', reason: `${from}${said} (${named})`, answered }
}
