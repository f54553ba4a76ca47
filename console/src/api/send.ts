import { asFailure, Failure, failureOf, lost } from './failure.ts'
import { demand } from './gate.ts'

export interface Sent {
  readonly method: string
  /** Path and query. */
  readonly url: string
  readonly body?: unknown
  /** Bytes in the place of a body. */
  readonly bytes?: { readonly type: string; readonly body: Blob } | undefined
  readonly idempotencyKey?: string | undefined
  /** Whether the answer is a text. */
  readonly wantsText?: boolean
  readonly signal?: AbortSignal | undefined
}

const PATIENCE_MS = 15_000
/** Bytes may go over a slow line. */
const PATIENCE_WITH_BYTES_MS = 120_000

/** What has to be shown before the same request is answered. */
const DEMANDS = { not_signed_in: 'login', recent_proof_required: 'proof' } as const

/** Sends; logs in again or shows a passkey where the server asks for it, then sends the same once more. */
export async function send(sent: Sent): Promise<unknown> {
  for (;;) {
    try {
      return await sendOnce(sent)
    } catch (error) {
      const { code } = asFailure(error)
      if (code !== 'not_signed_in' && code !== 'recent_proof_required') throw error
      await demand(DEMANDS[code])
    }
  }
}

/** Sends as whoever has logged in. What only reads is tried twice where no answer came. */
export async function sendOnce(sent: Sent): Promise<unknown> {
  try {
    return await exchange(sent)
  } catch (error) {
    const again = sent.method === 'GET' && error instanceof Failure && error.isLost && !sent.signal?.aborted
    if (!again) throw error
    return await exchange(sent)
  }
}

async function exchange(sent: Sent): Promise<unknown> {
  const answer = await answerTo(sent)
  if (!answer.ok) throw await failureOf(answer)
  if (answer.status === 204) return undefined
  try {
    return sent.wantsText ? await answer.text() : await answer.json()
  } catch {
    throw lost()
  }
}

async function answerTo({ method, url, body, bytes, idempotencyKey, signal }: Sent): Promise<Response> {
  const patience = AbortSignal.timeout(bytes ? PATIENCE_WITH_BYTES_MS : PATIENCE_MS)
  try {
    return await fetch(url, {
      method,
      headers: {
        ...(method !== 'GET' && { 'x-antiphon-console': '1' }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(bytes && { 'content-type': bytes.type }),
        ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      },
      body: bytes?.body ?? (body === undefined ? null : JSON.stringify(body)),
      cache: 'no-store',
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, patience]) : patience,
    })
  } catch {
    throw lost()
  }
}
