import type { Offered } from '../load/protocol.ts'
import { median } from './statistics.ts'
import { aimed } from './table.ts'

/** The same refreshes alone and beside one work, round by round; fewer rounds when the work was over before. */
export type BesideRow = {
  readonly engine: string
  readonly name: string
  /** Refreshes per second that were offered. */
  readonly rate: number
  readonly pairs: readonly (readonly [alone: Offered, beside: Offered])[]
}

const AIM = 1.5

type Conditions = {
  readonly rounds: number
  readonly seconds: number
  readonly share: number
  readonly users: number
  readonly loginsPerSecond: number
}

export function besideWorkTable(
  rows: readonly BesideRow[],
  { rounds, seconds, share, users, loginsPerSecond }: Conditions,
): string {
  return [
    `Refreshes at ${Math.round(share * 100)} % of what the same server did in a closed loop just before, in open loops: ${rounds} rounds of ${seconds} s alone, then as many beside the work.`,
    `Logins: ${loginsPerSecond}/s, password and finalize. Import: a file of ${users} users. Sweep: ${users} dead sessions. Erasure: an application of ${users} users, each with an address and two sessions.`,
    'The ratio is that of the medians over the rounds: of two single rounds it says more about the machine.',
    '',
    '| | beside | refreshes/s | p50 ms alone | beside | p99 ms alone | beside | p99 ratio | rounds |',
    '|---|---|---:|---:|---:|---:|---:|---|---:|',
    ...rows.map(line),
  ].join('\n')
}

/** How many times as long the slowest hundredth of refreshes waits beside the work. */
export function p99Ratio({ pairs }: BesideRow): number {
  const p99 = (of: 0 | 1) => median(pairs.map((pair) => pair[of].p99Ms)) ?? Number.NaN
  return p99(1) / p99(0)
}

function line(row: BesideRow): string {
  const problem = row.pairs.flat().flatMap(({ problems }) => problems)[0]
  const head = `| ${row.engine} | ${row.name} |`
  if (problem) return `${head} **invalid**: ${problem.replaceAll(/[|\s]+/g, ' ')} | | | | | | |`
  if (row.pairs.length === 0) return `${head} **invalid**: it was over before a round was | | | | | | |`
  const of = (which: 0 | 1, read: (offered: Offered) => number | undefined) =>
    show(median(row.pairs.map((pair) => read(pair[which]))))
  const ratio = p99Ratio(row)
  const judged = `${show(ratio)}${aimed(ratio, { atMost: AIM })}`
  const p50 = ({ p50Ms }: Offered) => p50Ms
  const p99 = ({ p99Ms }: Offered) => p99Ms
  return `${head} ${[row.rate, of(0, p50), of(1, p50), of(0, p99), of(1, p99), judged, row.pairs.length].join(' | ')} |`
}

const show = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '–' : value.toFixed(2)
