import { decodeJson } from '../../crypto/json.ts'
import type { OutboundRequest, SafeFetch } from '../../platform/safe-fetch.ts'

/** What a server said to a management call. */
export type ApiAnswer =
  | { readonly kind: 'answered'; readonly body: unknown }
  /** It said no, and no other call will be said yes to. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** It may be otherwise in a moment. */
  | { readonly kind: 'away'; readonly reason: string }

export interface Server {
  readonly url: string
  readonly app: string
  readonly key: string
}

export type Call = (method: OutboundRequest['method'], path: string, body?: object) => Promise<ApiAnswer>

const TIMEOUT_MS = 15_000
const MAX_BYTES = 4 * 1024 * 1024

/** The management API of a running server, for one application: `path` begins behind its id. */
export function openApi(outbound: { readonly fetch: SafeFetch }, { url, app, key }: Server): Call {
  const base = `${url.replace(/\/+$/, '')}/v2/session/apps/${encodeURIComponent(app)}`
  return async (method, path, body) => {
    const outcome = await outbound.fetch({
      method,
      url: base + path,
      headers: { authorization: `Bearer ${key}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
    })
    if (outcome.kind === 'failed') return { kind: 'away', reason: `${url} cannot be called: ${outcome.reason}` }
    const { status } = outcome
    const answer = decodeJson(outcome.body)
    if (status >= 200 && status <= 299) return { kind: 'answered', body: answer }
    const { message } = (answer ?? {}) as { message?: unknown }
    const reason = `${url} answered ${status}${typeof message === 'string' ? `: ${message}` : ''}`
    return { kind: status === 429 || status >= 500 ? 'away' : 'refused', reason }
  }
}
