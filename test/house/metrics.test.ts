import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashPath, hashQueue } from '../../src/core/passwords/hashing.ts'
import { lookForMetrics } from '../../src/platform/metrics-look.ts'
import { application, login, REFRESH, user } from '../builders.ts'
import { ENGINES, world } from '../world.ts'
import { queue } from './messages.ts'

for (const engine of ENGINES) {
  test(`${engine}: answers are timed by operation and class, and errors counted by code`, async () => {
    const w = await world(engine)
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    assert.equal((await client.post(REFRESH)).status, 200)
    await app.call(REFRESH, { method: 'POST' })
    await app.call('/nothing')
    const text = await w.deps.metrics.registry.metrics()
    const count = 'antiphon_http_request_duration_seconds_count'
    assert.ok(text.includes(`${count}{operation="refreshSession",class="2xx"} 1\n`))
    assert.ok(text.includes(`${count}{operation="refreshSession",class="4xx"} 1\n`))
    assert.ok(text.includes('antiphon_http_refusals_total{operation="refreshSession",code="unauthorized"} 1\n'))
    assert.ok(text.includes('antiphon_http_refusals_total{operation="none",code="not_found"} 1\n'))
  })

  test(`${engine}: the oldest job that is due, and how busy the database is, are looked at when somebody asks`, async () => {
    const w = await world(engine)
    const { metrics } = w.deps
    const reading = async (gauge: typeof metrics.oldestJob) => (await gauge.get()).values[0]?.value
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const writing = w.deps.transact(() => held)
    while (w.deps.databaseLoad().used === 0) await new Promise(setImmediate)
    await lookForMetrics(w.deps)
    assert.equal(await reading(metrics.connectionsUsed), 1)
    assert.equal(await reading(metrics.connectionsAwaited), 0)
    assert.equal(await reading(metrics.oldestJob), 0)
    release()
    await writing
    await queue(w, await application(w, { mode: 'prod' }))
    w.advance(90_000)
    await lookForMetrics(w.deps)
    assert.equal(await reading(metrics.oldestJob), 90)
    await w.drain()
    const text = await metrics.registry.metrics()
    assert.ok(text.includes('antiphon_messages_total{channel="email",provider="none",outcome="refused"} 1\n'))
  })

  test(`${engine}: what waits to be hashed is told, and what is turned away`, async () => {
    const { deps } = await world(engine)
    const { hashWaiting, sheds } = deps.metrics
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const runs = Array.from({ length: 900 }, () =>
      hashQueue(deps).run(hashPath('shop', 'known', '192.0.2.1'), () => held),
    )
    const waiting = (await hashWaiting.get()).values[0]?.value ?? 0
    assert.ok(waiting > 0 && waiting % 100 === 0, `${waiting} wait`)
    release()
    const outcomes = await Promise.all(runs)
    const shed = outcomes.filter(({ kind }) => kind === 'overloaded').length
    assert.equal((await sheds.get()).values[0]?.value, shed)
    assert.equal((await hashWaiting.get()).values[0]?.value, 0)
    const text = await deps.metrics.registry.metrics()
    assert.ok(text.includes('antiphon_hash_wait_seconds_count 900\n'))
  })
}
