import type { Interval } from '../load/protocol.ts'
import { median, spread } from './statistics.ts'
import { aimed } from './table.ts'

/** What was measured on one engine at one size. */
export type ScaleRow = {
  readonly engine: string
  readonly sessions: number
  readonly fillSeconds: number
  readonly bytesPerSession: number
  readonly readyMs: number | undefined
  readonly intervals: readonly Interval[]
  /** Updates of `sessions` that moved no index, of all; PostgreSQL only. */
  readonly hotShare?: number
  readonly walBytesPerRefresh?: number
  readonly sweptPerSecond: number | undefined
  readonly backupSeconds: number
  readonly problem?: string | undefined
}

/** From this size on, refreshes per second are to stay what they are. */
const FLAT_FROM = 100_000
const FLAT_WITHIN = 0.2
const HOT_AIM = 0.95

type Conditions = { readonly clients: number; readonly rounds: number; readonly seconds: number }

export function scaleTable(rows: readonly ScaleRow[], { clients, rounds, seconds }: Conditions): string {
  return [
    `Two sessions for each user, written by SQL as the server writes them. ${clients} clients in a closed loop refresh sessions that are drawn from all of them, each seldom`,
    `twice; medians of ${rounds} rounds of ${seconds} s, right after a checkpoint, so that most pages are written for the first time. "On disk": table and indexes. Ready: from spawn`,
    'to `/readyz`, of the release. The sweep finds the dead among the living and has the server to itself. Backup: `antiphon backup`; of PostgreSQL a COPY of the three tables.',
    '',
    '| | sessions | refreshes/s | spread | p99 ms | CPU µs | + database | bytes/session on disk | HOT updates | WAL bytes/refresh | ready ms | swept/s | backup s | filled s |',
    '|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...rows.map(line),
    '',
    ...[...new Set(rows.map(({ engine }) => engine))].flatMap((engine) =>
      flatness(rows.filter((row) => row.engine === engine)),
    ),
  ].join('\n')
}

const of = (row: ScaleRow, read: (interval: Interval) => number | undefined) => median(row.intervals.map(read))
const rateOf = (row: ScaleRow) => of(row, ({ requestsPerSecond }) => requestsPerSecond)

function line(row: ScaleRow): string {
  if (row.problem)
    return `| ${row.engine} | ${show(row.sessions)} | **invalid**: ${row.problem.replaceAll(/[|\s]+/g, ' ')} | | | | | | | | | | | |`
  const hot =
    row.hotShare === undefined ? '–' : `${row.hotShare.toFixed(3)}${aimed(row.hotShare, { atLeast: HOT_AIM })}`
  return `| ${[
    row.engine,
    show(row.sessions),
    show(rateOf(row)),
    `${show((spread(row.intervals.map((one) => one.requestsPerSecond)) ?? 0) * 100)} %`,
    show(
      of(row, ({ p99Ms }) => p99Ms),
      1,
    ),
    show(of(row, ({ cpuMicrosPerRequest }) => cpuMicrosPerRequest)),
    show(of(row, ({ databaseCpuMicrosPerRequest }) => databaseCpuMicrosPerRequest)),
    show(row.bytesPerSession),
    hot,
    show(row.walBytesPerRefresh),
    show(row.readyMs),
    show(row.sweptPerSecond),
    show(row.backupSeconds, 1),
    show(row.fillSeconds, 0),
  ].join(' | ')} |`
}

/** Refreshes per second at each size that counts, in parts of those at the first of them. */
export function flatness(rows: readonly ScaleRow[]): string[] {
  const [first, ...others] = rows.filter(({ sessions }) => sessions >= FLAT_FROM)
  const base = first && rateOf(first)
  if (!first || !base || others.length === 0) return []
  const shares = others.map((row) => ({ sessions: row.sessions, share: (rateOf(row) ?? Number.NaN) / base }))
  const isFlat = shares.every(({ share }) => Math.abs(share - 1) <= FLAT_WITHIN)
  const told = shares.map(({ sessions, share }) => `${share.toFixed(2)} at ${show(sessions)}`).join(', ')
  return [
    `- ${first.engine}: refreshes/s ÷ those at ${show(first.sessions)} sessions: ${told} (aim within ${FLAT_WITHIN * 100} %: ${isFlat ? 'met' : '**missed**'}).`,
  ]
}

const show = (value: number | undefined, digits = 0): string =>
  value === undefined || Number.isNaN(value)
    ? '–'
    : value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
