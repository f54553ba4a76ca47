import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'
import { deriveKey } from '../../src/crypto/hash.ts'
import { issueRefreshToken } from '../../src/crypto/refresh-token.ts'
import { idBytes } from '../../src/platform/ids.ts'

const APP = 'demo'
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const ROWS_AT_ONCE = 100_000
/** The ids of so many sessions are of one second: a busy evening. */
const PER_SECOND = 100
const SESSIONS_PER_USER = 2
/** Multipliers of Lehmer generators: their remainders look random, and both engines and JavaScript come to the same. */
const [TAIL_A, TAIL_B, MODULUS] = [48_271, 69_621, 2_147_483_647]
const DAY_MS = 86_400_000

export type Fill = {
  readonly templates: Templates
  readonly app?: string
  /** The first and the number behind the last. */
  readonly from: number
  readonly to: number
  /** Ids begin here, Unix ms. */
  readonly since: number
  /** Thumbprints of keys: session `i` is bound to key `i % keys`. */
  readonly jkts: readonly string[]
}

/** Runs a statement on either engine, and answers its rows. */
export type Sql = {
  run(text: string): Promise<Record<string, unknown>[]>
  close(): Promise<void>
  readonly isSqlite: boolean
}

export function openSql(databaseUrl: string): Sql {
  if (databaseUrl.startsWith('sqlite:')) {
    const file = new DatabaseSync(databaseUrl.slice('sqlite:'.length), { timeout: 60_000 })
    const run = async (text: string) => file.prepare(text).all() as Record<string, unknown>[]
    return { run, close: async () => file.close(), isSqlite: true }
  }
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 1 })
  return { run: async (text) => (await pool.query(text)).rows, close: () => pool.end(), isSqlite: false }
}

/** A row of each table, as the server itself wrote it: whatever columns there are, they are filled as it fills them. */
export type Templates = Readonly<Record<'users' | 'identifiers' | 'sessions', Readonly<Record<string, unknown>>>>

export async function readTemplates(sql: Sql, app = APP): Promise<Templates> {
  const read = async (table: string) =>
    (await sql.run(`select * from ${table} where app_id = '${app}' limit 1`))[0] ?? {}
  return { users: await read('users'), identifiers: await read('identifiers'), sessions: await read('sessions') }
}

/** Writes sessions, two for each user, and their users and addresses. Ids are like the server's own: they sort by time, and are random within a moment. */
export async function fillSessions(sql: Sql, fill: Fill): Promise<void> {
  const app_id = `'${fill.app ?? APP}'`
  for (let from = fill.from; from < fill.to; from += ROWS_AT_ONCE) {
    const to = Math.min(from + ROWS_AT_ONCE, fill.to)
    const users = [Math.ceil(from / SESSIONS_PER_USER), Math.ceil(to / SESSIONS_PER_USER)] as const
    const user = idOf('usr', 'i', fill.since, sql)
    await copy(sql, 'users', fill.templates, users, { app_id, id: user, external_id: `'customer-' || i` })
    await copy(sql, 'identifiers', fill.templates, users, {
      app_id,
      user_id: user,
      value: `'person' || i || '@many.example'`,
    })
    await copy(sql, 'sessions', fill.templates, [from, to], { app_id, ...sessionColumns(sql, fill) })
  }
}

/** Writes sessions that died so long ago, of users who have others. */
export async function fillDeadSessions(sql: Sql, fill: Fill, deadForDays: number): Promise<void> {
  const { last_seen_at, idle_expires_at } = fill.templates.sessions
  const shift = deadForDays * DAY_MS + Number(idle_expires_at) - Number(last_seen_at)
  for (let from = fill.from; from < fill.to; from += ROWS_AT_ONCE) {
    const to = Math.min(from + ROWS_AT_ONCE, fill.to)
    await copy(
      sql,
      'sessions',
      fill.templates,
      [from, to],
      { app_id: `'${fill.app ?? APP}'`, ...sessionColumns(sql, fill) },
      shift,
    )
  }
}

const sessionColumns = (sql: Sql, { since, jkts }: Fill) => ({
  id: idOf('ses', 'i', since, sql),
  user_id: idOf('usr', `(i / ${SESSIONS_PER_USER})`, since, sql),
  counter: '0',
  jkt: `case i % ${jkts.length} ${jkts.map((jkt, i) => `when ${i} then '${jkt}'`).join(' ')} end`,
})

/** Copies a row, with other values in some columns, and its times set back by `shiftMs`. */
async function copy(
  sql: Sql,
  table: keyof Templates,
  templates: Templates,
  [from, to]: readonly [number, number],
  other: Record<string, string>,
  shiftMs = 0,
): Promise<void> {
  const columns = Object.keys(templates[table])
  const values = columns.map(
    (column) => other[column] ?? literal(templates[table][column], column.endsWith('_at') ? shiftMs : 0),
  )
  const numbers = sql.isSqlite
    ? `(with recursive n(i) as (select ${from} union all select i + 1 from n where i < ${to - 1}) select i from n)`
    : `(select generate_series(${from}::bigint, ${to - 1}) as i)`
  if (to > from)
    await sql.run(`insert into ${table} (${columns.join(', ')}) select ${values.join(', ')} from ${numbers} as numbers`)
}

/** Quoted whatever it is: the column says what that is. */
function literal(value: unknown, shiftMs: number): string {
  if (value === null) return 'null'
  const shown = shiftMs === 0 ? String(value) : String(Number(value) - shiftMs)
  return `'${shown.replaceAll("'", "''")}'`
}

/** The id of number `i`, as an expression: ten digits of time, and sixteen that look random. */
function idOf(prefix: string, i: string, since: number, { isSqlite }: Sql): string {
  const ms = `(${since} + ${i} * ${1000 / PER_SECOND})`
  const digits = Array.from(
    { length: 10 },
    (_, at) => `substr('${ALPHABET}', cast((${ms} >> ${45 - 5 * at}) & 31 as integer) + 1, 1)`,
  )
  const hex = (multiplier: number) => {
    const remainder = `((${i} + 1) * ${multiplier} % ${MODULUS})`
    return isSqlite ? `printf('%08x', ${remainder})` : `lpad(to_hex(${remainder}), 8, '0')`
  }
  return [`'${prefix}_'`, ...digits, hex(TAIL_A), hex(TAIL_B)].join(' || ')
}

/** The same of a session, here. */
export function sessionIdOf(i: number, since: number): string {
  const ms = since + i * (1000 / PER_SECOND)
  const digits = Array.from({ length: 10 }, (_, at) => ALPHABET[Math.floor(ms / 2 ** (45 - 5 * at)) % 32])
  const hex = (multiplier: number) =>
    Number((BigInt(i + 1) * BigInt(multiplier)) % BigInt(MODULUS))
      .toString(16)
      .padStart(8, '0')
  return `ses_${digits.join('')}${hex(TAIL_A)}${hex(TAIL_B)}`
}

/** The first refresh token of a session that nobody has refreshed. */
export function firstTokenOf(masterKey: string, sessionId: string, app = APP): string {
  const root = deriveKey(Buffer.from(masterKey, 'base64'), 'refresh-token')
  return issueRefreshToken(root, app, idBytes('ses', sessionId) as Uint8Array, 0)
}
