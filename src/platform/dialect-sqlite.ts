import { existsSync } from 'node:fs'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  type QueryResult,
  SqliteDialect,
  SqliteQueryCompiler,
} from 'kysely'
import type { Bounds } from './db-bounds.ts'
import { isBusy } from './db-fault.ts'
import { makeFile } from './db-files.ts'
import type { Engine, Schema } from './dialect-engine.ts'
import { openTurns, type Turns } from './dialect-turns.ts'
import type { GroupedUpdate, Row } from './group.ts'

/** What SQLite may sleep for a lock, on the thread that answers everybody. A longer wait is a timer's. */
const BUSY_TIMEOUT_MS = 5
/** Nobody is answered yet while the file is opened. */
const OPENING_BUSY_TIMEOUT_MS = 5_000

/** Open a file, which is made when there is none. Another process may have it open too; what it locks is waited for by timers. */
export function openSqlite(path: string, bounds: Bounds): Engine {
  makeFile(path)
  const writeFile = openFile(path, 'journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on')
  const readFile = openFile(path, 'query_only = on')
  const turns = openTurns(bounds)
  const writer = over(writeFile, turns, bounds.busyMs)
  const reader = over(readFile, openTurns(bounds), bounds.busyMs)
  // It shares the writer's turns.
  const migrator = over(writeFile, turns, bounds.migrationTurnMs)

  return {
    kind: 'sqlite',
    reader,
    writer,
    // Whatever is written here is prepared once.
    frequent: writer,
    oneAtATime: true,
    migrator,
    // The writer's turn is waited for; what follows the beginning is synchronous, so nothing can come between.
    runGroup: (update, rows) =>
      writer.connection().execute(async () => {
        await patiently(bounds.busyMs, () => writeFile.exec('begin immediate'))
        return runRows(writeFile, update, rows)
      }),
    isDeadlock: () => false,
    giveWay: () => new Promise((resolve) => setImmediate(resolve)),
    clock: async () => undefined,
    load: () => turns.load(),
    pooler: async () => 'none',
    room: async () => undefined,
    hasOthers: async () => false,
    reach: () => false,
    // `begin immediate` has waited already, and statements have no limit.
    async takeTurn() {},
    async close() {
      await closeInTurn(writer)
      await closeInTurn(reader)
    },
  }
}

function runRows(file: File, update: GroupedUpdate, rows: readonly Row[]): (Row | undefined)[] {
  try {
    const statement = file.prepare(textOf(update))
    const results = rows.map((row) => statement.get(row as Record<string, SQLInputValue>) as Row | undefined)
    file.exec('commit')
    return results
  } catch (error) {
    file.rollBack()
    throw error
  }
}

const textOf = (update: GroupedUpdate) =>
  `update ${update.table} set ${update.set} where ${update.where} returning ${update.returning}`

/** Waits for whoever has the connection, but not for ever: then what is under way is rolled back by the closing. */
async function closeInTurn(db: Kysely<Schema>): Promise<void> {
  await db
    .connection()
    .execute(() => db.destroy())
    .catch(() => db.destroy())
}

const over = (file: File, turns: Turns, busyMs: number) =>
  new Kysely<Schema>({ dialect: new PatientSqlite(file, turns, busyMs) })

/** Kysely's dialect, with a driver that does not hold the thread while it waits. */
class PatientSqlite extends SqliteDialect {
  readonly #driver: Driver
  constructor(file: File, turns: Turns, busyMs: number) {
    super({ database: () => Promise.reject(new Error('the driver opens it')) })
    this.#driver = driverOf(file, turns, busyMs)
  }
  override createDriver(): Driver {
    return this.#driver
  }
  override createQueryCompiler() {
    return new LocklessCompiler()
  }
}

/** Without the locks of rows (`for update skip locked`): whoever writes here is alone. */
class LocklessCompiler extends SqliteQueryCompiler {
  override visitSelectModifier() {}
}

