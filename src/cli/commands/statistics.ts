import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { declare, type Tell } from '../api/declared.ts'
import { columns, done } from '../outcome.ts'
import { group } from '../program.ts'

/** As the management API shows it. */
interface Statistics {
  /** RFC 3339. */
  readonly starts: readonly string[]
  readonly series: readonly {
    readonly labels: Readonly<Record<string, string>>
    readonly total: number
    readonly counts: readonly number[]
  }[]
}

const BARS = '▁▂▃▄▅▆▇█'

/** One character for each count, as high as it is beside the highest; a point for none. */
const barsOf = (counts: readonly number[], most: number) =>
  counts.map((count) => (count === 0 ? '·' : (BARS[Math.ceil((count / most) * BARS.length) - 1] ?? ''))).join('')

export const tellStatistics: Tell = (body) => {
  const { starts, series } = body as Statistics
  const most = series.reduce((most, { counts }) => counts.reduce((a, b) => Math.max(a, b), most), 0)
  const lines = series.map(({ labels, total, counts }) => [
    Object.entries(labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(' '),
    String(total),
    barsOf(counts, most),
  ])
  const head = ['WHAT', 'TOTAL', `FROM ${starts[0]} ON`]
  return done(body as Statistics, columns([head, ...lines], `Nothing since ${starts[0]}.`))
}

/** `antiphon statistics` */
export function addStatistics(program: Command, variables: Variables): void {
  const statistics = group(program, 'statistics', 'how often something happened')
  declare(statistics, variables, {
    usage: 'get',
    operation: 'getStatistics',
    does: 'how often something happened, by the hour or day',
    tell: tellStatistics,
    examples: [
      'statistics get --app shop --metric session_started',
      'statistics get --app shop --metric message --by hour',
    ],
  })
}
