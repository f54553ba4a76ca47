import type { StatisticsResponse } from '../../api/operations.ts'
import type { ChartPlan } from './charts.ts'

export interface Line {
  readonly name: string
  readonly total: number
  /** One for each span of time. */
  readonly counts: readonly number[]
}

export interface Drawn {
  readonly starts: readonly string[]
  /** That with the highest total first. */
  readonly lines: readonly Line[]
}

/** More than these cannot be told apart by their colours. */
const MOST = 8

/** What a chart draws of what was counted. */
export function drawnOf({ lineOf }: Pick<ChartPlan, 'lineOf'>, answers: readonly StatisticsResponse[]): Drawn {
  const starts = answers[0]?.starts ?? []
  const parts = answers.flatMap(({ metric, series }) =>
    series.map(({ labels, counts }) => ({ name: lineOf(metric, labels), counts })),
  )
  const named = Map.groupBy(parts, ({ name }) => name)
  const lines = [...named].flatMap(([name, same]) => (name === undefined ? [] : [sum(name, same, starts.length)]))
  lines.sort((a, b) => b.total - a.total)
  if (lines.length <= MOST) return { starts, lines }
  return { starts, lines: [...lines.slice(0, MOST - 1), sum('others', lines.slice(MOST - 1), starts.length)] }
}

function sum(name: string, parts: readonly Pick<Line, 'counts'>[], length: number): Line {
  const counts = Array.from({ length }, (_, at) => parts.reduce((total, part) => total + (part.counts[at] ?? 0), 0))
  return { name, counts, total: counts.reduce((total, count) => total + count, 0) }
}

/** The counts of each line upon those before it. */
export function stacked(lines: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const heights: number[][] = []
  for (const counts of lines) {
    const below = heights.at(-1)
    heights.push(counts.map((count, at) => count + (below?.[at] ?? 0)))
  }
  return heights
}
