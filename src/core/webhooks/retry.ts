const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** No wait is longer: one that is was put there by a clock that was wrong. */
export const LONGEST_WAIT_MS = 14 * HOUR_MS
const GIVE_UP_MS = 14 * DAY_MS
const STRIKES_TO_HALVE = 3
const STRIKES_TO_SET_ASIDE = 8
/** When whoever runs the webhook is told that it fails, so long after it began to. */
export const NOTICE_AFTER_MS = [HOUR_MS, DAY_MS, 7 * DAY_MS] as const

/** What came of a try. */
export type Tried =
  | { readonly kind: 'taken' }
  /** Not now: it said so, and how long to wait. */
  | { readonly kind: 'later'; readonly waitMs: number }
  /** 410: never again. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'failed' }

/** 1, 2, 4 … 512 minutes, then 12 hours; 10 % more or less. `chance` is in [0, 1). */
export function backoffMs(strikes: number, chance: number): number {
  const minutes = strikes <= 10 ? 2 ** (Math.max(1, strikes) - 1) : 720
  return Math.round(minutes * MINUTE_MS * (0.9 + chance * 0.2))
}

/** Seconds or an HTTP date, as a wait of at most twelve hours. RFC 9110 §10.2.3. */
export function retryAfterMs(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
  if (Number.isNaN(ms)) return undefined
  return Math.min(Math.max(ms, 1000), 12 * HOUR_MS)
}

/** What an answer says; `undefined` for none. */
export function judgeAnswer(
  answer: { readonly status: number; readonly retryAfter: string | undefined } | undefined,
  acceptsAny2xx: boolean,
  now: number,
): Tried {
  if (!answer) return { kind: 'failed' }
  const { status } = answer
  if (status === 200 || (acceptsAny2xx && status > 200 && status <= 299)) return { kind: 'taken' }
  if (status === 410) return { kind: 'gone' }
  const waitMs = status === 429 || status === 503 ? retryAfterMs(answer.retryAfter, now) : undefined
  return waitMs === undefined ? { kind: 'failed' } : { kind: 'later', waitMs }
}

/** A delivery that was tried, the try included. */
export interface TriedDelivery {
  readonly size: number
  readonly strikes: number
  readonly alone: number
  readonly firstFailedAt: number
}

export interface LaneHealth {
  readonly lastSuccessAt: number | null
}

/** What becomes of a delivery that failed. */
export type Fate = 'stays' | 'halved' | 'stuck'

/**
 * Halve what failed three times, until one event stands alone; set it aside when it failed alone eight times while others were taken. Time and
 * again the endpoint is down altogether: then nothing is set aside.
 */
export function decideFate(delivery: TriedDelivery, lane: LaneHealth): Fate {
  if (delivery.size > 1) return delivery.strikes >= STRIKES_TO_HALVE ? 'halved' : 'stays'
  return delivery.alone >= STRIKES_TO_SET_ASIDE && standsAlone(delivery, lane) ? 'stuck' : 'stays'
}

/** Whether it is this one event that is not taken, for others were since: then nobody else waits for it. */
export function standsAlone({ size, strikes, firstFailedAt }: TriedDelivery, { lastSuccessAt }: LaneHealth): boolean {
  return size === 1 && strikes >= STRIKES_TO_HALVE && lastSuccessAt !== null && lastSuccessAt > firstFailedAt
}

/** Whether another delivery is tried after this one failed, to tell an endpoint that is down from one that does not take this event. */
export const mayProbe = ({ strikes }: TriedDelivery): boolean => strikes >= STRIKES_TO_HALVE

/** Whether a lane that fails has done so for long enough to be paused. */
export const isGivenUp = (failingSince: number | null, now: number): boolean =>
  failingSince !== null && now - failingSince >= GIVE_UP_MS

/** When a lane that fails is paused, Unix ms. */
export const pausesAt = (failingSince: number): number => failingSince + GIVE_UP_MS

/** How many notices are due of a lane that fails. */
export const noticesDue = (failingSince: number | null, now: number): number =>
  failingSince === null ? 0 : NOTICE_AFTER_MS.filter((after) => now - failingSince >= after).length
