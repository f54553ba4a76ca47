/**
 * What a fault of the database speaks of:
 * - `connection`: the connection that brought it, which is of no more use: gone, silent, shutting down, read-only, refused.
 * - `unavailable`: the database or its disk, which cannot do this now: full, locked, too slow.
 * - `contention`: other transactions that want the same rows.
 * - `bug`: the statement, or the program.
 */
export type FaultKind = 'connection' | 'unavailable' | 'contention' | 'bug'

/** The database cannot be asked now: it does not answer in time, or too many wait for it. Nobody's statement is at fault. */
export class Unavailable extends Error {
  readonly code = 'EUNAVAILABLE'
  readonly kind: Exclude<FaultKind, 'bug'>
  constructor(kind: Exclude<FaultKind, 'bug'>, message: string, options?: ErrorOptions) {
    super(message, options)
    this.kind = kind
  }
}

/** What a thrown value says of the database. Whatever is not known to be its trouble is a bug. */
export function judgeFault(error: unknown): FaultKind {
  if (error instanceof Unavailable) return error.kind
  if (!(error instanceof Error)) return 'bug'
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  if (code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number') return judgeSqlite(errcode)
  if (typeof code === 'string' && code.length === 5 && /^[0-9A-Z]{5}$/.test(code) && /\d/.test(code))
    return judgeSqlState(code)
  if (typeof code === 'string' && NETWORK.has(code)) return 'connection'
  return CONNECTION_GONE.test(error.message) ? 'connection' : 'bug'
}

/** Whether the database has trouble that passes, or that its operator can end. */
export const isTrouble = (error: unknown): boolean => judgeFault(error) !== 'bug'

const NETWORK = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN', 'ENETUNREACH'],
  ...['ENETDOWN', 'ENETRESET', 'ENOTCONN', 'ENOTFOUND', 'EAI_AGAIN', 'EAI_FAIL', 'EADDRNOTAVAIL', 'EMFILE', 'ENFILE'],
])

/** What `pg` throws without a code. */
const CONNECTION_GONE =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|Cannot use a pool after|timeout e(xceeded|xpired)|There was an error establishing an SSL connection|driver has already been destroyed)/

/** SQLSTATE, PostgreSQL appendix A: by the whole code, else by its class, the first two characters. */
const SQL_STATES: Readonly<Record<string, FaultKind>> = {
  // Not connected; not let in; a limit to idling that ends the connection; shutting down, starting up, gone.
  ...{ '08': 'connection', '28': 'connection', '3D000': 'connection', '57': 'connection' },
  ...{ '25006': 'connection', '25P03': 'connection', '25P04': 'connection', '53300': 'connection' },
  // A statement that this connection does not know, or knows already: somebody swaps the connections behind it.
  ...{ '26000': 'connection', '42P05': 'connection' },
  // No disk, no memory, a limit; a statement that took too long; the disk of the server, or what is on it.
  ...{ '53': 'unavailable', '57014': 'unavailable', '58': 'unavailable', XX001: 'unavailable', XX002: 'unavailable' },
  ...{ '40': 'contention', '55P03': 'contention' },
}

const judgeSqlState = (code: string): FaultKind => SQL_STATES[code] ?? SQL_STATES[code.slice(0, 2)] ?? 'bug'

/** Primary result codes (https://sqlite.org/rescode.html) that speak of the file, its disk, or who else has it open. */
const SQLITE_TROUBLE: Readonly<Record<number, string>> = {
  ...{ 5: 'busy', 6: 'locked', 7: 'no memory', 8: 'read-only', 9: 'interrupted', 10: 'i/o error', 11: 'corrupt' },
  ...{ 13: 'full', 14: 'cannot be opened', 15: 'locking protocol', 22: 'large file', 26: 'no database' },
}

const judgeSqlite = (errcode: number): FaultKind => ((errcode & 0xff) in SQLITE_TROUBLE ? 'unavailable' : 'bug')

/** Whether somebody else holds the lock of a SQLite file. */
export const isBusy = (error: unknown): boolean => {
  const { code, errcode } = error as { code?: unknown; errcode?: unknown }
  return code === 'ERR_SQLITE_ERROR' && typeof errcode === 'number' && [5, 6].includes(errcode & 0xff)
}

/** What `work` answers, if it does so within `ms`; throws otherwise, and leaves the work to itself. */
export async function within<T>(ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(late()), ms)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
