import { median, spread } from './statistics.ts'
import { aimed } from './table.ts'

/** What one round of refreshes cost. */
export type StorageRound = {
  readonly refreshesPerSecond: number
  /** Of the database; on SQLite that is this process. */
  readonly cpuMicros: number | undefined
  readonly walBytes: number | undefined
}

export type StorageRow = {
  readonly name: string
  readonly rounds: readonly StorageRound[]
  /** Of all updates of sessions, those that were written in place. */
  readonly inPlace: number | undefined
  readonly bytesPerSession: number | undefined
}

const AIM = 0.95

export function storageTable(rows: readonly StorageRow[]): string {
  return [
    '| | refreshes/s | spread | CPU µs/refresh | WAL bytes/refresh | updates in place ÷ all | bytes/session, indexes and all |',
    '|---|---:|---:|---:|---:|---|---:|',
    ...rows.map(line),
  ].join('\n')
}

function line({ name, rounds, inPlace, bytesPerSession }: StorageRow): string {
  const rates = rounds.map(({ refreshesPerSecond }) => refreshesPerSecond)
  const cells = [
    format(median(rates)),
    `${format((spread(rates) ?? 0) * 100)} %`,
    format(median(rounds.map(({ cpuMicros }) => cpuMicros))),
    format(median(rounds.map(({ walBytes }) => walBytes))),
    inPlace === undefined ? '–' : inPlace.toFixed(3),
    format(bytesPerSession),
  ]
  return `| ${name} | ${cells.join(' | ')} |`
}

/** Each figure of the first row over that of the second, round by round, and whether enough was written in place. */
export function storageRatios(now: StorageRow, before: StorageRow): string {
  const of = (figure: (round: StorageRound) => number | undefined) =>
    median(
      now.rounds.map((round, i) => {
        const [mine, other] = [figure(round), figure(before.rounds[i] as StorageRound)]
        return mine !== undefined && other ? mine / other : undefined
      }),
    )
  const quotients = [
    ['refreshes/s', of((round) => round.refreshesPerSecond)],
    ['CPU', of((round) => round.cpuMicros)],
    ['WAL', of((round) => round.walBytes)],
  ] as const
  const told = quotients.flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value.toFixed(2)}`]))
  const aim =
    now.inPlace === undefined ? '' : `; in place ${now.inPlace.toFixed(3)}${aimed(now.inPlace, { atLeast: AIM })}`
  return `- ${now.name} ÷ ${before.name}: ${told.join(', ')}${aim}`
}

const format = (value: number | undefined): string =>
  value === undefined ? '–' : Math.round(value).toLocaleString('en-US')
