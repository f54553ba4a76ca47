import type { Interval } from '../load/protocol.ts'
import type { Row } from '../measure.ts'
import { median, spread } from './statistics.ts'

/** A quotient of two rows, with what we want it to be. */
export type Ratio = {
  readonly of: string
  readonly to: string
  readonly atLeast?: number
  readonly atMost?: number
}

type Measured = (interval: Interval) => number

const header = (unit: string) => [
  `| | ${unit}s/s | spread | p50 ms | p99 ms | CPU µs/${unit} | + database | RSS MiB | peak MiB |`,
  '|---|---:|---:|---:|---:|---:|---:|---:|---:|',
]
/** Above this the generator's own CPU could be what limits the row. */
const BUSY_GENERATOR = 0.85
const LATE_PROOFS = 0.01

/** Every subject as one row of medians over the rounds, then what casts doubt on a row. `unit` is what is counted and timed. */
export function table(rows: readonly Row[], unit = 'request'): string {
  return [...header(unit), ...rows.map(line), '', ...rows.flatMap(doubts)].join('\n').trimEnd()
}

/** Each quotient as the median of its rounds' quotients, so that both sides saw the same machine. */
export const ratios = (rows: readonly Row[], wanted: readonly Ratio[]): string =>
  quotients('requests/s', rows, wanted, rate)

/** As `ratios`, of the processor time that a request takes of the server. */
export const cpuRatios = (rows: readonly Row[], wanted: readonly Ratio[]): string =>
  quotients('CPU of a request', rows, wanted, (interval) => interval.cpuMicrosPerRequest)

const rate: Measured = (interval) => interval.requestsPerSecond

function quotients(title: string, rows: readonly Row[], wanted: readonly Ratio[], measured: Measured): string {
  const lines = wanted.flatMap(({ of, to, ...aim }) => {
    const value = ratioOf(find(rows, of), find(rows, to), measured)
    return value === undefined ? [] : [`| ${of} ÷ ${to} | ${value.toFixed(2)}${aimed(value, aim)} |`]
  })
  return lines.length === 0 ? '' : [`| ${title} | |`, '|---|---|', ...lines].join('\n')
}

/** What was aimed at, and whether it is met. */
export function aimed(value: number, { atLeast, atMost }: { atLeast?: number; atMost?: number }): string {
  if (atLeast !== undefined) return ` (aim ≥ ${atLeast}: ${value >= atLeast ? 'met' : '**missed**'})`
  if (atMost !== undefined) return ` (aim ≤ ${atMost}: ${value <= atMost ? 'met' : '**missed**'})`
  return ''
}

export function ratioOf(of: Row | undefined, to: Row | undefined, measured: Measured = rate): number | undefined {
  if (!of || !to || of.problem || to.problem) return undefined
  return median(
    of.intervals.map((interval, round) => {
      const other = to.intervals[round]
      return other && measured(interval) / measured(other)
    }),
  )
}

function line({ name, intervals, problem }: Row): string {
  if (problem) return `| ${name} | **invalid**: ${oneCell(problem)} | | | | | | | |`
  const rates = intervals.map((interval) => interval.requestsPerSecond)
  const cells = [
    format(median(rates), 0),
    `${format((spread(rates) ?? 0) * 100, 0)} %`,
    format(median(intervals.map((interval) => interval.p50Ms)), 1),
    format(median(intervals.map((interval) => interval.p99Ms)), 1),
    format(median(intervals.map((interval) => interval.cpuMicrosPerRequest)), 0),
    format(median(intervals.map((interval) => interval.databaseCpuMicrosPerRequest)), 0),
    format(intervals.at(-1)?.rssMib, 0),
    format(intervals.at(-1)?.peakMib, 0),
  ]
  return `| ${name} | ${cells.join(' | ')} |`
}

function oneCell(text: string): string {
  return text.replaceAll(/[|\s]+/g, ' ').slice(0, 200)
}

function doubts({ name, intervals, problem }: Row): string[] {
  if (problem) return []
  const busy = Math.max(...intervals.map((interval) => interval.generatorCpuShare ?? 0))
  const late = Math.max(...intervals.map((interval) => interval.lateProofs / Math.max(1, interval.requests)))
  const found: string[] = []
  if (busy > BUSY_GENERATOR) found.push(`the load generator used ${format(busy * 100, 0)} % of its CPU`)
  if (late > LATE_PROOFS) found.push(`${format(late * 100, 0)} % of its proofs were signed while the clock ran`)
  return found.map((doubt) => `- ${name}: ${doubt}; the row is a lower bound.`)
}

function find(rows: readonly Row[], name: string): Row | undefined {
  return rows.find((row) => row.name === name)
}

function format(value: number | undefined, digits: number): string {
  if (value === undefined || Number.isNaN(value)) return '–'
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
}
