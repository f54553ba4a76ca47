import { sql } from 'kysely'
import { copySqlite } from '../../src/platform/db-copy.ts'
import { createDatabase } from '../postgres.ts'
import type { EngineName, World } from '../world.ts'

/** The URL of a copy of a world's database that nobody has open: a file at `path`, or made by the server of PostgreSQL. */
export async function copyOf(engine: EngineName, w: World, path: string): Promise<string> {
  if (engine === 'sqlite') {
    copySqlite(w.databaseUrl.slice('sqlite:'.length), path)
    return `sqlite:${path}`
  }
  const others = sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
  await others.execute(w.deps.db)
  // The last connection is the one that asked.
  await sql`select pg_terminate_backend(pg_backend_pid())`.execute(w.deps.db).catch(() => {})
  return await createDatabase(process.env.ANTIPHON_TEST_POSTGRES as string, new URL(w.databaseUrl).pathname.slice(1))
}
