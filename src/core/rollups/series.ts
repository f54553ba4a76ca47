import { type Labels, writeLabels } from './rollup.ts'
import type { Rollup } from './store.ts'

/** One counter over time. */
export interface Series {
  readonly labels: Labels
  readonly total: number
  /** One for each span. */
  readonly counts: readonly number[]
}

/** Spans of one length, one behind the other; times in Unix ms. */
export interface Spans {
  readonly from: number
  /** Exclusive. */
  readonly to: number
  readonly spanMs: number
}

/** When each of them begins. */
export const startsOf = ({ from, to, spanMs }: Spans): number[] =>
  Array.from({ length: Math.max(0, Math.ceil((to - from) / spanMs)) }, (_, i) => from + i * spanMs)

/** What was counted within spans, by labels, the most first; where nothing was counted stands zero. */
export function seriesOf(rollups: readonly Rollup[], spans: Spans): Series[] {
  const within = rollups.filter(({ hour }) => hour >= spans.from && hour < spans.to)
  const series = [...Map.groupBy(within, ({ labels }) => writeLabels(labels)).values()].map((same) => {
    const counts = startsOf(spans).map(() => 0)
    for (const { hour, count } of same) {
      const i = Math.floor((hour - spans.from) / spans.spanMs)
      counts[i] = (counts[i] ?? 0) + count
    }
    return { labels: same[0]?.labels ?? {}, total: same.reduce((sum, { count }) => sum + count, 0), counts }
  })
  return series.sort((a, b) => b.total - a.total || (writeLabels(a.labels) < writeLabels(b.labels) ? -1 : 1))
}
