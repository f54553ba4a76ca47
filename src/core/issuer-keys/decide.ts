import type { VerificationKey } from '../../crypto/jwk.ts'
import type { SignatureVerdict } from './signature.ts'

/** For so long keys are taken as they are. */
export const FRESH_MS = 600_000
/** For so long beyond that they are believed when the issuer cannot be asked. */
export const BELIEVED_MS = 3_600_000
/** An issuer that could not be asked is left alone for so long. */
export const PAUSE_WHEN_DOWN_MS = 10_000
/** For so long an issuer is believed that it has no such key. */
export const ABSENT_MS = 30_000
/** Keys that are not known may be asked for five times in a row, and once in ten seconds after that. */
export const FETCHES_IN_A_ROW = 5
export const FETCH_EVERY_MS = 10_000

/** What is known of an issuer's keys. Times are by the monotonic clock, in milliseconds. */
export interface KeySet {
  readonly keys: readonly VerificationKey[]
  /** How the last try ended: `gone` when the issuer says that it has no keys, `down` when it could not be asked. */
  readonly state: 'fetched' | 'gone' | 'down'
  /** When the issuer was asked for these keys; minus infinity when it never answered. */
  readonly fetchedAt: number
  readonly triedAt: number
  /** Fetches have used up the allowance up to this time. */
  readonly paidUntil: number
}

export type Step = 'accept' | 'refuse' | 'fetch' | 'doubt'

export interface Look {
  readonly verdict: SignatureVerdict
  /** Keys have just been asked for, for this token. */
  readonly hasAsked: boolean
  /** The issuer was asked for this very key, and did not have it. */
  readonly isKnownAbsent: boolean
}

/**
 * What to do with a token, by what is known of its issuer's keys. Only an issuer's own word refuses a token whose key is not known: while it
 * cannot be asked, or may not be asked again yet, nobody can tell.
 */
export function decideStep(set: KeySet | undefined, { verdict, hasAsked, isKnownAbsent }: Look, now: number): Step {
  if (!set) return 'fetch'
  const age = now - set.fetchedAt
  const mayTry = !hasAsked && (set.state !== 'down' || now - set.triedAt >= PAUSE_WHEN_DOWN_MS)
  if (age >= FRESH_MS && mayTry) return 'fetch'
  if (age >= FRESH_MS + BELIEVED_MS) return 'doubt'
  if (verdict === 'verified') return 'accept'
  if (verdict === 'forged') return 'refuse'
  if (age < ABSENT_MS && (isKnownAbsent || set.state === 'gone')) return 'refuse'
  if (mayTry && set.paidUntil - now <= (FETCHES_IN_A_ROW - 1) * FETCH_EVERY_MS) return 'fetch'
  const isTold = set.state === 'gone' || (hasAsked && set.state === 'fetched')
  return isTold ? 'refuse' : 'doubt'
}

/** What is known after a fetch that was begun at `askedAt`: new keys, their absence, or that the issuer could not be asked. */
export function afterFetch(
  before: KeySet | undefined,
  fetched: readonly VerificationKey[] | 'gone' | 'down',
  askedAt: number,
  now: number,
): KeySet {
  const paidUntil = Math.max(before?.paidUntil ?? 0, askedAt) + FETCH_EVERY_MS
  const times = { triedAt: now, paidUntil }
  if (fetched === 'gone') return { ...times, keys: [], state: 'gone', fetchedAt: askedAt }
  if (fetched !== 'down') return { ...times, keys: fetched, state: 'fetched', fetchedAt: askedAt }
  return { ...times, keys: before?.keys ?? [], state: 'down', fetchedAt: before?.fetchedAt ?? Number.NEGATIVE_INFINITY }
}
