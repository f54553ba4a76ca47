import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { CompiledQuery, Kysely, PostgresDialect, SqliteDialect, type Transaction } from 'kysely'
import pg from 'pg'
import type { GroupedUpdate, Row } from './group.ts'

type Schema = Record<never, never>

/** One storage engine: SQLite or PostgreSQL. The only file that knows which. */
export interface Engine {
  readonly kind: 'sqlite' | 'postgres'
  /** For statements outside transactions. On SQLite a second, read-only connection. */
  readonly reader: Kysely<Schema>
  /** For transactions. On SQLite the only connection that writes. */
  readonly writer: Kysely<Schema>
  /** Run the update for every row, all in one durable write; answers in the order of the rows. */
  runGroup(update: GroupedUpdate, rows: readonly Row[]): Promise<(Row | undefined)[]>
  /** Whether a statement was broken off because transactions waited for each other in a circle. */
  isDeadlock(error: unknown): boolean
  /** Wait until others had their turn, where the database is asked on the thread that answers everybody. */
  giveWay(): Promise<void>
  /** What its clock says, Unix ms; undefined when that is the clock of this machine. */
  clock(): Promise<number | undefined>
  /** In the transaction of a migration: wait while another process migrates, then let statements take as long as they need. */
  takeTurn(tx: Transaction<Schema>): Promise<void>
  close(): Promise<void>
}

/** Open `sqlite:<path>` or `postgres://…`. */
export function openEngine(url: string, onError: (error: Error) => void): Engine {
  if (url.startsWith('sqlite:')) return openSqlite(url.slice('sqlite:'.length))
  return openPostgres(url, onError)
}

function openSqlite(path: string): Engine {
  mkdirSync(dirname(path), { recursive: true })
  const file = new DatabaseSync(path)
  // `busy_timeout` first: without it a second process starting at once can fail to switch to WAL.
  file.exec('pragma busy_timeout = 5000')
  file.exec('pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  const readFile = new DatabaseSync(path)
  readFile.exec('pragma busy_timeout = 5000; pragma query_only = on')
  const writer = new Kysely<Schema>({ dialect: new ImmediateSqlite({ database: kyselyDatabase(file) }) })
  const reader = new Kysely<Schema>({ dialect: new SqliteDialect({ database: kyselyDatabase(readFile) }) })
  const prepared = statements(file)

  return {
    kind: 'sqlite',
    reader,
    writer,
    // Taking Kysely's connection waits for open transactions; what follows is synchronous, so nothing can come between.
    runGroup: (update, rows) =>
      writer.connection().execute(async () => {
        const statement = prepared(sqliteText(update))
        file.exec('begin immediate')
        try {
          const results = rows.map((row) => statement.get(row as Record<string, SQLInputValue>) as Row | undefined)
          file.exec('commit')
          return results
        } catch (error) {
          if (file.isTransaction) file.exec('rollback')
          throw error
        }
      }),
    isDeadlock: () => false,
    giveWay: () => new Promise((resolve) => setImmediate(resolve)),
    clock: async () => undefined,
    // `begin immediate` has waited already, and statements have no limit.
    async takeTurn() {},
    // Taking the connections waits for whoever holds them.
    async close() {
      await writer.connection().execute(() => writer.destroy())
      await reader.connection().execute(() => reader.destroy())
    },
  }
}

/** Takes the write lock at `begin`: a deferred transaction that read first cannot become a writer once another process wrote. */
class ImmediateSqlite extends SqliteDialect {
  override createDriver() {
    const driver = super.createDriver()
    driver.beginTransaction = async (connection) => {
      await connection.executeQuery(CompiledQuery.raw('begin immediate'))
    }
    return driver
  }
}

/** Prepare each text once. */
function statements(file: DatabaseSync): (text: string) => StatementSync {
  const known = new Map<string, StatementSync>()
  return (text) => {
    let statement = known.get(text)
    if (!statement) {
      if (known.size >= 500) known.clear()
      statement = file.prepare(text)
      known.set(text, statement)
    }
    return statement
  }
}

/** `node:sqlite` in the shape Kysely's SQLite dialect expects. */
function kyselyDatabase(file: DatabaseSync) {
  const prepared = statements(file)
  return {
    close: () => file.close(),
    prepare(text: string) {
      const statement = prepared(text)
      return {
        reader: statement.columns().length > 0,
        all: (values: readonly unknown[]) => statement.all(...(values as SQLInputValue[])),
        run: (values: readonly unknown[]) => statement.run(...(values as SQLInputValue[])),
        iterate: (values: readonly unknown[]) =>
          statement.iterate(...(values as SQLInputValue[])) as IterableIterator<unknown>,
      }
    },
  }
}

const sqliteText = (update: GroupedUpdate) =>
  `update ${update.table} set ${update.set} where ${update.where} returning ${update.returning}`

const INT8 = 20
const DEADLOCK_DETECTED = '40P01'
const LOCK_TIMEOUT_MS = 3_000

/** Other processes wait without limit; the tables they serve from are locked within the usual limit or not at all. */
const TAKE_TURN = `set local statement_timeout = 0; set local lock_timeout = 0;
  select pg_advisory_xact_lock(hashtext('antiphon migrations')); set local lock_timeout = ${LOCK_TIMEOUT_MS}`

function openPostgres(url: string, onError: (error: Error) => void): Engine {
  const pool = new pg.Pool({
    connectionString: url,
    max: 16,
    statement_timeout: 15_000,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: 30_000,
    connectionTimeoutMillis: 10_000,
    types: {
      // Every integer of ours is a count or milliseconds: below 2^53.
      getTypeParser: ((oid: number, format?: 'text') =>
        oid === INT8 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
    },
  })
  pool.on('error', onError)
  // A connection that dies while in use fails its query; its `error` event, unheard, would end the process.
  pool.on('connect', (client) => client.on('error', () => {}))
  const database = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
  return {
    kind: 'postgres',
    reader: database,
    writer: database,
    async runGroup(update, rows) {
      const [only] = rows
      if (only && rows.length === 1) {
        const values = Object.keys(update.parameters).map((name) => only[name])
        const { rows: found } = await pool.query<Row>({ name: update.name, text: singleText(update), values })
        return [found[0]]
      }
      // Rows are locked in this order: two processes that move the same ones do not wait for each other in a circle.
      const sorted = rows.toSorted((a, b) => (String(a[update.key]) < String(b[update.key]) ? -1 : 1))
      const columns = Object.keys(update.parameters).map((name) => sorted.map((row) => row[name]))
      const { rows: found } = await pool.query<Row>({
        name: `${update.name}s`,
        text: manyText(update),
        values: columns,
      })
      const byKey = new Map(found.map((row) => [row[update.key], row]))
      return rows.map((row) => byKey.get(row[update.key]))
    },
    isDeadlock: (error) => error instanceof pg.DatabaseError && error.code === DEADLOCK_DETECTED,
    async giveWay() {},
    async clock() {
      const sql = 'select (extract(epoch from clock_timestamp()) * 1000)::bigint as now'
      const { rows } = await pool.query<{ now: number }>(sql)
      return rows[0]?.now
    },
    async takeTurn(tx) {
      await tx.executeQuery(CompiledQuery.raw(TAKE_TURN))
    },
    // Kysely ends a pool only if it has used it.
    async close() {
      await database.destroy()
      if (!pool.ending) await pool.end()
    },
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
