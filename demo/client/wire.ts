import { now } from './clock.ts'
import { MAIL_PATH } from './mail.ts'

/** One HTTP request and its answer. */
export interface Exchange {
  /** When it began. */
  readonly at: number
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** 0 when nothing came back. */
  readonly status: number
  readonly tookMs: number
  /** The error code of a refusal. */
  readonly code: string | undefined
  /** Whether it spends a completed step-up. */
  readonly spendsStepUp: boolean
  /** Whether the SDK made it: it says so in a header. */
  readonly bySdk: boolean
  readonly from: 'this tab' | 'other tab' | 'Antiphon'
}

/** After which whoever waits is told for whom. */
const LONG_MS = 700

let long = 0

/** Fetch; `onWait` is told when it takes long, and again when nothing does any more. */
async function patiently(fetching: Promise<Response>, onWait: (isLong: boolean) => void): Promise<Response> {
  let isLong = false
  const timer = window.setTimeout(() => {
    isLong = true
    long += 1
    onWait(true)
  }, LONG_MS)
  try {
    return await fetching
  } finally {
    window.clearTimeout(timer)
    if (isLong) long -= 1
    if (isLong) onWait(long > 0)
  }
}

/**
 * Let every request that this page makes through `fetch`, the SDK's included, be seen, but for looks into the mailbox; none is changed. `onWait` is told
 * whether an answer takes long.
 */
export function observeFetch(onExchange: (exchange: Exchange) => void, onWait: (isLong: boolean) => void): void {
  const original = window.fetch.bind(window)
  window.fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input, location.href)
    if (url.origin !== location.origin || url.pathname === MAIL_PATH) return await original(input, init)
    const at = now()
    const spendsStepUp = typeof init?.body === 'string' && init.body.startsWith('{"step_up_token"')
    const bySdk = new Headers(init?.headers).has('x-sdk-user-agent')
    const begun = performance.now()
    const exchange = {
      at,
      method: init?.method ?? 'GET',
      path: url.pathname + url.search,
      from: 'this tab',
      spendsStepUp,
      bySdk,
    } as const
    try {
      const answer = await patiently(original(input, init), onWait)
      const tookMs = performance.now() - begun
      onExchange({ ...exchange, status: answer.status, tookMs, code: await codeOf(answer) })
      return answer
    } catch (error) {
      onExchange({ ...exchange, status: 0, tookMs: performance.now() - begun, code: 'network' })
      throw error
    }
  }
}

async function codeOf(answer: Response): Promise<string | undefined> {
  if (answer.ok) return undefined
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => ({}))
  const { code, error } = body as { code?: string; error?: string }
  return code ?? error
}
