import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ENGINES, type EngineName, freshDatabase, START, type World, world } from '../../../test/world.ts'
import { findTimeMark } from './mark.ts'
import { trustedTime } from './trusted.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const timeOf = (w: World) => trustedTime(w.deps)
const said = (w: World) => w.log.map((line) => JSON.parse(line).msg).filter((msg: string) => /clock/.test(msg))

/** A process that begins on the database when its wall clock says so. */
async function start(engine: EngineName, databaseUrl: string, wallClock = START): Promise<World> {
  const w = await world(engine, { databaseUrl, wallClock })
  await timeOf(w).ask()
  return w
}

for (const engine of ENGINES) {
  test(`${engine}: while its clock is set to another time, a process deletes by none, calls itself wrong, and says so once`, async () => {
    const w = await start(engine, await freshDatabase(engine))
    assert.equal(await timeOf(w).forDeletion(), START)
    for (const setMs of [70 * DAY_MS, -3 * HOUR_MS]) {
      w.log.length = 0
      w.setWallClock(w.deps.now() + setMs)
      assert.equal(timeOf(w).isBelieved(), false)
      assert.equal(await timeOf(w).forDeletion(), undefined)
      w.advance(5 * MINUTE_MS)
      assert.equal(await timeOf(w).forDeletion(), undefined)
      assert.equal(timeOf(w).now(), w.deps.now() - setMs)
      w.setWallClock(w.deps.now() - setMs)
      assert.equal(timeOf(w).isBelieved(), true)
      assert.equal(await timeOf(w).forDeletion(), w.deps.now())
      assert.deepEqual(said(w), [
        'the clock is wrong: not ready, and nothing is deleted',
        'the clock is believed again',
      ])
    }
  })

  test(`${engine}: its times are whole, whatever parts of a millisecond the clocks differ by`, async () => {
    const w = await start(engine, await freshDatabase(engine))
    const databaseClock = async () => START - 0.25
    const time = trustedTime({ ...w.deps, databaseClock, monotonic: () => w.deps.monotonic() * 1.0001 })
    assert.equal(await time.forDeletion(), START - 1)
    w.advance(HOUR_MS / 3)
    w.setWallClock(w.deps.now() + HOUR_MS)
    assert.ok(Number.isInteger(time.now()), String(time.now()))
  })

  test(`${engine}: nothing is over before both times say so`, async () => {
    const w = await start(engine, await freshDatabase(engine))
    const isOver = (inMs: number) => timeOf(w).isOver(START + inMs)
    assert.deepEqual([isOver(0), isOver(1)], [true, false])
    w.setWallClock(START + HOUR_MS)
    assert.equal(isOver(1), false)
    w.setWallClock(START - HOUR_MS)
    assert.equal(isOver(0), false)
  })
}

test('sqlite: a process that starts with a clock far ahead deletes by the time of those before it, until an hour has passed', async () => {
  const databaseUrl = await freshDatabase('sqlite')
  const before = await start('sqlite', databaseUrl)
  before.advance(7 * MINUTE_MS)
  await timeOf(before).forDeletion()
  const ahead = await start('sqlite', databaseUrl, START + 400 * DAY_MS)
  assert.equal(timeOf(ahead).isBelieved(), true, 'it may have been away for as long')
  assert.equal(await timeOf(ahead).forDeletion(), START + 7 * MINUTE_MS)
  ahead.advance(HOUR_MS - 1)
  assert.equal(await timeOf(ahead).forDeletion(), START + 67 * MINUTE_MS - 1)
  const right = await start('sqlite', databaseUrl, START + 70 * MINUTE_MS)
  assert.equal(await timeOf(right).forDeletion(), START + 67 * MINUTE_MS - 1, 'what it saw was not noted')
  ahead.advance(1)
  assert.equal(await timeOf(ahead).forDeletion(), ahead.deps.now())
})

test('sqlite: the highest time seen is lowered once a clock that is behind has kept its word for an hour', async () => {
  const databaseUrl = await freshDatabase('sqlite')
  await start('sqlite', databaseUrl, START + 90 * DAY_MS)
  const right = await start('sqlite', databaseUrl)
  assert.equal(await timeOf(right).forDeletion(), START)
  assert.equal(await findTimeMark(right.deps.db), START + 90 * DAY_MS)
  right.advance(HOUR_MS)
  await timeOf(right).forDeletion()
  assert.equal(await findTimeMark(right.deps.db), START + HOUR_MS)
})

if (ENGINES.includes('postgres')) {
  for (const aheadMs of [61_000, -61_000, 20 * DAY_MS]) {
    test(`postgres: a process that starts ${aheadMs} ms ahead of the database is wrong for as long as it is, and goes by the database`, async () => {
      const w = await start('postgres', await freshDatabase('postgres'), START + aheadMs)
      for (let hours = 0; hours < 30; hours += 10) {
        assert.equal(timeOf(w).isBelieved(), false)
        assert.equal(await timeOf(w).forDeletion(), undefined)
        assert.equal(timeOf(w).now(), w.deps.now() - aheadMs)
        w.advance(10 * HOUR_MS)
      }
      w.setWallClock(w.deps.now() - aheadMs)
      assert.equal(timeOf(w).isBelieved(), true)
      assert.equal(await timeOf(w).forDeletion(), undefined)
      w.advance(HOUR_MS)
      assert.equal(await timeOf(w).forDeletion(), w.deps.now())
    })
  }

  test('postgres: of two clocks that agree to a minute, the earlier one decides what is deleted', async () => {
    const databaseUrl = await freshDatabase('postgres')
    for (const aheadMs of [50_000, -50_000]) {
      const w = await start('postgres', databaseUrl, START + aheadMs)
      assert.equal(await timeOf(w).forDeletion(), START + Math.min(0, aheadMs))
    }
  })

  test('postgres: a machine that was stopped for hours is believed when it comes back, and deletes nothing for an hour', async () => {
    const w = await start('postgres', await freshDatabase('postgres'))
    const deps = { ...w.deps, databaseClock: async () => w.deps.now() }
    const time = trustedTime(deps)
    await time.ask()
    w.setWallClock(START + 5 * HOUR_MS)
    await time.ask()
    assert.equal(time.isBelieved(), true)
    assert.equal(await time.forDeletion(), undefined)
    w.advance(HOUR_MS)
    assert.equal(await time.forDeletion(), w.deps.now())
  })

  test('postgres: a database that cannot be asked leaves the clock as it was judged last', async () => {
    const w = await start('postgres', await freshDatabase('postgres'))
    const deps = { ...w.deps, databaseClock: () => Promise.reject(new Error('away')) }
    const time = trustedTime(deps)
    w.advance(HOUR_MS)
    assert.equal(time.isBelieved(), true)
    await assert.rejects(time.forDeletion(), /away/)
  })
}
