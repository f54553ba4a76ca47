import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { ENGINES, START, type World, world } from '../../../test/world.ts'
import { undo } from '../db.ts'
import { consumeLimit, deleteExpiredLimits, giveLimitBack, type Limit } from './store.ts'

const HOUR = 3_600_000
const limit: Limit = { name: 'tries', max: 3, windowSeconds: 3600 }

/** Begins with an hour. */
const HOUR_START = Math.floor(START / HOUR) * HOUR

const take = (w: World, app: string, { subject = 'ip', now = HOUR_START, of = limit } = {}) =>
  w.deps.transact((tx) => consumeLimit(tx, app, of, subject, now))

async function takeAll(w: World, app: string, times: number, more?: Parameters<typeof take>[2]): Promise<boolean[]> {
  const taken: boolean[] = []
  for (let i = 0; i < times; i++) taken.push(await take(w, app, more))
  return taken
}

const windows = async (w: World, app: string) =>
  (
    await sql<{ subject: string; taken: number; window_start: number; expires_at: number }>`
      select subject, taken, window_start, expires_at from limits where app_id = ${app} order by subject, window_start
    `.execute(w.deps.db)
  ).rows.map((row) => ({ ...row }))

for (const engine of ENGINES) {
  const w = await world(engine)

  test(`${engine}: a budget gives as often as it allows, then no more`, async () => {
    assert.deepEqual(await takeAll(w, 'budget', 5), [true, true, true, false, false])
    assert.deepEqual(await windows(w, 'budget'), [
      { subject: 'ip', taken: 3, window_start: HOUR_START, expires_at: HOUR_START + HOUR },
    ])
  })

  test(`${engine}: a window ends on the hour, and the next gives anew`, async () => {
    assert.deepEqual(await takeAll(w, 'window', 4, { now: HOUR_START + 1 }), [true, true, true, false])
    assert.equal(await take(w, 'window', { now: HOUR_START + HOUR - 1 }), false)
    assert.deepEqual(await takeAll(w, 'window', 4, { now: HOUR_START + HOUR }), [true, true, true, false])
    assert.equal(await take(w, 'window', { now: HOUR_START }), false, 'a clock that lags finds its own window')
  })

  test(`${engine}: what is given back can be taken again, and no more than was taken is given back`, async () => {
    const give = (count: number, takenAt = HOUR_START, subject = 'ip') =>
      w.deps.transact((tx) => giveLimitBack(tx, 'back', limit, subject, count, takenAt))
    await takeAll(w, 'back', 3)
    await give(1, HOUR_START + HOUR)
    await give(1, HOUR_START, 'other ip')
    assert.equal(await take(w, 'back'), false)
    await give(1, HOUR_START + HOUR - 1)
    assert.deepEqual(await takeAll(w, 'back', 2), [true, false])
    await give(5)
    assert.deepEqual(await takeAll(w, 'back', 4), [true, true, true, false])
    assert.equal((await windows(w, 'back')).length, 1)
  })

  test(`${engine}: subjects, limits and applications have budgets of their own`, async () => {
    const one = { ...limit, max: 1 }
    assert.equal(await take(w, 'own', { of: one }), true)
    assert.equal(await take(w, 'own', { of: one }), false)
    assert.equal(await take(w, 'own', { of: one, subject: 'other ip' }), true)
    assert.equal(await take(w, 'own', { of: { ...one, name: 'other tries' } }), true)
    assert.equal(await take(w, 'other', { of: one }), true)
  })

  test(`${engine}: a budget of zero never gives, and is not even counted`, async () => {
    assert.deepEqual(await takeAll(w, 'zero', 2, { of: { ...limit, max: 0 } }), [false, false])
    assert.deepEqual(await windows(w, 'zero'), [])
  })

  test(`${engine}: a budget that grows gives again, one that shrinks stops at once`, async () => {
    await takeAll(w, 'change', 3)
    assert.deepEqual(await takeAll(w, 'change', 3, { of: { ...limit, max: 5 } }), [true, true, false])
    assert.equal(await take(w, 'change', { of: { ...limit, max: 4 } }), false)
  })

  test(`${engine}: what was taken in a transaction that is undone was not taken`, async () => {
    await w.deps.transact(async (tx) => {
      await consumeLimit(tx, 'undone', limit, 'ip', HOUR_START)
      return undo(undefined)
    })
    assert.deepEqual(await windows(w, 'undone'), [])
  })

  test(`${engine}: the sweep deletes windows that are over and no other, as many as it is told`, async () => {
    const alone = await world(engine)
    const sweep = (now: number, count: number) => alone.deps.transact((tx) => deleteExpiredLimits(tx, now, count))
    for (const subject of ['a', 'b', 'c']) await take(alone, 'sweep', { subject })
    await take(alone, 'sweep', { subject: 'a', now: HOUR_START + HOUR })
    assert.equal(await sweep(HOUR_START + HOUR - 1, 10), 0)
    assert.equal(await sweep(HOUR_START + HOUR, 2), 2)
    assert.equal(await sweep(HOUR_START + HOUR, 2), 1)
    assert.equal(await sweep(HOUR_START + HOUR, 2), 0)
    assert.deepEqual(await windows(alone, 'sweep'), [
      { subject: 'a', taken: 1, window_start: HOUR_START + HOUR, expires_at: HOUR_START + 2 * HOUR },
    ])
  })
}
