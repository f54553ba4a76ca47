import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { relay } from '../../test/relay.ts'
import { ENGINES, freshDatabase } from '../../test/world.ts'
import { addToCounter } from './counters.fixture.ts'
import { openDatabase } from './db.ts'
import type { Bounds } from './db-bounds.ts'
import { isTrouble, judgeFault } from './db-fault.ts'

const options = { skip: !ENGINES.includes('postgres') }
const SHORT: Partial<Bounds> = { answerMs: 250, groupMs: 250, connectMs: 400, closeMs: 300 }

/** A database of counters behind a relay. */
async function openCounters(bounds: Partial<Bounds> = SHORT) {
  const url = await freshDatabase('postgres')
  const way = await relay(url)
  const database = openDatabase(way.url, () => {}, bounds)
  const direct = openDatabase(url, () => {})
  after(() => Promise.all([database.close(), direct.close()]))
  await direct.transact(async (tx) => {
    await sql`create table counters (id text primary key, n bigint not null check (n < 100))`.execute(tx)
    await sql`insert into counters values ('a', 1), ('b', 1)`.execute(tx)
  })
  const read = async () =>
    (await sql<{ n: number }>`select n from counters order by id`.execute(direct.db)).rows.map(({ n }) => n)
  return { ...database, url, way, direct, read }
}

type Counters = Awaited<ReturnType<typeof openCounters>>

const change = ({ transact }: Counters) =>
  transact(async (tx) => {
    await sql`update counters set n = n + 10 where id = 'a'`.execute(tx)
  })

/** Every way in which the database is asked, and what its packets hold. */
const PATHS: readonly (readonly [name: string, packet: string, ask: (counters: Counters) => Promise<unknown>])[] = [
  ['a statement by itself', 'select n from', ({ db }) => sql`select n from counters`.execute(db)],
  ['the beginning of a transaction', 'begin', change],
  ['a statement of a transaction', 'n + 10', change],
  ['a commit', 'commit', change],
  ['a shared write', 'update counters', (counters) => counters.grouped(addToCounter)({ id: 'a', by: 1 })],
  ['the limits of a new connection', 'set statement_timeout', ({ db }) => sql`select 1`.execute(db)],
  ['a migration', 'begin', ({ engine }) => engine.migrator.transaction().execute(async () => {})],
]

for (const [name, packet, ask] of PATHS) {
  test(
    `postgres: a connection that goes silent under ${name} is given up in time, and the next is another one`,
    options,
    async () => {
      const counters = await openCounters({ ...SHORT, migrationMs: 250 })
      void counters.way.silenceOn(packet)
      await assert.rejects(ask(counters), (error) => judgeFault(error) === 'connection')
      await ask(counters)
      assert.equal(counters.way.open(), 1, 'the silent one is closed')
    },
  )
}

test('postgres: what a transaction failed by is told, not that it could not be rolled back', options, async () => {
  const counters = await openCounters()
  const failing = counters.transact(async (tx) => {
    await sql`update counters set n = n + 1`.execute(tx)
    counters.way.silence()
    throw new Error('changed my mind')
  })
  await assert.rejects(failing, /changed my mind/)
  assert.deepEqual(await counters.read(), [1, 1])
  await change(counters)
})

test('postgres: all connections silent at once hold up nobody for longer than one', options, async () => {
  const counters = await openCounters({ ...SHORT, connectMs: 5_000 })
  await Promise.all(Array.from({ length: 16 }, () => sql`select pg_sleep(0.02)`.execute(counters.db)))
  counters.way.silence()
  const asked = await Promise.allSettled(Array.from({ length: 24 }, () => change(counters)))
  const failed = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  assert.equal(failed.length, 16)
  assert.ok(failed.every(isTrouble))
  assert.deepEqual(await counters.read(), [81, 1], 'those that waited got new connections')
})

test('postgres: a server that takes connections and says nothing is given up in time', options, async () => {
  const mute = createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1')
  await once(mute, 'listening')
  after(() => mute.close())
  const { port } = mute.address() as AddressInfo
  const database = openDatabase(`postgres://postgres@127.0.0.1:${port}/postgres`, () => {}, SHORT)
  const asked = await Promise.allSettled([
    sql`select 1`.execute(database.db),
    database.transact(async () => {}),
    database.grouped(addToCounter)({ id: 'a', by: 1 }),
  ])
  assert.deepEqual(
    asked.map((one) => one.status === 'rejected' && judgeFault(one.reason)),
    ['connection', 'connection', 'connection'],
  )
  await database.close()
})

test('postgres: closing waits for silent connections, not for ever', options, async () => {
  const counters = await openCounters({ ...SHORT, answerMs: 60_000 })
  void counters.way.silenceOn('n + 10')
  const asked = change(counters)
  await new Promise((resolve) => setTimeout(resolve, 50))
  await Promise.all([counters.close(), assert.rejects(asked, isTrouble)])
})

test('postgres: more than may wait for a connection are refused at once', options, async () => {
  const counters = await openCounters({ waiting: 5 })
  const asked = await Promise.allSettled(
    Array.from({ length: 24 }, () => sql`select pg_sleep(0.1)`.execute(counters.db)),
  )
  const kinds = asked.map((one) => (one.status === 'rejected' ? judgeFault(one.reason) : 'answered'))
  assert.deepEqual(Map.groupBy(kinds, (kind) => kind).get('unavailable')?.length, 3)
  assert.deepEqual(Map.groupBy(kinds, (kind) => kind).get('answered')?.length, 21)
})

test(
  'postgres: a connection that can only read, as after a fail-over, is not given back, on any path',
  options,
  async () => {
    for (const [name, , ask] of PATHS.filter(([name]) => /statement of|commit|shared/.test(name))) {
      const counters = await openCounters({})
      await ask(counters)
      const { pathname } = new URL(counters.url)
      const { direct } = counters
      await sql`select pg_backend_pid()`.execute(counters.db)
      await direct.transact(async (tx) => {
        await sql`alter database ${sql.ref(pathname.slice(1))} set default_transaction_read_only = on`.execute(tx)
      })
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(direct.db)
      await new Promise((resolve) => setTimeout(resolve, 50))
      await assert.rejects(ask(counters), /read-only/, name)
      await direct.transact(async (tx) => {
        await sql`alter database ${sql.ref(pathname.slice(1))} reset default_transaction_read_only`.execute(tx)
      })
      await ask(counters)
    }
  },
)

test('postgres: an error that was swallowed does not end in a commit that never was', options, async () => {
  const counters = await openCounters()
  const swallowing = counters.transact(async (tx) => {
    await sql`update counters set n = 2 where id = 'a'`.execute(tx)
    await sql`update counters set n = 100 where id = 'b'`.execute(tx).catch(() => {})
  })
  await assert.rejects(swallowing, /answered by a rollback/)
  assert.deepEqual(await counters.read(), [1, 1])
})

test('postgres: whoever leaves a transaction open does not pass it on', options, async () => {
  const counters = await openCounters()
  await counters.engine.writer.connection().execute(async (connection) => {
    await sql`begin`.execute(connection)
    await sql`update counters set n = 50 where id = 'a'`.execute(connection)
  })
  await change(counters)
  assert.deepEqual(await counters.read(), [11, 1])
})

test('postgres: the server limits statements, locks and idling of every connection', options, async () => {
  const { db } = await openCounters({})
  const { rows } =
    await sql`select current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock,
    current_setting('idle_in_transaction_session_timeout') as idle`.execute(db)
  assert.deepEqual(rows, [{ statement: '10s', lock: '3s', idle: '30s' }])
})
