import { CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import type { Bounds } from './db-bounds.ts'
import type { Engine, Pooler, Schema } from './dialect-engine.ts'
import { type Lent, openPool, type Pool, type Statement } from './dialect-pool.ts'
import type { GroupedUpdate, Row } from './group.ts'

/** Open `postgres://…`. With `?pooler=transaction` nothing is expected of a connection beyond the end of a transaction. */
export function openPostgres(url: string, onError: (error: Error) => void, bounds: Bounds): Engine {
  const { connectionString, isPooled } = readUrl(url)
  const limits = limitsOf(bounds)
  // Poolers refuse limits among the parameters of a connection; and in transaction mode keep none that are set later.
  const session = {
    connectionString,
    onError,
    ...(!isPooled && { prepare: limits.map((one) => `set ${one}`).join('; ') }),
  }
  const begin = ['begin', ...(isPooled ? limits.map((one) => `set local ${one}`) : [])].join('; ')
  const pool = openPool({ ...session, max: bounds.connections }, bounds)
  const slow = openPool({ ...session, max: 1 }, { ...bounds, answerMs: bounds.migrationMs })
  const database = over(pool, begin)
  const migrator = over(slow, begin)
  const frequent = isPooled ? database : over(preparing(pool), begin)

  return {
    kind: 'postgres',
    reader: database,
    writer: database,
    frequent,
    oneAtATime: false,
    migrator,
    runGroup: (update, rows) =>
      runGroup(update, rows, (statement) => {
        const { name, ...nameless } = statement
        return pool.query<Row>(isPooled ? nameless : { ...nameless, name }, bounds.groupMs)
      }),
    isDeadlock: (error) => (error as { code?: unknown }).code === DEADLOCK_DETECTED,
    async giveWay() {},
    async clock() {
      const text = 'select (extract(epoch from clock_timestamp()) * 1000)::bigint as now'
      const { rows } = await pool.query<{ now: number }>({ text })
      return rows[0]?.now
    },
    load: () => pool.load(),
    pooler: () => findPooler(pool),
    async room() {
      const { rows } = await pool.query<{ room: number }>({ text: ROOM })
      return rows[0]?.room
    },
    async hasOthers() {
      const { rows } = await pool.query<{ others: number }>({ text: OTHERS })
      return (rows[0]?.others ?? 0) > 0
    },
    async takeTurn(tx) {
      await tx.executeQuery(CompiledQuery.raw(turnOf(bounds)))
    },
    reach(next) {
      const place = placeOf(next)
      if (place === undefined || place !== placeOf(url)) return false
      for (const one of [pool, slow]) one.reach(readUrl(next).connectionString)
      return true
    },
    // Kysely ends a pool only if it has used it.
    async close() {
      await Promise.all([pool.end(), slow.end()])
      await Promise.all([database.destroy(), migrator.destroy(), frequent.destroy()])
    },
  }
}

/** Before PostgreSQL 16 there is no `reserved_connections`. */
const ROOM = `select current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
  - coalesce(current_setting('reserved_connections', true)::int, 0) as room`

/** Only what somebody has logged in for has a user; the server's own processes have none. */
const OTHERS = `select count(*)::int as others from pg_stat_activity
  where datname = current_database() and usesysid is not null and pid <> pg_backend_pid()`

const DEADLOCK_DETECTED = '40P01'

/** A URL without its password: what remains is where the database is, and who asks. */
function placeOf(url: string): string | undefined {
  const place = URL.parse(url)
  if (!place) return undefined
  place.password = ''
  return place.href
}

/** A URL without our own parameter, which no server knows. */
function readUrl(url: string): { connectionString: string; isPooled: boolean } {
  const [place = '', query = ''] = url.split(/\?(.*)/s)
  const parameters = new URLSearchParams(query)
  if (!parameters.has('pooler')) return { connectionString: url, isPooled: false }
  const isPooled = parameters.get('pooler') === 'transaction'
  parameters.delete('pooler')
  return { connectionString: parameters.size > 0 ? `${place}?${parameters}` : place, isPooled }
}

const limitsOf = ({ statementMs, lockMs, idleMs }: Bounds) => [
  `statement_timeout = ${statementMs}`,
  `lock_timeout = ${lockMs}`,
  `idle_in_transaction_session_timeout = ${idleMs}`,
]

/** The tables that others serve from are locked within the usual limit or not at all. */
const turnOf = ({ migrationMs, migrationTurnMs, lockMs }: Bounds) =>
  `set local statement_timeout = ${migrationMs}; set local lock_timeout = ${migrationTurnMs};
  select pg_advisory_xact_lock(hashtext('antiphon migrations')); set local lock_timeout = ${lockMs}`

/** A connection holds each with its plan. */
const MAX_PREPARED = 100

/** A pool whose statements get names, by which `pg` prepares them once for each connection. Not those that answer every column of a table: a new one would be their end. */
function preparing(pool: Pool): Pool {
  const names = new Map<string, string>()
  const nameOf = (text: string) => {
    const known = names.get(text)
    if (known !== undefined || text.includes('*') || names.size >= MAX_PREPARED) return known
    names.set(text, `frequent_${names.size}`)
    return names.get(text)
  }
  const named = (one: Lent): Lent => ({
    ...one,
    query(text, values) {
      const name = typeof text === 'string' && values && values.length > 0 ? nameOf(text) : undefined
      return one.query(name === undefined ? text : { text: text as string, values: values as unknown[], name }, values)
    },
  })
  return { ...pool, lend: async () => named(await pool.lend()) }
}

const over = (pool: Pool, begin: string) => new Kysely<Schema>({ dialect: new BoundedPostgres(pool, begin) })

class BoundedPostgres extends PostgresDialect {
  readonly #begin: string
  constructor(pool: Pool, begin: string) {
    super({ pool: { connect: () => pool.lend() as never, end: () => pool.end() } })
    this.#begin = begin
  }
  override createDriver() {
    const driver = super.createDriver()
    driver.beginTransaction = async (connection) => {
      await connection.executeQuery(CompiledQuery.raw(this.#begin))
    }
    // What failed first is what is told; a connection that cannot roll back is closed when it is given back.
    driver.rollbackTransaction = async (connection) => {
      await connection.executeQuery(CompiledQuery.raw('rollback')).catch(() => {})
    }
    return driver
  }
}

type Run = (statement: Statement & { name: string }) => Promise<{ rows: Row[] }>

async function runGroup(update: GroupedUpdate, rows: readonly Row[], run: Run): Promise<(Row | undefined)[]> {
  const names = Object.keys(update.parameters)
  const [only] = rows
  if (only && rows.length === 1) {
    const values = names.map((name) => only[name])
    const { rows: found } = await run({ name: update.name, text: singleText(update), values })
    return [found[0]]
  }
  // Rows are locked in this order: two processes that move the same ones do not wait for each other in a circle.
  const sorted = rows.toSorted((a, b) => (String(a[update.key]) < String(b[update.key]) ? -1 : 1))
  const values = names.map((name) => sorted.map((row) => row[name]))
  const { rows: found } = await run({ name: `${update.name}s`, text: manyText(update), values })
  const byKey = new Map(found.map((row) => [row[update.key], row]))
  return rows.map((row) => byKey.get(row[update.key]))
}

/**
 * A pooler has a number of its own where the server's is expected. Where two connections that are open at once meet the same server process, or
 * one of them several, they are changed between transactions; it is tried a few times, for a pooler may happen to change nothing.
 */
async function findPooler(pool: Pool): Promise<Pooler> {
  return await borrow(pool, async (first) => {
    if ((await processOf(first)) === first.backend) return 'none'
    return await borrow(pool, async (second) => {
      const met = new Set<unknown>()
      for (let i = 0; i < 5; i++) {
        const both = [await processOf(first), await processOf(second)]
        for (const one of both) met.add(one)
        if (both[0] === both[1]) return 'transaction'
      }
      return met.size > 2 ? 'transaction' : 'session'
    })
  })
}

const processOf = async (one: Lent) => (await one.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid

async function borrow<T>(pool: Pool, work: (one: Lent) => Promise<T>): Promise<T> {
  const one = await pool.lend()
  try {
    return await work(one)
  } finally {
    one.release()
  }
}

const PARAMETER = /:([a-z_]+)/g

function singleText(update: GroupedUpdate): string {
  const names = Object.keys(update.parameters)
  const bind = (sql: string) => sql.replace(PARAMETER, (_, name: string) => `$${names.indexOf(name) + 1}`)
  return `update ${update.table} set ${bind(update.set)} where ${bind(update.where)} returning ${bind(update.returning)}`
}

function manyText(update: GroupedUpdate): string {
  // Names of their own, so that a bare column in `returning` is the table's.
  const bind = (sql: string) => sql.replace(PARAMETER, 'v.given_$1')
  const names = Object.keys(update.parameters).map((name) => `given_${name}`)
  const arrays = Object.values(update.parameters).map((type, i) => `$${i + 1}::${type}[]`)
  return (
    `update ${update.table} set ${bind(update.set)} from unnest(${arrays.join(', ')}) as v(${names.join(', ')}) ` +
    `where ${bind(update.where)} returning ${bind(update.returning)}`
  )
}
