/**
 * Tries a real PgBouncer between this program and a real PostgreSQL, by session and by transaction: `node scripts/try-pgbouncer.ts`. It needs
 * the program `pgbouncer`, say of Debian's package, and is no part of the tests, which have an imitation (`test/pooler.ts`).
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { addToCounter } from '../src/platform/counters.fixture.ts'
import { openDatabase } from '../src/platform/db.ts'
import type { Pooler } from '../src/platform/dialect-engine.ts'
import { migrate } from '../src/platform/migrate.ts'
import { migrations } from '../src/server.ts'
import { createDatabase, startPostgres } from '../test/postgres.ts'

const COUNTERS = 40
const ROUNDS = 25

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}

/** Start PgBouncer as Debian configures it, but for where it listens and whom it lets in. */
async function startPgBouncer(
  folder: string,
  server: URL,
  mode: string,
): Promise<{ port: number; child: ChildProcess }> {
  const port = await freePort()
  const file = join(folder, `${mode}.ini`)
  const place = `host=${server.hostname} port=${server.port} user=${server.username}`
  const settings = [`listen_addr = 127.0.0.1`, `listen_port = ${port}`, 'unix_socket_dir =', 'auth_type = any']
  const limits = [`pool_mode = ${mode}`, `default_pool_size = ${mode === 'session' ? 20 : 4}`]
  writeFileSync(file, ['[databases]', `* = ${place}`, '[pgbouncer]', ...settings, ...limits, ''].join('\n'))
  chmodSync(file, 0o644)
  const account = process.getuid?.() === 0 ? ['-u', 'nobody'] : []
  const child = spawn('pgbouncer', [...account, file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let log = ''
  const ended = once(child, 'exit').then(() => Promise.reject(new Error(`pgbouncer ended: ${log}`)))
  await Promise.race([
    ended,
    new Promise<void>((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        log += text
        if (log.includes('process up')) resolve()
      })
    }),
  ])
  ended.catch(() => {})
  return { port, child }
}

/** Migrate, then write as requests do, many at once. */
async function use(url: string, expected: Pooler): Promise<void> {
  const database = openDatabase(url, (error) => console.error(error.message))
  try {
    await migrate(database.engine, migrations, 1)
    assert.equal(await database.engine.pooler(), expected)
    await database.transact(async (tx) => {
      await sql`create table counters (id text primary key, n bigint not null)`.execute(tx)
      for (let i = 0; i < COUNTERS; i++) await sql`insert into counters values (${`c${i}`}, 0)`.execute(tx)
      const { rows } = await sql<{ limit: string }>`select current_setting('lock_timeout') as limit`.execute(tx)
      assert.equal(rows[0]?.limit, '3s')
    })
    const write = database.grouped(addToCounter)
    const round = Array.from({ length: COUNTERS }, (_, i) => `c${i}`)
    for (let i = 0; i < ROUNDS; i++) {
      await Promise.all([
        ...round.map((id) => write({ id, by: 1 })),
        ...round.map((id) => sql`select n from counters where id = ${id}`.execute(database.db)),
        database.transact(async (tx) => {
          await sql`update counters set n = n + 10 where id = ${`c${i}`}`.execute(tx)
        }),
      ])
    }
    const { rows } = await sql<{ sum: number }>`select sum(n)::bigint as sum from counters`.execute(database.db)
    assert.equal(rows[0]?.sum, ROUNDS * (COUNTERS + 10))
    assert.equal(await database.isWritable(), true)
  } finally {
    await database.close()
  }
}

const postgres = await startPostgres()
const folder = mkdtempSync(join(tmpdir(), 'antiphon-pgbouncer-'))
chmodSync(folder, 0o755)
try {
  for (const mode of ['session', 'transaction'] as const) {
    const server = new URL(await createDatabase(postgres.url))
    const { port, child } = await startPgBouncer(folder, server, mode)
    const pooled = `postgres://postgres@127.0.0.1:${port}${server.pathname}`
    await use(mode === 'session' ? pooled : `${pooled}?pooler=transaction`, mode)
    child.kill('SIGKILL')
    console.log(
      `by ${mode}: ${ROUNDS * COUNTERS} shared writes, ${ROUNDS} transactions, ${ROUNDS * COUNTERS} reads at once, none failed`,
    )
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
  await postgres.stop()
}
