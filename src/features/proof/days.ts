import type { Facts } from '../../core/proof/facts.ts'
import { arrivalsOf } from '../../core/proof/sentence.ts'
import { DAY_MS } from '../../core/rollups/rollup.ts'

export interface Days {
  /** When each of them begins, Unix ms; weeks apart when they are many. */
  readonly starts: readonly number[]
  /** Who had come by the end of each, by way: of those who are known now. */
  readonly byWay: Readonly<Record<string, readonly number[]>>
  /** Who had not; undefined while nothing tells how many there are. */
  readonly notYetHere: readonly number[] | undefined
}

const MOST_DAYS = 60
const LEAST_DAYS = 14

/** How people came, day by day. */
export function daysOf(facts: Facts, now: number): Days {
  const { byDay, byWay } = facts.census
  const { notYetHere, here } = arrivalsOf(facts)
  const starts = startsUntil(now, Math.min(...byDay.keys()))
  const ways = Object.keys(byWay)
  const counts = ways.map((way) => starts.map((day) => sumUntil(facts, day, way)))
  const came = starts.map((_, i) => counts.reduce((sum, values) => sum + (values[i] ?? 0), 0))
  return {
    starts,
    byWay: Object.fromEntries(ways.map((way, i) => [way, counts[i] ?? []])),
    notYetHere: notYetHere === undefined ? undefined : came.map((count) => notYetHere + here - count),
  }
}

function startsUntil(now: number, earliest: number): number[] {
  const today = Math.floor(now / DAY_MS) * DAY_MS
  const first = Math.min(earliest, today - (LEAST_DAYS - 1) * DAY_MS)
  const step = Math.ceil(((today - first) / DAY_MS + 1) / MOST_DAYS) * DAY_MS
  const starts: number[] = []
  for (let day = today; day >= first; day -= step) starts.unshift(day)
  return starts
}

function sumUntil({ census }: Facts, end: number, way: string): number {
  let sum = 0
  for (const [day, counts] of census.byDay) if (day <= end) sum += counts[way] ?? 0
  return sum
}
