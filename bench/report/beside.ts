import type { Offered } from '../load/protocol.ts'
import { median } from './statistics.ts'
import { aimed } from './table.ts'

/** One round: the same refreshes alone and beside logins. */
export type Pair = { readonly alone: Offered; readonly beside: Offered; readonly logins: Offered }

const AIM = 1.5
/** Of the rate: what is offered less than this was not offered. */
const KEPT_UP = 0.95
const LATE_MS = 3

type Conditions = { readonly loginsPerSecond: number; readonly seconds: number; readonly share: number }
type Result = { readonly engine: string; readonly rate: number; readonly pairs: readonly Pair[] }

/** What refreshes wait alone and beside logins: medians over the rounds, and the quotients of each round's own p99s. */
export function besideTable(results: readonly Result[], { loginsPerSecond, seconds, share }: Conditions): string {
  const rounds = results[0]?.pairs.length ?? 0
  const percent = Math.round(share * 100)
  return [
    `Refreshes at ${percent} % of what the same server did in a closed loop just before, in ${rounds} rounds of ${seconds} s without`,
    `and ${seconds} s with ${loginsPerSecond} password logins/s (password, finalize) beside them. Open loops: a flow is timed from`,
    'when it was due, whether or not a client was free to send it.',
    '',
    '| | refreshes/s | p50 ms alone | beside | p99 ms alone | beside | p99 ratio | of each round | logins/s | login p50 ms | p99 ms |',
    '|---|---:|---:|---:|---:|---:|---|---|---:|---:|---:|',
    ...results.map(line),
    '',
    ...results.flatMap(doubts),
  ]
    .join('\n')
    .trimEnd()
}

/** How many times as long the slowest hundredth of refreshes waits beside logins, round by round. */
export function p99Ratios(pairs: readonly Pair[]): number[] {
  return pairs.map(({ alone, beside }) => (beside.p99Ms ?? Number.NaN) / (alone.p99Ms ?? Number.NaN))
}

function line({ engine, rate, pairs }: Result): string {
  const problem = pairs.flatMap(Object.values<Offered>).flatMap(({ problems }) => problems)[0]
  if (problem) return `| ${engine} | **invalid**: ${problem.replaceAll(/[|\s]+/g, ' ')} | | | | | | | | | |`
  const of = (read: (pair: Pair) => number | undefined) => median(pairs.map(read))
  const ratios = p99Ratios(pairs)
  const ratio = median(ratios) ?? Number.NaN
  const cells = [
    String(rate),
    format(of(({ alone }) => alone.p50Ms)),
    format(of(({ beside }) => beside.p50Ms)),
    format(of(({ alone }) => alone.p99Ms)),
    format(of(({ beside }) => beside.p99Ms)),
    `${format(ratio)}${aimed(ratio, { atMost: AIM })}`,
    ratios.map(format).join(' '),
    format(of(({ logins }) => logins.requestsPerSecond)),
    format(of(({ logins }) => logins.p50Ms)),
    format(of(({ logins }) => logins.p99Ms)),
  ]
  return `| ${engine} | ${cells.join(' | ')} |`
}

function doubts({ engine, rate, pairs }: Result): string[] {
  const found: string[] = []
  const offered = pairs.flatMap(({ alone, beside }) => [alone, beside])
  const least = Math.min(...offered.map(({ requestsPerSecond }) => requestsPerSecond))
  const late = Math.max(...offered.map(({ latenessP99Ms }) => latenessP99Ms ?? 0))
  if (least < rate * KEPT_UP)
    found.push(`only ${Math.round(least)} of ${rate} refreshes/s were offered in one interval`)
  if (late > LATE_MS) found.push(`the load generator's clock was up to ${format(late)} ms late (p99 of one interval)`)
  return found.map((doubt) => `- ${engine}: ${doubt}.`)
}

function format(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(2)
}
