import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Config } from '../../platform/config.ts'
import type { Pooler } from '../../platform/dialect-engine.ts'
import { type Finding, fault, hint, ok } from '../../platform/finding.ts'

/** Whether the URL says what stands between us and the database. */
export function judgePooler(pooler: Pooler, databaseUrl: string): Finding[] {
  const topic = 'connection pooler'
  const isTold = /[?&]pooler=transaction(&|$)/.test(databaseUrl)
  if (pooler === 'transaction' && !isTold) {
    return [
      fault(
        topic,
        'a pooler gives each transaction another connection: limits to waiting are lost, and prepared statements fail',
        'Add ?pooler=transaction to ANTIPHON_DATABASE_URL, or let it pool by session.',
      ),
    ]
  }
  if (pooler === 'none' && isTold) {
    return [
      hint(
        topic,
        'there is none, though ANTIPHON_DATABASE_URL tells of one in transaction mode: statements are not prepared, for nothing',
        'Remove ?pooler=transaction.',
      ),
    ]
  }
  return pooler === 'none' ? [] : [ok(topic, `there is one, by ${pooler}, and ANTIPHON_DATABASE_URL fits it`)]
}

/**
 * Whether PostgreSQL has so many connections as all processes may hold; while they are replaced there is one process more. `room`: how many it has for all
 * its clients; undefined where nobody counts them. A pooler has a number of its own.
 */
export function judgeRoom(
  { processes, databasePool, databaseUrl }: Pick<Config, 'processes' | 'databasePool' | 'databaseUrl'>,
  room: number | undefined,
): Finding[] {
  if (room === undefined || /[?&]pooler=transaction(&|$)/.test(databaseUrl)) return []
  const count = processes === undefined ? 1 : processes + 1
  const needed = count * databasePool
  const have = `connections that this server may hold, of ${room} that PostgreSQL has for all its clients`
  if (needed <= room) return [ok(ROOM, `${needed} ${have}`)]
  const each = Math.floor(room / count)
  const mend = each >= LEAST_POOL ? `Set ANTIPHON_DATABASE_POOL to ${each} or less` : 'Set ANTIPHON_PROCESSES to less'
  return [hint(ROOM, `${needed} ${have}`, `${mend}, raise max_connections, or pool by PgBouncer.`)]
}

const ROOM = 'connections'
const LEAST_POOL = 2

/** A path and the permissions of what is there. */
export interface Mode {
  readonly path: string
  readonly mode: number
}

/** Who may read what is kept; empty where there is nothing, or where permissions are told in another way. */
export function modesOf(path: string | undefined): Mode[] {
  if (!path || process.platform === 'win32') return []
  const found = statSync(path, { throwIfNoEntry: false })
  return found ? [{ path, mode: modeFor(found, process.getuid?.() ?? 0) }] : []
}

const GROUP_READS = 0o040

/** A file of root's is read by `me` through its group: so systemd and Kubernetes hand in secrets, and `me` could not change it. */
export const modeFor = ({ uid, mode }: { uid: number; mode: number }, me: number): number =>
  mode & 0o777 & (uid === 0 && me !== 0 ? ~GROUP_READS : 0o777)

/** The files of a SQLite database. Where their folder is closed, their own permissions do not matter. */
export function filesOf(databaseUrl: string): string[] {
  if (!databaseUrl.startsWith('sqlite:')) return []
  const path = databaseUrl.slice('sqlite:'.length)
  const isClosed = modesOf(dirname(path)).every(({ mode }) => (mode & OTHERS_ENTER) === 0)
  return isClosed ? [] : [path, `${path}-wal`, `${path}-shm`]
}

const OTHERS_READ = 0o044
const OTHERS_ENTER = 0o011

/** Whether what is kept is for its owner alone. */
export const judgeModes = (modes: readonly Mode[]): Finding[] =>
  modes
    .filter(({ mode }) => (mode & OTHERS_READ) !== 0)
    .map(({ path, mode }) =>
      hint(
        'permissions',
        `${path} is readable by other accounts of this machine (${mode.toString(8)})`,
        `Run \`chmod go= ${path}\`.`,
      ),
    )
