import type { Proof } from './checks.ts'
import type { DomainRow, DomainStatus } from './tables.ts'

const DAY_MS = 86_400_000
const TELL_AFTER_MS = 7 * DAY_MS
const FREE_AFTER_MS = 30 * DAY_MS
/** A clock that is set for a while is no week, and no month, of looks. */
const TELL_AFTER_LOOKS = 5
const FREE_AFTER_LOOKS = 20

/** What is known of a domain before a look, as far as it counts. */
export type Before = Pick<DomainRow, 'status' | 'failures' | 'failing_since' | 'failing_told_at'>

/** What a look saw. `held`: the name is this application's. `served`: browsers get a certificate. */
export interface Seen {
  readonly proof: Proof
  readonly held: boolean
  readonly served: boolean
}

export interface Decided extends Before {
  /** `failing`: for seven days, and not told yet. `failed`: the name is free again. */
  readonly news: 'active' | 'failing' | 'failed' | undefined
}

const FINE = { failures: 0, failing_since: null, failing_told_at: null } as const

/** What becomes of a domain by a look at `now`, Unix ms. */
export function decideDomain(before: Before, { proof, held, served }: Seen, now: number): Decided {
  if (proof === 'proven' && held) {
    const isActive = served || before.status === 'active'
    const isNews = isActive && before.status !== 'active'
    return { status: isActive ? 'active' : 'issuing', ...FINE, news: isNews ? 'active' : undefined }
  }
  // Whoever has a failed one looked at begins anew.
  const former = before.status === 'failed' ? { ...before, ...FINE } : before
  const failures = former.failures + 1
  const failing_since = former.failing_since ?? now
  const lasted = (ms: number, looks: number) => now - failing_since >= ms && failures >= looks
  if (lasted(FREE_AFTER_MS, FREE_AFTER_LOOKS))
    return { status: 'failed', failures, failing_since, failing_told_at: now, news: 'failed' }
  const isNews = held && former.failing_told_at === null && lasted(TELL_AFTER_MS, TELL_AFTER_LOOKS)
  return {
    status: held ? former.status : statusOf(proof, former.status),
    failures,
    failing_since,
    failing_told_at: isNews ? now : former.failing_told_at,
    news: isNews ? 'failing' : undefined,
  }
}

/** Of a name that is not the application's. */
function statusOf(proof: Proof, former: DomainStatus): DomainStatus {
  if (proof === 'unanswered') return former === 'verifying' ? 'verifying' : 'pending_dns'
  return proof === 'missing' ? 'pending_dns' : 'verifying'
}

/** Unix ms; when a name that is failing will be free again. */
export const freeAt = (failingSince: number): number => failingSince + FREE_AFTER_MS
