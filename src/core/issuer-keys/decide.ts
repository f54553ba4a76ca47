import { NO_KEYS, type PublishedKeys, type SignatureVerdict } from './signature.ts'

/** For so long keys are taken as they are. */
export const FRESH_MS = 600_000
/** For so long beyond that they are believed when the issuer cannot be asked. */
export const BELIEVED_MS = 3_600_000
/** An issuer that could not be asked is left alone for so long. */
export const PAUSE_WHEN_DOWN_MS = 10_000
/** For so long an issuer is believed that it has no such key. */
export const ABSENT_MS = 30_000
/** Keys that are not known may be asked for ten times in a row, and once in ten seconds after that. */
export const FETCHES_IN_A_ROW = 10
export const FETCH_EVERY_MS = 10_000

/** A moment by both clocks, in milliseconds. */
export interface Instant {
  readonly monotonic: number
  readonly wall: number
}

/**
 * The monotonic clock stands still while a machine sleeps, the wall clock may be set back: what may be believed for a time alone is as old as
 * either of them says.
 */
const ageOf = (since: Instant | undefined, now: Instant): number =>
  since ? Math.max(now.monotonic - since.monotonic, now.wall - since.wall) : Number.POSITIVE_INFINITY

/** What is known of an issuer's keys. */
export interface KeySet {
  readonly published: PublishedKeys
  /** How the last try ended: `gone` when the issuer says that it has no keys, `down` when it could not be asked. */
  readonly state: 'fetched' | 'gone' | 'down'
  /** When the issuer was asked for these keys; undefined when it never answered. */
  readonly fetchedAt: Instant | undefined
  /** By the monotonic clock. */
  readonly triedAt: number
  /** Fetches have used up the allowance up to this time, by the monotonic clock. */
  readonly paidUntil: number
}

export type Step =
  | 'accept'
  | 'refuse'
  | 'fetch'
  | 'doubt'
  /** The issuer cannot be asked, and what it said last is too old to be believed. */
  | 'silence'

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
export function decideStep(set: KeySet | undefined, { verdict, hasAsked, isKnownAbsent }: Look, now: Instant): Step {
  if (!set) return 'fetch'
  const age = ageOf(set.fetchedAt, now)
  const mayTry = !hasAsked && (set.state !== 'down' || now.monotonic - set.triedAt >= PAUSE_WHEN_DOWN_MS)
  if (age >= FRESH_MS && mayTry) return 'fetch'
  if (age >= FRESH_MS + BELIEVED_MS) return 'silence'
  if (verdict === 'verified') return 'accept'
  if (verdict === 'forged') return 'refuse'
  if (age < ABSENT_MS && (isKnownAbsent || set.state === 'gone')) return 'refuse'
  if (mayTry && set.paidUntil - now.monotonic <= (FETCHES_IN_A_ROW - 1) * FETCH_EVERY_MS) return 'fetch'
  const isTold = set.state === 'gone' || (hasAsked && set.state === 'fetched')
  return isTold ? 'refuse' : 'doubt'
}

/** What is known after a fetch: new keys, their absence, or that the issuer could not be asked. */
export function afterFetch(
  before: KeySet | undefined,
  fetched: PublishedKeys | 'gone' | 'down',
  askedAt: Instant,
  triedAt: number,
): KeySet {
  const paidUntil = Math.max(before?.paidUntil ?? 0, askedAt.monotonic) + FETCH_EVERY_MS
  const times = { triedAt, paidUntil }
  if (fetched === 'gone') return { ...times, published: NO_KEYS, state: 'gone', fetchedAt: askedAt }
  if (fetched !== 'down') return { ...times, published: fetched, state: 'fetched', fetchedAt: askedAt }
  return { ...times, published: before?.published ?? NO_KEYS, state: 'down', fetchedAt: before?.fetchedAt }
}
