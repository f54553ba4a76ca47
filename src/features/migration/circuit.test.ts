import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { application, type TestApp } from '../../../test/builders.ts'
import { answered, configure, migrate, personOf, progressOf } from '../../../test/house/legacy.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'

const good = personOf('legacy-1', 'ada@example.com')

/** How often this application's hook was called. */
const callsOf = (w: World, app: TestApp) =>
  w.outbound.filter(({ body = '{}' }) => JSON.parse(body).app_id === app.id).length

async function migrating(w: World): Promise<TestApp> {
  const app = await application(w)
  await configure(app)
  return app
}

async function repeat(times: number, app: TestApp, status: number) {
  for (let i = 0; i < times; i++) assert.equal((await migrate(app)).status, status)
}

async function until(holds: () => boolean) {
  for (let i = 0; !holds(); i++) {
    assert.ok(i < 10_000)
    await setTimeout(1)
  }
}

const isDown = (w: World) => w.fakeNetwork(() => undefined)
const answers = (w: World, status: number) => w.fakeNetwork(async () => answered(good, status))

for (const { engine, w } of await stages()) {
  test(`${engine}: after five calls to a hook that is not there, it is left alone for ten seconds; then one call tries`, async () => {
    const app = await migrating(w)
    isDown(w)
    await repeat(5, app, 500)
    assert.equal(callsOf(w, app), 5)
    answers(w, 200)
    await repeat(3, app, 500)
    w.advance(9_999)
    await repeat(1, app, 500)
    assert.equal(callsOf(w, app), 5)

    isDown(w)
    w.advance(1)
    await repeat(2, app, 500)
    assert.equal(callsOf(w, app), 6)
    w.advance(10_000)
    answers(w, 200)
    await repeat(3, app, 200)
    assert.equal(callsOf(w, app), 9)
    const [{ reason, count }] = (await progressOf(app)).failures
    assert.deepEqual({ reason, count }, { reason: 'request_failed', count: 11 })
  })

  test(`${engine}: while one call tries, everybody else is answered at once`, async () => {
    const app = await migrating(w)
    isDown(w)
    await repeat(5, app, 500)
    w.advance(10_000)
    const asked = Promise.withResolvers<void>()
    const answer = Promise.withResolvers<void>()
    w.fakeNetwork(async () => {
      asked.resolve()
      await answer.promise
      return answered(good)
    })
    const trial = migrate(app)
    await Promise.race([asked.promise, trial])
    w.fakeNetwork(async () => answered(good))
    await repeat(2, app, 500)
    answer.resolve()
    assert.equal((await trial).status, 200)
    await repeat(1, app, 200)
    assert.equal(callsOf(w, app), 7)
  })

  test(`${engine}: a call that is answered in between begins the count anew`, async () => {
    const app = await migrating(w)
    for (let round = 0; round < 3; round++) {
      isDown(w)
      await repeat(4, app, 500)
      answers(w, 200)
      await repeat(1, app, 200)
    }
    assert.equal(callsOf(w, app), 15)
  })

  for (const [status, answer] of [
    [401, 400],
    [500, 500],
  ] as const) {
    test(`${engine}: a hook that answers ${status} to whatever a client sends is not closed to all the others`, async () => {
      const app = await migrating(w)
      answers(w, status)
      await repeat(8, app, answer)
      answers(w, 200)
      await repeat(1, app, 200)
      assert.equal(callsOf(w, app), 9)
    })
  }

  for (const status of [502, 503, 504]) {
    test(`${engine}: a gateway that answers ${status} in place of the hook counts as nobody there`, async () => {
      const app = await migrating(w)
      answers(w, status)
      await repeat(5, app, 500)
      answers(w, 200)
      await repeat(1, app, 500)
      assert.equal(callsOf(w, app), 5)
    })
  }

  test(`${engine}: the hook of another application is another hook, at the same URL too`, async () => {
    const [dead, alive] = [await migrating(w), await migrating(w)]
    isDown(w)
    await repeat(5, dead, 500)
    answers(w, 200)
    await repeat(1, alive, 200)
    await repeat(1, dead, 500)
  })

  test(`${engine}: of the calls to a slow hook one network has sixteen, and another is let through beside it`, async () => {
    const app = await migrating(w)
    const slow = Promise.withResolvers<void>()
    w.fakeNetwork(async () => {
      await slow.promise
      return answered(good)
    })
    const crowd = Array.from({ length: 70 }, () => migrate(app, undefined, { 'x-forwarded-for': '203.0.113.1' }))
    await until(() => callsOf(w, app) === 16)
    const other = migrate(app, undefined, { 'x-forwarded-for': '198.51.100.1' })
    await until(() => callsOf(w, app) === 17)
    slow.resolve()
    const statuses = (await Promise.all([...crowd, other])).map(({ status }) => status)
    assert.deepEqual([...new Set(statuses)], [200])
    assert.equal(callsOf(w, app), 71)
  })
}
