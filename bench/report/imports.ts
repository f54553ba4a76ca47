import type { Offered } from '../load/protocol.ts'
import { median } from './statistics.ts'
import { aimed } from './table.ts'

export type ImportRun = {
  readonly engine: string
  /** Refreshes per second that were offered. */
  readonly rate: number
  /** The same refreshes while the import was paused, and while it loaded. */
  readonly pairs: readonly (readonly [Offered, Offered & { readonly linesBeside?: number }])[]
  readonly sentSeconds: number
  readonly loaded: number
  /** Users per second with nobody beside. */
  readonly freeRate: number | undefined
  readonly startMib: number
  readonly peakMib: number
}

const AIM_RATIO = 1.5
const AIM_MIB = 64

type Conditions = { readonly users: number; readonly seconds: number; readonly share: number; readonly heapMib: number }

export function importsTable(runs: readonly ImportRun[], { users, seconds, share, heapMib }: Conditions): string {
  return [
    `A file of ${users} users, sent in chunks of 4 MiB, then loaded. Refreshes at ${Math.round(share * 100)} % of what the same server did in a`,
    `closed loop just before, for ${seconds} s while the import is paused and ${seconds} s while it loads, in turn; open loops.`,
    `The server's heap may grow to ${heapMib} MiB (\`--max-old-space-size\`).`,
    '',
    '| | users/s alone | beside refreshes | sending s | refreshes/s | p50 ms paused | loading | p99 ms paused | loading | p99 ratio | of each round | RSS MiB before | peak | more |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|---|---|---:|---:|---|',
    ...runs.map((run) => line(run, seconds)),
  ].join('\n')
}

function line({ engine, rate, pairs, sentSeconds, freeRate, startMib, peakMib }: ImportRun, seconds: number): string {
  const of = (read: (pair: ImportRun['pairs'][number]) => number | undefined) => median(pairs.map(read))
  const ratios = pairs.map(([alone, beside]) => (beside.p99Ms ?? Number.NaN) / (alone.p99Ms ?? Number.NaN))
  const ratio = median(ratios)
  const more = peakMib - startMib
  const judged = (value: number | undefined, aim: number, digits: number) =>
    value === undefined ? '–' : `${value.toFixed(digits)}${aimed(value, { atMost: aim })}`
  return `| ${[
    engine,
    format(freeRate, 0),
    format(
      of(([, { linesBeside = Number.NaN }]) => linesBeside / seconds),
      0,
    ),
    format(sentSeconds, 1),
    String(rate),
    format(of(([alone]) => alone.p50Ms)),
    format(of(([, beside]) => beside.p50Ms)),
    format(of(([alone]) => alone.p99Ms)),
    format(of(([, beside]) => beside.p99Ms)),
    judged(ratio, AIM_RATIO, 2),
    ratios.map((one) => format(one)).join(' '),
    format(startMib, 0),
    format(peakMib, 0),
    judged(more, AIM_MIB, 0),
  ].join(' | ')} |`
}

const format = (value: number | undefined, digits = 2): string =>
  value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits)
