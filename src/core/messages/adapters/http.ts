import { decodeJson } from '../../../crypto/json.ts'
import type { Deps } from '../../../platform/deps.ts'
import { NETWORK_CAUSES, type NetworkCause } from '../../../platform/network-cause.ts'
import type { OutboundFailure } from '../../../platform/safe-fetch.ts'
import type { SendOutcome } from '../adapter.ts'

const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 64 * 1024

const UNREACHABLE: Readonly<Record<OutboundFailure['reason'], string>> = {
  bad_url: 'is at a URL that may not be called',
  private_address: 'is at a private address, which this server does not call',
  timeout: 'did not answer in time',
  too_large: 'answered more than 64 KiB',
  network: 'could not be reached',
}

/** Why a server was not reached, in plain words. */
export const unreachable = (reason: OutboundFailure['reason'], cause?: NetworkCause): SendOutcome => ({
  kind: 'failed',
  reason: cause ? `${UNREACHABLE[reason]}: ${NETWORK_CAUSES[cause]}` : UNREACHABLE[reason],
})

interface Post {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Whether it is a server of the application's own, which is told the trace. */
  readonly carriesTrace?: boolean
}

/** An answer with any status. `text` as it came; `json` undefined when it is none. */
export interface HttpAnswer {
  readonly status: number
  readonly text: string
  readonly json: unknown
}

/** POST to a provider, and judge its answer; without one, the message failed for now. */
export async function post(
  deps: Deps,
  { url, headers, body, carriesTrace = false }: Post,
  judge: (answer: HttpAnswer) => SendOutcome,
): Promise<SendOutcome> {
  const outcome = await deps.fetch({
    method: 'POST',
    url,
    headers: { accept: 'application/json', ...headers, 'content-length': String(Buffer.byteLength(body)) },
    body,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
    carriesTrace,
  })
  if (outcome.kind === 'failed') return unreachable(outcome.reason, outcome.cause)
  const { status, body: answer } = outcome
  return judge({ status, text: answer.toString('utf8'), json: decodeJson(answer) })
}

export const isSuccess = ({ status }: HttpAnswer): boolean => status >= 200 && status <= 299

/** What every provider means by the statuses of HTTP; `code` is its own word for the fault. */
export function failedWith({ status }: HttpAnswer, code?: string | number): SendOutcome {
  const said = code === undefined ? `${status}` : `${status}, code ${String(code).slice(0, 64)}`
  if (status === 401 || status === 403) return { kind: 'failed', reason: `did not accept our credentials (${said})` }
  if (status === 429) return { kind: 'failed', reason: `is asked too often (${said})` }
  if (status >= 500) return { kind: 'failed', reason: `had a fault of its own (${said})` }
  return { kind: 'failed', reason: `did not take the message (${said})` }
}

export const refusedNumber = (code: string | number): SendOutcome => ({
  kind: 'refused',
  reason: `does not serve this number (code ${code})`,
})
