import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { startPooler } from '../../test/pooler.ts'
import { ENGINES, freshDatabase } from '../../test/world.ts'
import { addToCounter } from './counters.fixture.ts'
import { openDatabase, ping } from './db.ts'

const options = { skip: !ENGINES.includes('postgres') }

function open(url: string) {
  const database = openDatabase(url, () => {})
  after(() => database.close())
  return database
}

const LIMITS = sql<{
  statement: string
  lock: string
  idle: string
}>`select current_setting('statement_timeout') as statement,
  current_setting('lock_timeout') as lock, current_setting('idle_in_transaction_session_timeout') as idle`
const OURS = [{ statement: '10s', lock: '3s', idle: '30s' }]
const NONE = [{ statement: '0', lock: '0', idle: '0' }]

test('postgres: a pooler that pools by session is connected to, and keeps our limits', options, async () => {
  const database = open(await startPooler(await freshDatabase('postgres'), { mode: 'session', size: 16 }))
  assert.deepEqual((await LIMITS.execute(database.db)).rows, OURS)
  assert.equal(await database.engine.pooler(), 'session')
})

test(
  'postgres: behind a pooler that pools by transaction, statements, transactions and shared writes work',
  options,
  async () => {
    const url = await startPooler(await freshDatabase('postgres'), { mode: 'transaction' })
    const database = open(`${url}?pooler=transaction`)
    await database.transact(async (tx) => {
      await sql`create table counters (id text primary key, n bigint not null)`.execute(tx)
      for (const id of ['a', 'b', 'c']) await sql`insert into counters values (${id}, 0)`.execute(tx)
    })
    const write = database.grouped(addToCounter)
    for (let round = 0; round < 10; round++) {
      await Promise.all([
        ...['a', 'b', 'c'].map((id) => write({ id, by: 1 })),
        write({ id: 'a', by: 1 }),
        database.transact(async (tx) => {
          await sql`update counters set n = n + 10 where id = ${'b'}`.execute(tx)
        }),
        sql`select n from counters where id = ${'c'}`.execute(database.db),
      ])
    }
    const { rows } = await sql<{ n: number }>`select n from counters order by id`.execute(database.db)
    assert.deepEqual(
      rows.map(({ n }) => n),
      [20, 110, 10],
    )
  },
)

test(
  'postgres: behind it limits hold inside transactions, and nothing of them is left to others',
  options,
  async () => {
    const url = await startPooler(await freshDatabase('postgres'), { mode: 'transaction', size: 1 })
    const database = open(`${url}?pooler=transaction`)
    const limits = await database.transact(async (tx) => (await LIMITS.execute(tx)).rows)
    assert.deepEqual(limits, OURS)
    assert.deepEqual((await LIMITS.execute(database.db)).rows, NONE)
  },
)

test('postgres: what stands between us and the server is recognised', options, async () => {
  const url = await freshDatabase('postgres')
  assert.equal(await open(url).engine.pooler(), 'none')
  assert.equal(await open(`${url}?pooler=transaction`).engine.pooler(), 'none')
  const pooled = await startPooler(url, { mode: 'transaction' })
  assert.equal(await open(pooled).engine.pooler(), 'transaction')
  assert.equal(await open(`${pooled}?pooler=transaction`).engine.pooler(), 'transaction')
})

test('postgres: the parameters of a URL reach the server, ours does not', options, async () => {
  const url = `${await freshDatabase('postgres')}?application_name=tester&pooler=transaction`
  const { rows } = await sql`select current_setting('application_name') as name`.execute(open(url).db)
  assert.deepEqual(rows, [{ name: 'tester' }])
})

/** A server that asks for a password, notes it and lets nobody in. */
async function doorkeeper(heard: string[]): Promise<string> {
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]))
      socket.once('data', (message: Buffer) => {
        heard.push(message.subarray(5, -1).toString())
        socket.destroy()
      })
    })
    socket.on('error', () => {})
  })
  after(() => server.close())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}/shop`
}

test('postgres: new connections have the password that was given last, and another place is not gone to', async () => {
  const heard: string[] = []
  const place = await doorkeeper(heard)
  const { engine, db } = open(`postgres://ana:old@${place}`)
  await assert.rejects(ping(db))
  assert.equal(engine.reach(`postgres://ana:new@${place}`), true)
  await assert.rejects(ping(db))
  for (const url of [`postgres://bo:new@${place}`, `postgres://ana:new@${place}2`, 'sqlite:x.db', 'no url'])
    assert.equal(engine.reach(url), false, url)
  await assert.rejects(ping(db))
  assert.deepEqual(heard, ['old', 'new', 'new'])
})
