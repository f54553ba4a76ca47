import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { answered, configure, migrate, progressOf } from '../../../test/house/legacy.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { countFailures } from './store.ts'

const FAILURES = 20

for (const { engine, w } of await stages()) {
  test(`${engine}: failures that come while one is being recorded are recorded together, each of them`, async () => {
    const [app, other] = [await application(w), await application(w)]
    for (const one of [app, other]) await configure(one)
    let asked = 0
    w.fakeNetwork(async () => {
      asked += 1
      return answered('', 401)
    })
    const { transact } = w.deps
    const gate = Promise.withResolvers<void>()
    const held = Promise.withResolvers<void>()
    const holding = transact(async (tx) => {
      await countFailures(tx, app.id, 'invalid_status_code', 1, w.deps.now())
      held.resolve()
      await gate.promise
    })
    await held.promise
    let writes = 0
    w.deps.transact = (work) => {
      writes += 1
      return transact(work)
    }
    const failing = Array.from({ length: FAILURES }, (_, i) => migrate(i % 2 ? app : other))
    while (asked < FAILURES) await new Promise((resolve) => setTimeout(resolve, 5))
    gate.resolve()
    await holding
    for (const answer of await Promise.all(failing)) assert.equal(answer.status, 400)
    w.deps.transact = transact

    assert.ok(writes <= 3, `${writes} writes`)
    const at = rfc3339(w.deps.now())
    for (const [one, count] of [
      [app, FAILURES / 2 + 1],
      [other, FAILURES / 2],
    ] as const) {
      assert.deepEqual((await progressOf(one)).failures, [{ reason: 'invalid_status_code', count, last_at: at }])
      const announced = { reason: 'invalid_status_code', occurred_at: at }
      assert.deepEqual(await eventsOf(w, one, 'migration.hook_failed'), Array(FAILURES / 2).fill(announced))
    }
  })

  test(`${engine}: a failure that cannot be recorded is an error for its own client, and for no later one`, async () => {
    const app = await application(w)
    const { transact } = w.deps
    w.deps.transact = () => Promise.reject(new Error('the disk is full'))
    assert.equal((await migrate(app)).status, 500)
    w.deps.transact = transact
    assert.equal((await migrate(app)).status, 400)
    assert.equal((await progressOf(app)).failures[0]?.count, 1)
  })
}
