import type { Row } from '../measure.ts'
import { median } from './statistics.ts'

/** One subject of a run: medians over its rounds. */
export type Measured = {
  readonly perSecond: number
  readonly p99Ms?: number
  readonly cpuMicros: number
  readonly databaseCpuMicros?: number
}

/** One engine at one size. */
export type MeasuredAt = Partial<Measured> & {
  readonly engine: string
  readonly sessions: number
  readonly bytesPerSession: number
  readonly walBytes?: number
}

/** Where and when figures were taken. */
export type Taken = { readonly at: string; readonly machine: string }

/** What the documents tell in numbers, by the question that it answers. The bench writes it to `bench/figures.json`. */
export type Figures = {
  readonly refresh: Taken & { readonly rows: Readonly<Record<string, Measured>> }
  readonly scale: Taken & { readonly rows: readonly MeasuredAt[] }
}

/** A row of a table as figures; undefined when it was not measured. */
export function measuredOf({
  intervals,
  problem,
}: {
  readonly intervals: Row['intervals']
  readonly problem?: string | undefined
}): Measured | undefined {
  const of = (read: (interval: Row['intervals'][number]) => number | undefined) => median(intervals.map(read))
  const [perSecond, cpuMicros] = [of((one) => one.requestsPerSecond), of((one) => one.cpuMicrosPerRequest)]
  if (problem || perSecond === undefined || cpuMicros === undefined) return undefined
  const p99Ms = of((one) => one.p99Ms)
  const databaseCpuMicros = of((one) => one.databaseCpuMicrosPerRequest)
  return {
    perSecond: Math.round(perSecond),
    cpuMicros: Math.round(cpuMicros),
    ...(p99Ms !== undefined && { p99Ms: Math.round(p99Ms * 10) / 10 }),
    ...(databaseCpuMicros !== undefined && { databaseCpuMicros: Math.round(databaseCpuMicros) }),
  }
}

/** The same of all rows that were measured, by name. */
export const measuredRows = (rows: readonly Row[]): Record<string, Measured> =>
  Object.fromEntries(
    rows.flatMap((row) => {
      const measured = measuredOf(row)
      return measured ? [[row.name, measured] as const] : []
    }),
  )
