import { sql } from 'kysely'
import { sha256 } from '../crypto/hash.ts'
import type { Database, Db } from './db.ts'
import { type ColumnValue, list, rowsBehind, tuple } from './db-rows.ts'
import { countRows } from './migrate.ts'
import { MOVED, MOVING } from './releases.ts'

/** A table, and the columns of its primary key, by which it is read in batches. */
export interface Movable {
  readonly name: string
  readonly key: readonly string[]
}

type Row = Readonly<Record<string, ColumnValue>>

/** What a table holds: the same for the same rows, in whatever order and on whatever engine. */
export interface Digest {
  readonly rows: number
  readonly sum: string
}

const BATCH = 400

/** All rows, in batches in the order of the primary key. */
async function* batchesOf(db: Db, { name, key }: Movable): AsyncGenerator<readonly Row[]> {
  let last: Row | undefined
  do {
    const after = last
    const behind = after && key.map((column) => after[column] ?? null)
    const rows = await rowsBehind<Row>(db, { table: name, key, columns: sql`*` }, behind, BATCH)
    if (rows.length > 0) yield rows
    last = rows.length < BATCH ? undefined : rows.at(-1)
  } while (last)
}

const WIDTH = 1n << 256n

/** Count the rows of a table, and add up what each hashes to. */
export async function digestOf(db: Db, table: Movable): Promise<Digest> {
  let [rows, sum] = [0, 0n]
  for await (const batch of batchesOf(db, table)) {
    rows += batch.length
    for (const row of batch) sum = (sum + BigInt(`0x${sha256(canonical(row)).toString('hex')}`)) % WIDTH
  }
  return { rows, sum: sum.toString(16) }
}

const canonical = (row: Row) => JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)))

const isSame = (a: Digest, b: Digest) => a.rows === b.rows && a.sum === b.sum

/**
 * Make a table hold what another one of that name does. What is there already is not copied again; where that is something else, it is all
 * copied anew. Undefined when it still differs at the end: the source changed meanwhile.
 */
export async function moveTable(
  from: Db,
  to: Pick<Database, 'db' | 'transact'>,
  table: Movable,
): Promise<Digest | undefined> {
  const wanted = await digestOf(from, table)
  // Counted in another way: what is not read cannot be missed.
  if (wanted.rows !== (await countRows(from, table.name))) return undefined
  if (isSame(wanted, await digestOf(to.db, table))) return wanted
  await copyRows(from, to, table)
  if (isSame(wanted, await digestOf(to.db, table))) return wanted
  await to.transact((tx) => sql`delete from ${sql.table(table.name)}`.execute(tx))
  await copyRows(from, to, table)
  return isSame(wanted, await digestOf(to.db, table)) ? wanted : undefined
}

async function copyRows(from: Db, to: Pick<Database, 'transact'>, table: Movable): Promise<void> {
  for await (const batch of batchesOf(from, table)) {
    const columns = Object.keys(batch[0] ?? {})
    const rows = sql.join(batch.map((row) => tuple(sql.join(columns.map((column) => row[column] ?? null)))))
    const insert = sql`insert into ${sql.table(table.name)} (${list(columns)}) values ${rows} on conflict do nothing`
    await to.transact((tx) => insert.execute(tx))
  }
}

type Writable = Pick<Database, 'transact'>

/** Say in a database that not everything is in it yet. */
export const beginMove = (to: Writable, now: number): Promise<unknown> => mark(to, MOVING, now)

/** Everything is. */
export const endMove = (to: Writable): Promise<unknown> => unmark(to, MOVING)

/** Say in a database that another one takes its place: whatever is written from now on would be lost. */
export const leaveBehind = (from: Writable, now: number): Promise<unknown> => mark(from, MOVED, now)

/** None does. */
export const takeBack = (from: Writable): Promise<unknown> => unmark(from, MOVED)

const mark = (one: Writable, name: string, now: number) =>
  one.transact((tx) =>
    sql`insert into migrations (name, applied_at) values (${name}, ${now}) on conflict do nothing`.execute(tx),
  )

const unmark = (one: Writable, name: string) =>
  one.transact((tx) => sql`delete from migrations where name = ${name}`.execute(tx))
