import { pauseUnless } from '../../platform/clock.ts'
import { NETWORK_CAUSES } from '../../platform/network-cause.ts'
import type { SafeFetch } from '../../platform/safe-fetch.ts'
import type { ApiAnswer } from '../api/channel.ts'
import { printable } from '../outcome.ts'
import type { Call } from './api.ts'

/** A delivery as it would be sent now. */
interface Delivery {
  readonly events: readonly { readonly id: string; readonly type: string; readonly sequence: number }[]
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}

export interface Follower {
  readonly call: Call
  readonly fetch: SafeFetch
  readonly webhookId: string
  readonly forward: string
  readonly say: (line: string) => void
  /** Milliseconds to let pass, less when it is over before. */
  readonly wait?: (ms: number, over: AbortSignal) => Promise<void>
}

const FORWARD_TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 64 * 1024
const IDLE_MS = 1_000
const LONGEST_WAIT_MS = 30_000

type Round = 'forwarded' | 'idle' | 'failed' | { readonly over: string }

/** How long to wait after a round: not at all while there is more, and ever longer while it fails. */
export function waitAfter(round: 'forwarded' | 'idle' | 'failed', failures: number): number {
  if (round === 'forwarded') return 0
  return round === 'idle' ? IDLE_MS : Math.min(IDLE_MS * 2 ** (failures - 1), LONGEST_WAIT_MS)
}

/** Pull, forward and commit, one delivery after another, until it is over. Answers why it is, when the server said so. */
export async function follow(follower: Follower, over: AbortSignal): Promise<string | undefined> {
  const { wait = pauseUnless } = follower
  let failures = 0
  while (!over.aborted) {
    const round = await forwardNext(follower)
    if (typeof round === 'object') return round.over
    failures = round === 'failed' ? failures + 1 : 0
    await wait(waitAfter(round, failures), over)
  }
  return undefined
}

async function forwardNext(follower: Follower): Promise<Round> {
  const { call, webhookId, say } = follower
  const path = `/webhooks/${webhookId}`
  const pulled = await call('GET', `${path}/next`)
  if (pulled.kind !== 'answered') return failed(say, pulled)
  const { delivery } = pulled.body as { delivery?: Delivery }
  const last = delivery?.events.at(-1)
  if (!delivery || !last) return 'idle'
  const answer = await forward(follower, delivery)
  for (const event of delivery.events) say(lineOf(event, answer.said))
  if (!answer.taken) return 'failed'
  const committed = await call('POST', `${path}/commit`, { sequence: last.sequence })
  return committed.kind === 'answered' ? 'forwarded' : failed(say, committed)
}

const lineOf = ({ type, id, sequence }: Delivery['events'][number], said: string) =>
  printable(`#${sequence}  ${type}  ${id}  → ${said}`)

function failed(say: Follower['say'], { kind, reason }: Exclude<ApiAnswer, { kind: 'answered' }>): Round {
  if (kind === 'refused') return { over: reason }
  say(printable(reason))
  return 'failed'
}

/** Post a delivery as it would have come, and tell what it was answered. */
async function forward(follower: Follower, { body, headers }: Delivery) {
  const outcome = await follower.fetch({
    method: 'POST',
    url: follower.forward,
    headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
    body,
    timeoutMs: FORWARD_TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
  })
  if (outcome.kind === 'failed')
    return { taken: false, said: outcome.cause ? NETWORK_CAUSES[outcome.cause] : REASONS[outcome.reason] }
  const { status } = outcome
  return { taken: status >= 200 && status <= 299, said: String(status) }
}

const REASONS = {
  bad_url: 'not a URL',
  private_address: 'an address that may not be called',
  timeout: 'no answer within ten seconds',
  too_large: 'an answer that is too long',
  network: 'nobody answers there',
} as const
