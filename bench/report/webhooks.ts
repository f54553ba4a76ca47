import type { Offered } from '../load/protocol.ts'
import { median } from './statistics.ts'
import { aimed } from './table.ts'

/** How fast what waited left. */
export type Speed = {
  readonly webhooks: number
  readonly maxBatch: number
  readonly deliveriesPerSecond: number
  readonly eventsPerSecond: number
}

/** Refreshes without and with deliveries beside them, round by round. */
export type Beside = {
  readonly webhooks: number
  readonly deliveriesPerSecond: number
  readonly pairs: readonly (readonly [alone: Offered, beside: Offered])[]
}

export type WebhookRun = {
  readonly engine: string
  readonly speeds: readonly Speed[]
  readonly rate: number
  readonly refreshes: readonly Beside[]
  readonly hanging: {
    readonly codes: readonly (readonly [healthy: Offered, hanging: Offered])[]
    /** p99 ms from an event to its arrival at the others. */
    readonly others: readonly (readonly [healthy: number | undefined, hanging: number | undefined])[]
  }
}

/** Of what one endpoint that hangs may do to everybody else. */
const AIM = 1.5

type Conditions = { readonly seconds: number; readonly share: number; readonly codesPerSecond: number }

/** Deliveries a second, and what others wait beside them: medians over the rounds, and the quotients of each round's own p99s. */
export function webhooksTable(runs: readonly WebhookRun[], { seconds, share, codesPerSecond }: Conditions): string {
  const rounds = runs[0]?.hanging.codes.length ?? 0
  return [
    'What waited for webhooks, from the moment that their endpoints, all of one process here, took it:',
    '',
    '| | webhooks | events in a delivery | deliveries/s | events/s |',
    '|---|---:|---:|---:|---:|',
    ...runs.flatMap(({ engine, speeds }) => speeds.map((one) => speedLine(engine, one))),
    '',
    `Refreshes at ${Math.round(share * 100)} % of what the server did in a closed loop, beside changes of a profile whose events go nowhere (alone) and to webhooks,`,
    `in ${rounds} rounds of ${seconds} s each:`,
    '',
    '| | webhooks | deliveries/s | refreshes/s | p50 ms alone | beside | p99 ms alone | beside | p99 ratio | of each round |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|---|',
    ...runs.flatMap((run) => run.refreshes.map((one) => besideLine(run, one))),
    '',
    `One of a hundred endpoints takes its deliveries, or hangs, while there is an event every four seconds for all of them and ${codesPerSecond} logins by code a second:`,
    '',
    '| | p99 ms, one takes | one hangs | ratio | of each round |',
    '|---|---:|---:|---:|---|',
    ...runs.flatMap(({ engine, hanging: { codes, others } }) => [
      hangingLine(
        `codes: start, arrive, check, finalize, ${engine}`,
        codes.map(([a, b]) => [a.p99Ms, b.p99Ms]),
      ),
      hangingLine(`event to arrival at the ninety-nine, ${engine}`, others),
    ]),
  ].join('\n')
}

const speedLine = (engine: string, one: Speed) =>
  `| ${engine} | ${one.webhooks} | ${one.maxBatch} | ${Math.round(one.deliveriesPerSecond)} | ${Math.round(one.eventsPerSecond)} |`

function besideLine({ engine, rate }: WebhookRun, { webhooks, deliveriesPerSecond, pairs }: Beside): string {
  const of = (index: 0 | 1, read: (offered: Offered) => number | undefined) =>
    format(median(pairs.map((pair) => read(pair[index]))))
  const cells = [
    String(webhooks),
    format(deliveriesPerSecond),
    String(rate),
    of(0, ({ p50Ms }) => p50Ms),
    of(1, ({ p50Ms }) => p50Ms),
    of(0, ({ p99Ms }) => p99Ms),
    of(1, ({ p99Ms }) => p99Ms),
    ...ratioCells(pairs.map(([alone, beside]) => [alone.p99Ms, beside.p99Ms])),
  ]
  return `| ${engine} | ${cells.join(' | ')} |`
}

function hangingLine(name: string, pairs: readonly (readonly [number | undefined, number | undefined])[]): string {
  const cells = [
    format(median(pairs.map(([healthy]) => healthy))),
    format(median(pairs.map(([, hanging]) => hanging))),
    ...ratioCells(pairs, AIM),
  ]
  return `| ${name} | ${cells.join(' | ')} |`
}

function ratioCells(pairs: readonly (readonly [number | undefined, number | undefined])[], aim?: number): string[] {
  const ratios = pairs.map(([before, after]) => (after ?? Number.NaN) / (before ?? Number.NaN))
  const ratio = median(ratios) ?? Number.NaN
  const judged = aim === undefined ? '' : aimed(ratio, { atMost: aim })
  return [`${format(ratio)}${judged}`, ratios.map(format).join(' ')]
}

const format = (value: number | undefined): string =>
  value === undefined || Number.isNaN(value) ? '–' : value.toFixed(2)
