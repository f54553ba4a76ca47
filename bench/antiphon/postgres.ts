import { spawnSync } from 'node:child_process'
import pg from 'pg'
import { createDatabase, startPostgres } from '../../test/postgres.ts'
import { pidsOfTree } from '../machine/usage.ts'

export type BenchPostgres = {
  /** A new, empty database. */
  readonly url: string
  /** The postmaster: its children do the work. */
  readonly pid: number
  stop(): Promise<void>
}

/** A durable PostgreSQL, every process of it held to `cpu`. */
export async function startDurablePostgres(cpu: number | undefined): Promise<BenchPostgres> {
  const server = await startPostgres({ durable: true })
  try {
    const pid = await postmasterPid(server.url)
    if (cpu !== undefined) pin(pid, cpu)
    return { url: await createDatabase(server.url), pid, stop: () => server.stop() }
  } catch (error) {
    await server.stop()
    throw error
  }
}

async function postmasterPid(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ file: string }>("select pg_read_file('postmaster.pid') as file")
  await client.end()
  return Number.parseInt(rows[0]?.file ?? '', 10)
}

/** What the postmaster starts from now on inherits its CPU; what it had started is moved. */
function pin(postmaster: number, cpu: number): void {
  for (const pid of pidsOfTree(postmaster)) {
    spawnSync('taskset', ['-a', '-p', '-c', String(cpu), String(pid)], { stdio: 'ignore' })
  }
}