/** Every connection is the same one, lent to one at a time. */
function driverOf(file: File, turns: Turns, busyMs: number): Driver {
  const connection = new SqliteConnection(file, busyMs)
  return {
    async init() {},
    async acquireConnection() {
      await turns.take()
      return connection
    },
    // Takes the write lock at once: a deferred transaction that read first cannot become a writer once another process wrote.
    async beginTransaction() {
      await patiently(busyMs, () => file.exec('begin immediate'))
      connection.inTransaction = true
    },
    async commitTransaction() {
      file.exec('commit')
      connection.inTransaction = false
    },
    async rollbackTransaction() {
      connection.inTransaction = false
      file.rollBack()
    },
    async releaseConnection() {
      turns.give()
    },
    async destroy() {
      file.close()
    },
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #file: File
  readonly #busyMs: number
  inTransaction = false
  constructor(file: File, busyMs: number) {
    this.#file = file
    this.#busyMs = busyMs
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    if (!this.inTransaction) return await patiently(this.#busyMs, () => run<R>(this.#file, sql, parameters))
    // A full disk ends a transaction by itself; what followed would be written at once, and for good.
    if (!this.#file.isTransaction) throw new Error('this transaction was broken off')
    return run(this.#file, sql, parameters)
  }

  // biome-ignore lint/correctness/useYield: nothing of ours reads a stream
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('rows are not streamed')
  }
}

function run<R>(file: File, sql: string, parameters: readonly unknown[]): QueryResult<R> {
  const statement = file.prepare(sql)
  const values = parameters as readonly SQLInputValue[]
  if (file.answersRows(statement)) return { rows: statement.all(...values) as R[] }
  return { rows: [], numAffectedRows: BigInt(statement.run(...values).changes) }
}

/** Try for as long as somebody else holds the lock, at most `ms`; the thread is free in between. */
async function patiently<T>(ms: number, work: () => T): Promise<T> {
  const until = performance.now() + ms
  for (let pause = 1; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    try {
      return work()
    } catch (error) {
      if (!isBusy(error) || performance.now() + pause > until) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, pause))
  }
}

const MAX_PAUSE_MS = 50

type File = ReturnType<typeof openFile>

/** A connection of SQLite's, with its prepared statements. */
function openFile(path: string, pragmas: string) {
  const connect = (busyMs: number) => {
    const made = new DatabaseSync(path, { timeout: busyMs })
    made.exec(`pragma ${pragmas}; pragma busy_timeout = ${BUSY_TIMEOUT_MS}`)
    return made
  }
  let file = connect(OPENING_BUSY_TIMEOUT_MS)
  let isBroken = false
  const prepared = new Map<string, StatementSync>()
  const withRows = new WeakMap<StatementSync, boolean>()

  const current = () => {
    if (isBroken && existsSync(path)) {
      file = connect(BUSY_TIMEOUT_MS)
      isBroken = false
    }
    return file
  }
  return {
    exec: (sql: string) => current().exec(sql),
    get isTransaction() {
      return file.isOpen && file.isTransaction
    },
    /** Prepares each text once. */
    prepare(text: string): StatementSync {
      let statement = prepared.get(text)
      if (!statement) {
        if (prepared.size >= 500) prepared.clear()
        statement = current().prepare(text)
        prepared.set(text, statement)
      }
      return statement
    },
    answersRows(statement: StatementSync): boolean {
      const known = withRows.get(statement) ?? statement.columns().length > 0
      withRows.set(statement, known)
      return known
    },
    /** End a transaction, unless SQLite has done so by itself. A connection that cannot is replaced: nobody gets one that is inside another's. */
    rollBack() {
      if (!file.isTransaction) return
      try {
        file.exec('rollback')
      } catch {
        file.close()
        prepared.clear()
        isBroken = true
      }
    },
    close: () => file.close(),
  }
}
