import type { HourRow } from './tables.ts'

export interface HourStatistics {
  /** Unix ms. */
  readonly hour: number
  readonly sent: number
  readonly failed: number
  /** Of all tries: half of them took no longer, and 95 of 100. Upper ends of the ranges that they are counted in. */
  readonly p50Ms: number
  readonly p95Ms: number
}

/** The counts of each hour put together. Rows in the order of hours. */
export function summarise(rows: readonly HourRow[]): HourStatistics[] {
  return [...Map.groupBy(rows, ({ hour }) => hour)].map(([hour, some]) => ({
    hour,
    sent: sum(some.filter(({ outcome }) => outcome === 'sent')),
    failed: sum(some.filter(({ outcome }) => outcome === 'failed')),
    p50Ms: percentile(some, 0.5),
    p95Ms: percentile(some, 0.95),
  }))
}

const sum = (rows: readonly HourRow[]) => rows.reduce((total, { count }) => total + count, 0)

function percentile(rows: readonly HourRow[], share: number): number {
  const wanted = sum(rows) * share
  let seen = 0
  for (const { up_to_ms, count } of rows.toSorted((a, b) => a.up_to_ms - b.up_to_ms)) {
    seen += count
    if (seen >= wanted) return up_to_ms
  }
  return 0
}
