import type { Figures } from './figures.ts'

/** What is not measured but taken; each is a line of the document. */
const SESSIONS_PER_USER = 2
/** Of all sessions, in the busiest minute: one user in ten has the app open, on one of two devices. */
const OPEN_AT_PEAK = 0.05
const TOKEN_LIFE_SECONDS = 60
/** A core that does more than this has no room for the second that is worse. */
const BUSY = 0.6
/** Processes of one machine share its log; so much of it a good disk takes without being asked about. */
const WAL_OF_ONE_DATABASE = 100e6
const USERS = [10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]

/** A deployment by its users, derived from measured figures. */
export function growth({ refresh, scale }: Figures): string {
  const server = refresh.rows['Antiphon refresh, PostgreSQL']
  const stored = scale.rows.filter(({ engine }) => engine === 'PostgreSQL').at(-1)
  if (!server || !stored) throw new Error('figures.json lacks a refresh on PostgreSQL')
  const [c, d, b, w] = [
    server.cpuMicros,
    server.databaseCpuMicros ?? 0,
    Math.round(stored.bytesPerSession),
    Math.round(stored.walBytes ?? 0),
  ]
  return [
    `From figures of ${refresh.at} (${refresh.machine}) and, for bytes, of ${scale.at}:`,
    '',
    '| | | |',
    '|---|---|---|',
    `| c | processor time of a refresh, server | ${c} µs |`,
    `| d | the same, PostgreSQL | ${d} µs |`,
    `| b | a session on disk, with its indexes | ${b} bytes |`,
    `| w | WAL of a refresh on pages that were not written since the last checkpoint | ${w} bytes |`,
    '',
    '| users | sessions | refreshes/s at the peak | server cores | database cores | sessions on disk | WAL/s | databases |',
    '|---:|---:|---:|---:|---:|---:|---:|---:|',
    ...USERS.map((users) => line(users, { c, d, b, w })),
    '',
    `Sessions = users × ${SESSIONS_PER_USER}. Refreshes/s = sessions × ${OPEN_AT_PEAK} ÷ ${TOKEN_LIFE_SECONDS} s. Cores = refreshes/s × c (d) ÷ ${BUSY}, for no core is planned to do more than ${BUSY * 100} %. On disk = sessions × b.`,
    `WAL/s = refreshes/s × w. Databases = WAL/s ÷ ${size(WAL_OF_ONE_DATABASE)}/s, rounded up.`,
  ].join('\n')
}

function line(users: number, { c, d, b, w }: Record<'c' | 'd' | 'b' | 'w', number>): string {
  const sessions = users * SESSIONS_PER_USER
  const perSecond = (sessions * OPEN_AT_PEAK) / TOKEN_LIFE_SECONDS
  const cores = (micros: number) => ((perSecond * micros) / 1e6 / BUSY).toFixed(perSecond < 1e4 ? 2 : 0)
  const databases = Math.ceil((perSecond * w) / WAL_OF_ONE_DATABASE)
  const cells = [
    count(users),
    count(sessions),
    count(Math.round(perSecond)),
    cores(c),
    cores(d),
    size(sessions * b),
    size(perSecond * w),
    databases,
  ]
  return `| ${cells.join(' | ')} |`
}

const count = (value: number) => value.toLocaleString('en-US')

/** Bytes as people say them. */
function size(bytes: number): string {
  const [unit, name] = (
    [
      [1e12, 'TB'],
      [1e9, 'GB'],
      [1e6, 'MB'],
    ] as const
  ).find(([least]) => bytes >= least) ?? [1e3, 'kB']
  return `${(bytes / unit).toFixed(bytes / unit < 10 ? 1 : 0)} ${name}`
}
