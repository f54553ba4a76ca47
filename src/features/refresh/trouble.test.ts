import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { application, login, REFRESH, user } from '../../../test/builders.ts'
import { relay } from '../../../test/relay.ts'
import { ENGINES, type EngineName, freshDatabase, type World, world } from '../../../test/world.ts'
import { openDatabase } from '../../platform/db.ts'

const SHORT = { busyMs: 60, lockMs: 60, groupMs: 300, answerMs: 300, verdictMs: 0, readinessMs: 300 }

/** Somebody else who has what every write needs, until told to give it back. */
async function takeLock(engine: EngineName, databaseUrl: string): Promise<() => Promise<void>> {
  if (engine === 'sqlite') {
    const other = new DatabaseSync(databaseUrl.slice('sqlite:'.length))
    other.exec('begin immediate')
    return async () => other.close()
  }
  const other = openDatabase(databaseUrl, () => {})
  const held = Promise.withResolvers<void>()
  const taken = Promise.withResolvers<void>()
  const transaction = other.transact(async (tx) => {
    await sql`lock table sessions, limits in exclusive mode`.execute(tx)
    taken.resolve()
    await held.promise
  })
  await taken.promise
  return async () => {
    held.resolve()
    await transaction
    await other.close()
  }
}

const signedIn = async (w: World) => {
  const app = await application(w)
  const client = await login(w, app, await user(w, app))
  return { app, client }
}

for (const engine of ENGINES) {
  test(`${engine}: while another program has the lock, a refresh is put off, readiness falls, and the session lives on`, async () => {
    const w = await world(engine, { bounds: SHORT })
    const { client } = await signedIn(w)
    assert.equal(await w.deps.isWritable(), true)
    const giveBack = await takeLock(engine, w.databaseUrl)
    const put = await client.post(REFRESH)
    assert.deepEqual([put.status, put.body.code, put.headers.get('retry-after')], [503, 'overloaded', '5'])
    assert.equal(await w.deps.isWritable(), false)
    await giveBack()
    assert.equal((await client.post(REFRESH)).status, 200)
    assert.equal(await w.deps.isWritable(), true)
  })
}

test('postgres: one connection that goes silent under a rotation costs that rotation its answer, and nobody a session', {
  skip: !ENGINES.includes('postgres'),
}, async () => {
  const url = await freshDatabase('postgres')
  const way = await relay(url)
  const w = await world('postgres', { databaseUrl: way.url, bounds: SHORT })
  const one = await signedIn(w)
  const other = await signedIn(w)
  const silent = way.silenceOn('rotate_session')
  const lost = one.client.post(REFRESH)
  await silent
  const behind = other.client.post(REFRESH)
  assert.equal((await lost).status, 503)
  assert.equal((await behind).status, 200)
  assert.equal((await one.client.post(REFRESH)).status, 200)
})

test('postgres: a database that only reads puts refreshes off until it writes again, and readiness knows', {
  skip: !ENGINES.includes('postgres'),
}, async () => {
  const w = await world('postgres', { bounds: SHORT })
  const { client } = await signedIn(w)
  const direct = openDatabase(w.databaseUrl, () => {})
  after(() => direct.close())
  const name = new URL(w.databaseUrl).pathname.slice(1)
  const setReadOnly = (value: 'on' | 'off') =>
    direct.transact(async (tx) => {
      await sql`set local transaction_read_only = off`.execute(tx)
      await sql`alter database ${sql.ref(name)} set default_transaction_read_only = ${sql.lit(value)}`.execute(tx)
    })
  await setReadOnly('on')
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`.execute(direct.db)
  await new Promise((resolve) => setTimeout(resolve, 50))
  for (let i = 0; i < 3; i++) assert.equal((await client.post(REFRESH)).status, 503)
  assert.equal(await w.deps.isWritable(), false)
  await setReadOnly('off')
  assert.equal((await client.post(REFRESH)).status, 200)
  assert.equal(await w.deps.isWritable(), true)
})
