import { join } from 'node:path'
import { openDatabase } from '../src/platform/db.ts'
import { migrate } from '../src/platform/migrate.ts'
import { migrations } from '../src/server.ts'
import { createDatabase } from './postgres.ts'

/** An empty, migrated SQLite database in a folder, to be copied. Answers its URL. */
export async function makeSqliteTemplate(folder: string): Promise<string> {
  return await migrated(`sqlite:${join(folder, 'template.db')}`)
}

/** The same on a PostgreSQL server. */
export async function makePostgresTemplate(serverUrl: string): Promise<string> {
  return await migrated(await createDatabase(serverUrl))
}

async function migrated(url: string): Promise<string> {
  const database = openDatabase(url, () => {})
  await migrate(database.engine, migrations, 0)
  await database.close()
  return url
}
