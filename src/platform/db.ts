import { type Kysely, sql } from 'kysely'
import { BOUNDS, type Bounds } from './db-bounds.ts'
import { type Context, marks, open, type Tx } from './db-context.ts'
import { isTrouble } from './db-fault.ts'
import { type Readiness, watchReadiness } from './db-readiness.ts'
import { openTogether } from './db-together.ts'
import { openEngine } from './dialect.ts'
import type { DatabaseLoad, Engine, Pooler, Schema } from './dialect-engine.ts'
import { type Group, type GroupedUpdate, groupUpdates, type Row } from './group.ts'

export type { Tx }

/** A handle that reads. Every `Tx` is also a `Db`. */
export type Db = Kysely<Schema>

export interface Database {
  /** For reading outside a transaction. */
  readonly db: Db
  /**
   * The way to write: commits when `work` returns, rolls back when it throws or returns `undo(outcome)`. Work that the database breaks off to
   * end a deadlock is run again, so it does nothing but ask the database.
   */
  transact<R>(work: (tx: Tx) => Promise<R | Undo<R>>): Promise<R>
  /**
   * As `transact`, for what many people do at once and is short. Statements are prepared once, and where one transaction at a time is open those that
   * wait for it share its commit. A neighbour's failure is nobody else's.
   */
  together<R>(work: (tx: Tx) => Promise<R | Undo<R>>): Promise<R>
  /** A single-row update whose commits are shared; see `groupUpdates`. */
  grouped(update: GroupedUpdate): (row: Row) => Promise<Row | undefined>
  /** Whether what requests need can be done now: read, and write. Answers soon, and asks the database about once a second. */
  isWritable(): Promise<boolean>
  /** How busy its connections are at the moment. */
  databaseLoad(): DatabaseLoad
  readonly databaseKind: Engine['kind']
  /** What stands between this process and the database. */
  databasePooler(): Promise<Pooler>
  /** How many connections a PostgreSQL has for all its clients. */
  databaseRoom(): Promise<number | undefined>
}

/** An outcome whose transaction must leave no trace. */
export class Undo<R> {
  readonly outcome: R
  constructor(outcome: R) {
    this.outcome = outcome
  }
}

/** Roll back, then answer `outcome`. */
export const undo = <R>(outcome: R): Undo<R> => new Undo(outcome)

/** Hears how long the end of a transaction took, or the write of a group of updates, which is a commit by itself. */
export type OnCommit = (write: 'transaction' | 'group', ms: number) => void

/** Open the database behind a URL. `close` waits for what is under way, not for ever. */
export function openDatabase(
  url: string,
  onError: (error: Error) => void,
  given: Partial<Bounds> = {},
  onCommit: OnCommit = () => {},
): Database & { engine: Engine; close(): Promise<void> } {
  const bounds = { ...BOUNDS, ...given }
  const engine = openEngine(url, onError, bounds)
  const groups: Group[] = []
  const onTransaction = (ms: number) => onCommit('transaction', ms)
  const together = engine.oneAtATime ? openTogether(engine.frequent, engine.giveWay, bounds, onTransaction) : undefined
  const readiness = watchReadiness(
    {
      read: () => ping(engine.reader),
      write: () => touch(engine.writer),
      waitedMs: () => Math.max(0, ...groups.map((group) => group.waitedMs())),
    },
    bounds,
  )

  // A second transaction would wait for the first one's connection, forever on SQLite.
  const nested = () => Promise.reject(new Error('a transaction is open here already'))

  const apart: Way = { run: alone(engine, engine.writer, onTransaction), leaves: false }
  const shared: Way = { run: together?.transact ?? alone(engine, engine.frequent, onTransaction), leaves: true }
  const transactBy =
    (way: Way) =>
    <R>(work: (tx: Tx) => Promise<R | Undo<R>>): Promise<R> =>
      open.getStore() ? nested() : watched(readiness, transact(engine, way, work))

  return {
    engine,
    db: guardReader(engine.reader),
    transact: transactBy(apart),
    together: transactBy(shared),
    grouped(update) {
      const group = groupUpdates(update, (rows) =>
        watched(readiness, runGroup(engine, update, rows, onCommit), isAnyWritten),
      )
      groups.push(group)
      return (row) => (open.getStore() ? nested() : group.write(row))
    },
    isWritable: () => readiness.judge(),
    databaseLoad() {
      const { used, waiting } = engine.load()
      return { used, waiting: waiting + (together?.waiting() ?? 0) }
    },
    databaseKind: engine.kind,
    databasePooler: () => engine.pooler(),
    databaseRoom: () => engine.room(),
    close: () => engine.close(),
  }
}

