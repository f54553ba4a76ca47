import type { IdempotencyRow } from './store.ts'

/** Longer than any request lasts: whoever is still at it then has died, or is kept from committing. */
const LEASE_MS = 60_000

export type Decision =
  /** Nobody has done it: do it. */
  | 'begin'
  /** Whoever began it has died, or the key is a day old, and nothing of it counts: do it in their place. */
  | 'take_over'
  | 'reused'
  | 'kept'
  /** It was done, and the answer is lost. */
  | 'lost'
  | 'wait'

type Seen = Pick<IdempotencyRow, 'request_hash' | 'begun_at' | 'effect_at' | 'status' | 'expires_at'>

/** What to do with a request that names itself by a key, by what is known of that key. */
export function decideRepeat(row: Seen | undefined, requestHash: string, now: number): Decision {
  if (!row) return 'begin'
  if (row.expires_at <= now) return 'take_over'
  if (row.request_hash !== requestHash) return 'reused'
  if (row.status !== null) return 'kept'
  if (now - row.begun_at < LEASE_MS) return 'wait'
  return row.effect_at === null ? 'take_over' : 'lost'
}
