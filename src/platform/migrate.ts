import { type Kysely, sql } from 'kysely'
import type { Db } from './db.ts'
import type { Engine } from './dialect-engine.ts'

/** One step of the schema, forward only. Portable SQL for both engines; never changed once released. */
export interface Migration {
  /** `owner/NNN-what`. */
  readonly name: string
  readonly up: readonly string[]
  /** What PostgreSQL alone is told besides, behind the rest: how a table is stored. Nothing that a statement could tell. */
  readonly postgres?: readonly string[]
}

type Tables = { migrations: { name: string; applied_at: number } }

/** Apply what is missing, each migration in its own transaction, in the order given. Any number of processes may do so at once. */
export async function migrate(engine: Engine, migrations: readonly Migration[], now: number): Promise<string[]> {
  await createLedger(engine.migrator)
  const applied: string[] = []
  for (const migration of migrations) {
    if (await applyMigration(engine, migration, now)) applied.push(migration.name)
  }
  return applied
}

/** Names of the migrations that the database has not seen. */
export async function pendingMigrations(db: Db, migrations: readonly Migration[]): Promise<string[]> {
  const done = new Set(await appliedMigrations(db))
  return migrations.map((migration) => migration.name).filter((name) => !done.has(name))
}

/** Names of the migrations that the database has seen, those that this release does not know among them. */
export async function appliedMigrations(db: Db): Promise<string[]> {
  const rows = await (db.withTables<Tables>() as Kysely<Tables>)
    .selectFrom('migrations')
    .select('name')
    .execute()
    .catch((error: unknown) => {
      // Without a ledger none has been applied; a database that cannot be asked is another thing.
      if (isNoTable(error)) return []
      throw error
    })
  return rows.map((row) => row.name)
}

/** The tables that there are once all of them are applied, in the order in which they came, each with the columns of its primary key. */
export function tablesOf(migrations: readonly Migration[]): Map<string, readonly string[]> {
  const tables = new Map<string, readonly string[]>()
  for (const statement of migrations.flatMap(({ up }) => up)) {
    const [, made] = /^\s*create table (?:if not exists )?(\w+)/i.exec(statement) ?? []
    const [, dropped] = /^\s*drop table (?:if exists )?(\w+)/i.exec(statement) ?? []
    const [, old = '', name] = /^\s*alter table (\w+) rename to (\w+)/i.exec(statement) ?? []
    if (made) tables.set(made, keyOf(statement))
    if (name) tables.set(name, tables.get(old) ?? [])
    for (const gone of [dropped, old]) if (gone) tables.delete(gone)
  }
  return tables
}

function keyOf(statement: string): string[] {
  const [, list] = /primary key \(([^)]*)\)/i.exec(statement) ?? []
  const [, alone] = /(\w+) (?:text|bigint) (?:not null )?primary key/i.exec(statement) ?? []
  return (list ?? alone ?? '').split(',').map((name) => name.trim())
}

/** How many rows a table has, all of them counted. */
export async function countRows(db: Db, table: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from ${sql.ref(table)}`.execute(db)
  return Number(rows[0]?.count)
}

const UNDEFINED_TABLE = '42P01'

const isNoTable = (error: unknown) =>
  error instanceof Error &&
  ((error as { code?: unknown }).code === UNDEFINED_TABLE || /^no such table/.test(error.message))

async function createLedger(writer: Db) {
  const statement = sql`create table if not exists migrations (name text primary key, applied_at bigint not null)`
  // Two processes may pass the "if not exists" together on PostgreSQL; the second try then finds the table.
  await statement.execute(writer).catch(() => statement.execute(writer))
}

/** The ledger's primary key makes the claim: a second process waits for the first, then finds the work done. */
async function applyMigration(engine: Engine, migration: Migration, now: number): Promise<boolean> {
  return await engine.migrator.transaction().execute(async (tx) => {
    await engine.takeTurn(tx)
    const claimed = await tx
      .withTables<Tables>()
      .insertInto('migrations')
      .values({ name: migration.name, applied_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .returning('name')
      .executeTakeFirst()
    if (!claimed) return false
    const { up, postgres = [] } = migration
    for (const statement of engine.kind === 'postgres' ? [...up, ...postgres] : up) await sql.raw(statement).execute(tx)
    return true
  })
}
