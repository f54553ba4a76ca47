import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { ENGINES, freshDatabase } from '../../test/world.ts'
import { type Db, openDatabase, type Tx } from './db.ts'
import { afterCommit } from './db-context.ts'

const options = { skip: !ENGINES.includes('postgres') }

/** A database with a table of counters. */
async function openCounters() {
  const database = openDatabase(await freshDatabase('postgres'), () => {})
  after(() => database.close())
  await database.transact(async (tx) => {
    await sql`create table counters (id text primary key, n bigint not null check (n < 100))`.execute(tx)
  })
  return database
}

/** Calls as somebody who is in no transaction. */
const outside = AsyncLocalStorage.snapshot()
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const insert = (tx: Tx, id: string, n: number) => sql`insert into counters (id, n) values (${id}, ${n})`.execute(tx)
const find = async (db: Db, id: string) =>
  (await sql<{ n: number }>`select n from counters where id = ${id}`.execute(db)).rows[0]?.n

test('postgres: a connection that dies in a transaction fails that transaction alone', options, async () => {
  const { db, transact } = await openCounters()
  const failing = transact(async (tx) => {
    await insert(tx, 'died', 1)
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx)
  })
  await assert.rejects(failing)
  const idle = transact(async (tx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx)
    await outside(() => sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(db))
    await pause(50)
    await insert(tx, 'died', 1)
  })
  await assert.rejects(idle)
  assert.equal(await find(db, 'died'), undefined)
  await transact((tx) => insert(tx, 'survived', 1))
  assert.equal(await find(db, 'survived'), 1)
})

test('postgres: of two transactions that wait for each other, one is run again, and both commit', options, async () => {
  const { db, transact } = await openCounters()
  await transact(async (tx) => {
    await insert(tx, 'left', 0)
    await insert(tx, 'right', 0)
  })
  const runs: string[] = []
  const called: string[] = []
  const both = Promise.withResolvers<void>()
  const work = (first: string, second: string) =>
    transact(async (tx) => {
      runs.push(first)
      afterCommit(() => called.push(first))
      await sql`update counters set n = n + 1 where id = ${first}`.execute(tx)
      if (runs.length === 2) both.resolve()
      await both.promise
      await sql`update counters set n = n + 1 where id = ${second}`.execute(tx)
      return first
    })
  assert.deepEqual(await Promise.all([work('left', 'right'), work('right', 'left')]), ['left', 'right'])
  assert.ok(runs.length > 2)
  assert.deepEqual(called.toSorted(), ['left', 'right'])
  assert.deepEqual([await find(db, 'left'), await find(db, 'right')], [2, 2])
})

test('postgres: work that fails for another reason is not run again', options, async () => {
  const { transact } = await openCounters()
  let runs = 0
  const failing = transact(async (tx) => {
    runs += 1
    await insert(tx, 'full', 100)
  })
  await assert.rejects(failing, /check constraint/)
  assert.equal(runs, 1)
})