/** Reading through `db` inside a transaction would miss the transaction's own writes, or wait for it forever. */
const guardReader = (reader: Db): Db =>
  reader.withPlugin({
    transformQuery({ node }) {
      if (open.getStore()) throw new Error('use tx, not db, inside a transaction')
      return node
    },
    transformResult: async ({ result }) => result,
  })

const isAnyWritten = (rows: readonly (Row | undefined)[]) => rows.some(Boolean)

/** Tell readiness how a write went. A transaction that went well may not have written anything. */
async function watched<T>(
  readiness: Readiness,
  work: Promise<T>,
  isWritten: (outcome: T) => boolean = () => false,
): Promise<T> {
  try {
    const outcome = await work
    if (isWritten(outcome)) readiness.wrote()
    return outcome
  } catch (error) {
    if (isTrouble(error)) readiness.failed()
    throw error
  }
}

const ATTEMPTS = 3

/** Time for the other transaction to take the locks it waited for. */
const AGAIN_AFTER_MS = 20

/** How a transaction is opened around some work, and whether rows may be left to its end. */
interface Way {
  run<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  readonly leaves: boolean
}

/** In a transaction of its own. What comes before one is long enough by itself: a refresh must not wait for both. */
const alone =
  (engine: Engine, writer: Kysely<Schema>, onCommit: (ms: number) => void): Way['run'] =>
  async (work) => {
    await engine.giveWay()
    let workedAt = 0
    const outcome = await writer.transaction().execute(async (tx) => {
      const result = await work(tx)
      workedAt = performance.now()
      return result
    })
    onCommit(performance.now() - workedAt)
    return outcome
  }

type Work<R> = (tx: Tx) => Promise<R | Undo<R>>

async function transact<R>(engine: Engine, way: Way, work: Work<R>): Promise<R> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transactOnce(way, work)
    } catch (thrown) {
      if (thrown instanceof Undo) return thrown.outcome as R
      if (attempt === ATTEMPTS || !engine.isDeadlock(thrown)) throw thrown
    }
    await new Promise((resolve) => setTimeout(resolve, attempt * AGAIN_AFTER_MS))
  }
}

async function transactOnce<R>({ run, leaves }: Way, work: Work<R>): Promise<R> {
  const context: Context = { afterCommit: [], left: leaves ? new Map() : undefined }
  const outcome = await run((tx) =>
    open.run(context, async () => {
      const result = await work(tx)
      if (result instanceof Undo) throw result
      for (const [write, rows] of context.left ?? []) await write(tx, rows as never[])
      await marks.getStore()?.mark?.(tx)
      return result
    }),
  )
  for (const callback of context.afterCommit) callback()
  return outcome
}

async function runGroup(engine: Engine, update: GroupedUpdate, rows: readonly Row[], onCommit: OnCommit) {
  const begun = performance.now()
  const written = await engine.runGroup(update, rows)
  onCommit('group', performance.now() - begun)
  return written
}

/** A write that concerns nobody, to a budget of its own that is never over. It changes something: SQLite does not write what is the same. */
async function touch(db: Db): Promise<void> {
  await sql`
    insert into limits (app_id, name, subject, window_start, taken, expires_at)
    values ('', 'readiness', '', 0, 1, ${Number.MAX_SAFE_INTEGER})
    on conflict (app_id, name, subject, window_start) do update set taken = limits.taken + 1
  `.execute(db)
}

/** Answers when the database does; throws when it is out of reach. */
export async function ping(db: Db): Promise<void> {
  await sql`select 1`.execute(db)
}
