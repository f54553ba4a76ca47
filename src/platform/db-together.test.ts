import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { ENGINES, freshDatabase } from '../../test/world.ts'
import { type Db, openDatabase, type Tx, undo } from './db.ts'
import { afterCommit, leaveToEnd } from './db-context.ts'

const insert = (tx: Tx, id: string, n = 1) => sql`insert into counters (id, n) values (${id}, ${n})`.execute(tx)
const idsOf = async (db: Db, like: string) => {
  const { rows } = await sql<{ id: string }>`select id from counters where id like ${like} order by id`.execute(db)
  return rows.map(({ id }) => id)
}
const writeLeft = async (tx: Tx, ids: readonly string[]) => {
  for (const id of ids) await insert(tx, id, ids.length)
}

for (const engine of ENGINES) {
  const commits: number[] = []
  const database = openDatabase(
    await freshDatabase(engine),
    () => {},
    { turnMs: 300, lockMs: 300 },
    (_, ms) => commits.push(ms),
  )
  after(() => database.close())
  const { db, transact, together } = database
  await transact(async (tx) => {
    await sql`create table counters (id text primary key, n bigint not null check (n < 100))`.execute(tx)
  })

  test(`${engine}: of many that come together each has its own outcome, and who fails or is undone leaves no trace`, async () => {
    const work = (i: number) =>
      together(async (tx) => {
        await insert(tx, `a${i}`)
        if (i === 2) await insert(tx, 'a2')
        if (i === 4) await insert(tx, 'a4b', 100)
        if (i === 6) throw new Error('no')
        return i % 5 === 3 ? undo(`undone ${i}`) : `done ${i}`
      })
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, i) => work(i)))
    const told = outcomes.map((one) => (one.status === 'fulfilled' ? one.value : 'failed'))
    const expected = Array.from({ length: 10 }, (_, i) => (i % 5 === 3 ? `undone ${i}` : `done ${i}`))
    assert.deepEqual(told, expected.with(2, 'failed').with(4, 'failed').with(6, 'failed'))
    assert.deepEqual(await idsOf(db, 'a%'), ['a0', 'a1', 'a5', 'a7', 'a9'])
  })

  test(`${engine}: a commit that many share is counted once`, async () => {
    commits.length = 0
    await Promise.all(Array.from({ length: 5 }, (_, i) => together((tx) => insert(tx, `q${i}`))))
    assert.equal(commits.length, engine === 'sqlite' ? 1 : 5)
  })

  test(`${engine}: nobody is answered before the commit, nor called back`, async () => {
    const called: string[] = []
    const outcomes = Array.from({ length: 4 }, (_, i) =>
      together(async (tx) => {
        await insert(tx, `b${i}`)
        afterCommit(() => called.push(`b${i}`))
        return i === 1 ? undo(i) : i
      }).then(async () => {
        // Through another connection: what it sees is committed.
        assert.ok(i === 1 || (await idsOf(db, 'b%')).includes(`b${i}`))
      }),
    )
    await Promise.all(outcomes)
    assert.deepEqual(called.sort(), ['b0', 'b2', 'b3'])
  })

  test(`${engine}: whoever is answered while a neighbour is still at it has been committed`, async () => {
    // Whoever is slow is committed apart, as the first may be: of five, some have company.
    for (let round = 0; round < 5; round++) {
      const held = Promise.withResolvers<void>()
      const answered: string[] = []
      const work = [0, 1, 2].map((i) =>
        together(async (tx) => {
          await insert(tx, `k${round}${i}`)
          if (i === 2) await held.promise
        }).then(() => answered.push(`k${round}${i}`)),
      )
      await new Promise((resolve) => setTimeout(resolve, 10))
      const told = [...answered]
      const kept = await idsOf(db, 'k%')
      held.resolve()
      await Promise.all(work)
      for (const id of told) assert.ok(kept.includes(id), id)
    }
    assert.equal((await idsOf(db, 'k%')).length, 15)
  })

  test(`${engine}: rows left to the end are written once, in order, with everything else or not at all`, async () => {
    const leaving = (name: string, keep: boolean) =>
      together(async (tx) => {
        assert.ok(leaveToEnd(writeLeft, [`${name}1`]))
        assert.ok(leaveToEnd(writeLeft, [`${name}2`, `${name}3`]))
        assert.deepEqual(await idsOf(tx, `${name}%`), [])
        return keep ? 'kept' : undo('undone')
      })
    assert.deepEqual(await Promise.all([leaving('c', true), leaving('d', false), leaving('e', true)]), [
      'kept',
      'undone',
      'kept',
    ])
    assert.deepEqual(await idsOf(db, 'c%'), ['c1', 'c2', 'c3'])
    assert.deepEqual(await idsOf(db, 'd%'), [])
    assert.equal(await transact(async () => leaveToEnd(writeLeft, ['f'])), false)
    assert.deepEqual(await idsOf(db, 'f%'), [])
  })

  test(`${engine}: what cannot be written at the end undoes its own alone`, async () => {
    const [failed, kept] = await Promise.allSettled([
      together(async (tx) => {
        await insert(tx, 'g1')
        leaveToEnd(writeLeft, ['g1'])
      }),
      together((tx) => insert(tx, 'g2')),
    ])
    assert.deepEqual([failed.status, kept.status], ['rejected', 'fulfilled'])
    assert.deepEqual(await idsOf(db, 'g%'), ['g2'])
  })

  test(`${engine}: what comes together does not mix with a transaction of its own, nor is one inside the other`, async () => {
    const mixed = [together, transact, together, transact].map((by, i) => by((tx) => insert(tx, `h${i}`)))
    await Promise.all(mixed)
    assert.deepEqual(await idsOf(db, 'h%'), ['h0', 'h1', 'h2', 'h3'])
    await together(async () => {
      await assert.rejects(
        transact(async () => {}),
        /open here already/,
      )
      await assert.rejects(
        together(async () => {}),
        /open here already/,
      )
    })
  })

  test(`${engine}: who waits for one that does not come to an end is told so in time`, {
    skip: engine !== 'sqlite',
  }, async () => {
    const held = Promise.withResolvers<void>()
    const first = together(async (tx) => {
      await insert(tx, 'i1')
      await held.promise
    })
    await assert.rejects(
      together((tx) => insert(tx, 'i2')),
      /busy for 300 ms/,
    )
    held.resolve()
    await first
    await together((tx) => insert(tx, 'i3'))
    assert.deepEqual(await idsOf(db, 'i%'), ['i1', 'i3'])
  })

  test(`${engine}: where the transaction itself is lost, all of it are told, and the next goes well`, {
    skip: engine !== 'sqlite',
  }, async () => {
    const work = (i: number) =>
      together(async (tx) => {
        await insert(tx, `j${i}`)
        if (i === 2) await sql`rollback`.execute(tx)
        if (i === 2) throw new Error('lost')
      })
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, (_, i) => work(i)))
    assert.equal(outcomes[2]?.status, 'rejected')
    const told = outcomes.flatMap(({ status }, i) => (status === 'fulfilled' ? [`j${i}`] : []))
    assert.deepEqual(await idsOf(db, 'j%'), told, 'who was told so is in it, and nobody else')
    await work(9)
    assert.deepEqual(await idsOf(db, 'j%'), [...told, 'j9'])
  })
}
