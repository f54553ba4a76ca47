import { useSearchState } from '../address.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** How often a screen asks again that shows what happens now. */
const EVERY_MS = 10_000

/** Of what time numbers are told, as the statistics take it. */
export interface Span {
  readonly by: 'hour' | 'day'
  readonly from: string
  /** What has ended long ago is not asked for again. */
  readonly everyMs: number | false
}

/** The last hours or days (UTC), the present one among them. */
const last = (count: number, lengthMs: number): string =>
  new Date(Math.floor(Date.now() / lengthMs - count + 1) * lengthMs).toISOString()

/** The span that the address names: a day by the hour, unless it says more. */
export function useSpan(): Span {
  const { span } = useSearchState().search
  if (span === '30d') return { by: 'day', from: last(30, DAY_MS), everyMs: false }
  if (span === '90d') return { by: 'day', from: last(90, DAY_MS), everyMs: false }
  return { by: 'hour', from: last(24, HOUR_MS), everyMs: EVERY_MS }
}
