import type { Offered } from '../load/protocol.ts'
import { aimed } from './table.ts'

/** What others felt of one thing that was done beside them. */
export type CrowdRow = {
  readonly engine: string
  readonly name: string
  readonly refresh: Offered
  readonly livez: Offered
  /** The answers of what was asked. */
  readonly asked: Offered | undefined
  /** What became of what was done. */
  readonly note: string | undefined
  /** Processor time of the main thread at a stretch. */
  readonly longestTurnMs: number
  readonly problems: readonly string[]
}

const AIM_MS = 50

type Conditions = { readonly people: number; readonly seconds: number; readonly reads: number; readonly others: number }

export function crowdTable(rows: readonly CrowdRow[], { people, seconds, reads, others }: Conditions): string {
  return [
    `${people} users. ${others} refreshes and ${others} \`/livez\` a second, and beside them ${reads} questions a second, or what the row says, for ${seconds} s each; open loops.`,
    '"Longest turn" is processor time that the main thread of the server took without letting anybody else in: what others of the machine do is not in it.',
    '',
    '| | beside | answers p50 ms | p99 | refresh p50 ms | p99 | max | livez p50 ms | p99 | max | longest turn ms | |',
    '|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---|---|',
    ...rows.map(line),
  ].join('\n')
}

function line({ engine, name, asked, refresh, livez, longestTurnMs, note = '', problems }: CrowdRow): string {
  const judged = `${format(longestTurnMs)}${aimed(longestTurnMs, { atMost: AIM_MS })}`
  const said =
    problems.length > 0
      ? `**invalid**: ${problems
          .join('; ')
          .replaceAll(/[|\s]+/g, ' ')
          .slice(0, 200)}`
      : note
  const times = [
    asked?.p50Ms,
    asked?.p99Ms,
    refresh.p50Ms,
    refresh.p99Ms,
    refresh.maxMs,
    livez.p50Ms,
    livez.p99Ms,
    livez.maxMs,
  ]
  return `| ${[engine, name, ...times.map(format), judged, said].join(' | ')} |`
}

const format = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(1))
