import pg from 'pg'
import { pause } from '../../src/platform/clock.ts'

/** Kill one of PostgreSQL's processes that serve us: it then throws away what it has in memory and recovers from its log. */
export async function crashPostgres(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  client.on('error', () => {})
  await client.connect()
  const { rows } = await client.query<{ pid: number }>(
    'select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() limit 1',
  )
  process.kill(rows[0]?.pid ?? Number.NaN, 'SIGKILL')
  await client.end().catch(() => {})
}

/** Resolves when it answers again. */
export async function untilReachable(databaseUrl: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    const client = new pg.Client({ connectionString: databaseUrl })
    client.on('error', () => {})
    try {
      await client.connect()
      await client.query('select 1')
      return
    } catch (error) {
      if (attempt === 200) throw error
      await pause(50)
    } finally {
      await client.end().catch(() => {})
    }
  }
}
