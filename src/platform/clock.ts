import { setTimeout as setTimeoutUnless } from 'node:timers/promises'

/** The wall clock, Unix milliseconds. */
export const systemClock = (): number => Date.now()

/** Milliseconds since some moment of this process: goes on evenly, whatever the wall clock is set to. */
export const monotonicClock = (): number => performance.now()

/** Between these every time has a year of four digits; Unix ms. RFC 3339 knows no others. */
export const EARLIEST = Date.parse('0000-01-01T00:00:00Z')
export const LATEST = Date.parse('9999-12-31T23:59:59.999Z')

/** `YYYY-MM-DDTHH:MM:SSZ`: whole seconds in UTC, which every client SDK parses. RFC 3339. */
export function rfc3339(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

/** Unix seconds, rounded down. */
export const unixSeconds = (ms: number): number => Math.floor(ms / 1000)

/** `Date` header values, one string per second. RFC 9110 §5.6.7. */
export function httpDate(now: () => number): () => string {
  let second = -1
  let text = ''
  return () => {
    const current = unixSeconds(now())
    if (current !== second) {
      second = current
      text = new Date(current * 1000).toUTCString()
    }
    return text
  }
}

/** A signal that aborts after so long. */
export const expireAfter = (ms: number): AbortSignal => AbortSignal.timeout(ms)

/** Let so much time pass, and everybody else go first; zero: until what is due now is done. */
export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    if (ms > 0) setTimeout(resolve, ms)
    else setImmediate(resolve)
  })

/** The same, cut short when it is over. */
export const pauseUnless = (ms: number, over: AbortSignal): Promise<void> =>
  setTimeoutUnless(ms, undefined, { signal: over }).catch(() => {})
