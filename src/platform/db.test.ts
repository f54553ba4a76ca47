import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { ENGINES, freshDatabase } from '../../test/world.ts'
import { addToCounter } from './counters.fixture.ts'
import { type Db, openDatabase, ping, type Tx, undo } from './db.ts'
import { afterCommit } from './db-context.ts'

/** Calls as somebody who is in no transaction. */
const outside = AsyncLocalStorage.snapshot()
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const insert = (tx: Tx, id: string, n: number) => sql`insert into counters (id, n) values (${id}, ${n})`.execute(tx)
const update = (tx: Tx, id: string, n: number) => sql`update counters set n = ${n} where id = ${id}`.execute(tx)
const find = async (db: Db, id: string) =>
  (await sql<{ n: number }>`select n from counters where id = ${id}`.execute(db)).rows[0]?.n

for (const engine of ENGINES) {
  const lost: Error[] = []
  const database = openDatabase(await freshDatabase(engine), (error) => lost.push(error))
  after(() => database.close())
  const { db, transact } = database
  const add = database.grouped(addToCounter)
  await transact(async (tx) => {
    await sql`create table counters (id text primary key, n bigint not null check (n < 100))`.execute(tx)
  })

  test(`${engine}: a transaction commits when its work returns, and answers the outcome`, async () => {
    const outcome = await transact(async (tx) => {
      await insert(tx, 'commit', 1)
      return { kind: 'done' }
    })
    assert.deepEqual(outcome, { kind: 'done' })
    assert.equal(await find(db, 'commit'), 1)
  })

  test(`${engine}: work that throws leaves no trace, and what it threw arrives`, async () => {
    const thrown = new Error('no')
    const failing = transact(async (tx) => {
      await insert(tx, 'thrown', 1)
      throw thrown
    })
    await assert.rejects(failing, (error) => error === thrown)
    assert.equal(await find(db, 'thrown'), undefined)
  })

  test(`${engine}: undo leaves no trace, and answers the outcome`, async () => {
    const outcome = await transact(async (tx) => {
      await insert(tx, 'undone', 1)
      return undo({ kind: 'taken' })
    })
    assert.deepEqual(outcome, { kind: 'taken' })
    assert.equal(await find(db, 'undone'), undefined)
  })

  test(`${engine}: a transaction sees its own writes; nobody else does before the commit`, async () => {
    await transact(async (tx) => {
      await insert(tx, 'seen', 1)
      assert.equal(await find(tx, 'seen'), 1)
      assert.equal(await outside(() => find(db, 'seen')), undefined)
    })
    assert.equal(await find(db, 'seen'), 1)
  })

  test(`${engine}: db, a second transaction and a grouped update throw inside a transaction`, async () => {
    await transact(async (tx) => {
      await insert(tx, 'guarded', 1)
      await assert.rejects(find(db, 'guarded'), /use tx, not db/)
      await assert.rejects(ping(db), /use tx, not db/)
      await assert.rejects(
        transact(async () => {}),
        /open here already/,
      )
      await assert.rejects(add({ id: 'guarded', by: 1 }), /open here already/)
    })
    assert.equal(await find(db, 'guarded'), 1, 'and are allowed again after it')
    assert.equal((await add({ id: 'guarded', by: 1 }))?.n, 2)
  })

  test(`${engine}: what waits for a commit is called once, after it`, async () => {
    const calls: string[] = []
    await transact(async (tx) => {
      afterCommit(() => calls.push('first'))
      await insert(tx, 'called', 1)
      afterCommit(() => calls.push('second'))
      calls.push('work')
      await outside(() => find(db, 'called'))
      calls.push('end of work')
    })
    assert.deepEqual(calls, ['work', 'end of work', 'first', 'second'])
  })

  test(`${engine}: what waits for a commit is not called when it never comes`, async () => {
    const calls: string[] = []
    await transact(async () => {
      afterCommit(() => calls.push('undone'))
      return undo(undefined)
    })
    const failing = transact(async () => {
      afterCommit(() => calls.push('thrown'))
      throw new Error('no')
    })
    await assert.rejects(failing)
    assert.deepEqual(calls, [])
    assert.throws(() => afterCommit(() => {}), /no transaction is open here/)
  })

  test(`${engine}: transactions that run at once do not mix`, async () => {
    await transact((tx) => insert(tx, 'sum', 0))
    const work = (id: string, keep: boolean) =>
      transact(async (tx) => {
        await insert(tx, id, 1)
        await sql`update counters set n = n + 1 where id = 'sum'`.execute(tx)
        return keep ? undefined : undo(undefined)
      })
    await Promise.all([work('mix1', true), work('mix2', false), work('mix3', true), work('mix4', false)])
    assert.equal(await find(db, 'sum'), 2)
    assert.deepEqual(await Promise.all(['mix1', 'mix2', 'mix3', 'mix4'].map((id) => find(db, id))), [
      1,
      undefined,
      1,
      undefined,
    ])
  })

  test(`${engine}: a grouped update waits for the open transaction on its row, and outlives its rollback`, async () => {
    await transact(async (tx) => {
      await insert(tx, 'apart', 1)
      await insert(tx, 'beside', 1)
    })
    let open = true
    const held = Promise.withResolvers<void>()
    const started = Promise.withResolvers<void>()
    const transaction = transact(async (tx) => {
      await update(tx, 'apart', 50)
      started.resolve()
      await held.promise
      assert.equal(await find(tx, 'apart'), 50, 'nothing came between')
      assert.equal(await find(tx, 'beside'), 1)
      open = false
      return undo(undefined)
    })
    await started.promise
    const added = Promise.all(['apart', 'beside'].map((id) => add({ id, by: 1 }))).then((rows) => {
      assert.equal(open, false)
      return rows
    })
    await pause(50)
    held.resolve()
    await transaction
    assert.deepEqual(
      (await added).map((row) => row?.n),
      [2, 2],
    )
    assert.equal(await find(db, 'apart'), 2)
  })

  test(`${engine}: of the grouped updates of one turn, one that the database refuses fails alone`, async () => {
    await transact(async (tx) => {
      for (const id of ['g1', 'g2', 'g3']) await insert(tx, id, 1)
    })
    const calls = await Promise.allSettled([
      add({ id: 'g1', by: 1 }),
      add({ id: 'g2', by: 99 }),
      add({ id: 'g3', by: 1 }),
      add({ id: 'nobody', by: 1 }),
      add({ id: 'g1', by: 5 }),
    ])
    assert.deepEqual(
      calls.map((call) => (call.status === 'fulfilled' ? (call.value?.n ?? 'refused') : 'failed')),
      [2, 'failed', 2, 'refused', 7],
    )
    assert.deepEqual(await Promise.all(['g1', 'g2', 'g3'].map((id) => find(db, id))), [7, 1, 2])
  })

  test(`${engine}: close waits for what is under way`, async () => {
    const url = await freshDatabase(engine)
    const closing = openDatabase(url, () => {})
    await closing.transact(async (tx) => {
      await sql`create table counters (id text primary key, n bigint not null)`.execute(tx)
    })
    const held = Promise.withResolvers<void>()
    const transaction = closing.transact(async (tx) => {
      await insert(tx, 'last', 1)
      await held.promise
      await update(tx, 'last', 2)
    })
    await pause(20)
    const closed = closing.close()
    held.resolve()
    await transaction
    await closed
    const reopened = openDatabase(url, () => {})
    assert.equal(await find(reopened.db, 'last'), 2)
    await reopened.close()
  })

  test(`${engine}: ping answers when the database does`, async () => {
    await ping(db)
    const gone = openDatabase(
      engine === 'postgres' ? 'postgres://127.0.0.1:1/none' : await freshDatabase(engine),
      () => {},
    )
    await gone.close()
    await assert.rejects(ping(gone.db))
  })
}
