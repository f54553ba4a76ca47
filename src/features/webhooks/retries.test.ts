import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp, user } from '../../../test/builders.ts'
import { openStages, type Reply, readWebhook, receiver, webhook } from '../../../test/house/webhooks.ts'
import type { World } from '../../../test/world.ts'
import { emitAll } from '../../core/events/store.ts'
import { listMail } from '../../core/messages/store.ts'
import { pauseOverfull } from '../../core/webhooks/sweep.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

for (const { engine, w } of await openStages()) {
  /** Events numbered from 1, all in one moment. */
  const happen = (app: TestApp, count: number, from = 1) =>
    w.deps.transact((tx) =>
      emitAll(
        tx,
        w.deps,
        app.id,
        'user.created',
        Array.from({ length: count }, (_, i) => ({ user_id: `usr_${from + i}`, n: from + i })),
      ),
    )

  /** Let time pass in steps, and everything that falls due be done. */
  async function pass(world: World, ms: number, stepMs = MINUTE_MS) {
    for (let passed = 0; passed < ms; passed += stepMs) {
      world.advance(stepMs)
      await world.drain()
    }
  }

  async function begin(reply: Reply = 200, more: Record<string, unknown> = {}) {
    const app = await application(w)
    const there = await receiver()
    const id = await webhook(app, there.url, ['user.created'], more)
    there.reply(() => reply)
    return { app, there, id, shown: () => readWebhook(app, id) }
  }

  test(`${engine}: what happens at once arrives in batches of a hundred, or of fewer where so many are wanted`, async () => {
    const { app, there } = await begin()
    const small = await begin(200, { options: { max_batch: 40 } })
    await happen(app, 250)
    await happen(small.app, 90)
    await w.drain()
    assert.deepEqual(
      there.received.map(({ body }) => body.events.length),
      [100, 100, 50],
    )
    assert.deepEqual(
      small.there.received.map(({ body }) => body.events.length),
      [40, 40, 10],
    )
    assert.deepEqual(
      there.taken.map(({ sequence }) => sequence),
      Array.from({ length: 250 }, (_, i) => i + 1),
    )
    assert.equal(new Set(there.taken.map(({ id }) => id)).size, 250)
  })

  test(`${engine}: every 2xx is a yes, unless 200 alone is wanted`, async () => {
    const any = await begin(204)
    const strict = await begin(204, { options: { accept_2xx: false } })
    for (const { app } of [any, strict]) await happen(app, 1)
    await w.drain()
    assert.equal((await any.shown()).status, 'healthy')
    assert.equal((await strict.shown()).status, 'failing')
  })

  test(`${engine}: a redirect is a failure, and is not followed`, async () => {
    const elsewhere = await receiver()
    const { app, shown } = await begin({ status: 302, headers: { location: elsewhere.url } })
    await happen(app, 1)
    await w.drain()
    assert.equal((await shown()).last_http_code, 302)
    assert.equal(elsewhere.received.length + elsewhere.challenges.length, 0)
  })

  test(`${engine}: 410 pauses at once, other webhooks hear of it, and what waited comes when it is active again`, async () => {
    const { app, there, id, shown } = await begin(410)
    const other = await receiver()
    await webhook(app, other.url, ['webhook.paused'])
    await happen(app, 2)
    await w.drain()
    const paused = await shown()
    assert.deepEqual([paused.active, paused.status, paused.paused_reason], [false, 'paused', 'gone'])
    assert.equal(paused.waiting, 2)
    const [told] = other.taken
    assert.deepEqual([told?.type, told?.payload.webhook_id, told?.payload.reason], ['webhook.paused', id, 'gone'])
    there.reply(() => 200)
    await app.manage(`/webhooks/${id}/activate`, { method: 'POST' })
    await w.drain()
    assert.deepEqual(
      there.taken.map(({ sequence }) => sequence),
      [1, 2],
    )
    assert.equal((await shown()).status, 'healthy')
  })

  test(`${engine}: who says how long to wait is left alone so long, without a strike`, async () => {
    const { app, there } = await begin({ status: 429, headers: { 'retry-after': '1800' } })
    await happen(app, 1)
    await w.drain()
    await pass(w, 29 * MINUTE_MS)
    assert.equal(there.received.length, 1)
    there.reply(() => 500)
    await pass(w, MINUTE_MS)
    assert.equal(there.received.length, 2)
    // That was the first strike: the next try is a minute later.
    await pass(w, 2 * MINUTE_MS)
    assert.equal(there.received.length, 3)
  })

  test(`${engine}: after an outage everything comes at once, in its order`, async () => {
    const { app, there, shown } = await begin(503)
    await happen(app, 150)
    await w.drain()
    await pass(w, 5 * MINUTE_MS)
    await happen(app, 150, 151)
    await pass(w, HOUR_MS)
    assert.equal((await shown()).status, 'failing')
    there.reply(() => 200)
    await pass(w, 70 * MINUTE_MS)
    assert.equal(there.taken.length, 300)
    assert.deepEqual(
      there.taken.map(({ sequence }) => sequence).sort((a, b) => a - b),
      Array.from({ length: 300 }, (_, i) => i + 1),
    )
    assert.equal((await shown()).waiting, 0)
    assert.equal((await shown()).status, 'healthy')
  })

  test(`${engine}: a short outage leaves the order as it is`, async () => {
    const { app, there } = await begin(503)
    await happen(app, 120)
    await w.drain()
    await pass(w, 2 * MINUTE_MS)
    there.reply(() => 200)
    await pass(w, 3 * MINUTE_MS)
    assert.deepEqual(
      there.taken.map(({ sequence }) => sequence),
      Array.from({ length: 120 }, (_, i) => i + 1),
    )
  })

  test(`${engine}: one event that is never taken holds up none of the others for long, and is set aside`, async () => {
    const { app, there, id, shown } = await begin()
    const poison = 37
    there.reply(({ body }) => (body.events.some(({ payload }) => payload.n === poison) ? 500 : 200))
    await happen(app, 100)
    await w.drain()
    await pass(w, 10 * MINUTE_MS)
    assert.equal(there.taken.length, 99)
    await happen(app, 5, 101)
    await w.drain()
    assert.equal(there.taken.length, 104)
    await pass(w, 5 * HOUR_MS, 5 * MINUTE_MS)
    const later = await shown()
    assert.deepEqual([later.stuck, later.waiting, later.status], [1, 0, 'healthy'])
    const { deliveries } = (await app.manage(`/webhooks/${id}/deliveries?status=stuck`)).body
    assert.equal(deliveries.length, 1)
    assert.deepEqual(
      deliveries[0].events.map(({ sequence }: { sequence: number }) => sequence),
      [poison],
    )
    assert.equal(new Set(there.taken.map(({ sequence }) => sequence)).size, 104)
    there.reply(() => 200)
    const again = await app.manage(`/webhooks/${id}/replay`, { body: { since: '2026-01-01T00:00:00Z' } })
    assert.deepEqual([again.status, again.body], [202, { count: 1 }])
    await w.drain()
    assert.equal(there.taken.at(-1)?.sequence, poison)
    assert.equal((await shown()).stuck, 0)
  })

  test(`${engine}: after fourteen days of failing it is paused, with a reason; nothing is dropped`, async () => {
    const { app, there, id, shown } = await begin(500)
    const other = await receiver()
    await webhook(app, other.url, ['webhook.paused'])
    await happen(app, 1)
    await w.drain()
    await pass(w, 13 * DAY_MS, HOUR_MS)
    assert.equal((await shown()).active, true)
    await pass(w, 2 * DAY_MS, HOUR_MS)
    const paused = await shown()
    assert.deepEqual([paused.active, paused.paused_reason, paused.waiting], [false, 'failing', 1])
    assert.ok(there.received.length >= 36 && there.received.length <= 38, `${there.received.length} tries`)
    assert.equal(other.taken[0]?.payload.reason, 'failing')
    there.reply(() => 200)
    await app.manage(`/webhooks/${id}/activate`, { method: 'POST' })
    await w.drain()
    assert.equal(there.taken.length, 1)
  })

  test(`${engine}: whoever runs the application is told by mail, after an hour, a day and a week, and of the pause`, async () => {
    const { app, there } = await begin(500)
    const settings = { webhooks: { notice_address: 'ops@example.com' } }
    assert.equal((await app.manage('/settings', { method: 'PATCH', body: { settings } })).status, 200)
    await happen(app, 1)
    await w.drain()
    const mails = async () => (await listMail(w.deps.db, app.id, 100)).map(({ text }) => text)
    await pass(w, 50 * MINUTE_MS)
    assert.deepEqual(await mails(), [])
    const told: number[] = []
    for (const days of [0.5, 2, 8]) {
      await pass(w, days * DAY_MS - (told.length > 0 ? DAY_MS : 0), HOUR_MS)
      told.push((await mails()).length)
    }
    assert.equal(told[0], 1)
    there.reply(() => 410)
    await pass(w, DAY_MS, HOUR_MS)
    const [last] = await mails()
    assert.match(last ?? '', /paused, for it answered 410/)
  })

  test(`${engine}: how old the oldest event is that waits is measured`, async () => {
    const { app, there } = await begin(500)
    await happen(app, 1)
    await w.drain()
    await pass(w, 5 * MINUTE_MS)
    const oldest = async () => (await w.deps.metrics.webhookOldest.get()).values[0]?.value ?? 0
    assert.ok((await oldest()) >= 240, String(await oldest()))
    const tries = (await w.deps.metrics.webhooks.get()).values.find(({ labels }) => labels.outcome === 'failed')
    assert.ok((tries?.value ?? 0) >= 3)
    there.reply(() => 200)
  })

  test(`${engine}: a webhook for which more waits than it will ever take is paused`, async () => {
    const { app, id, shown } = await begin(500)
    await happen(app, 30)
    await pauseOverfull(w.deps, 31)
    assert.equal((await shown()).active, true)
    await pauseOverfull(w.deps, 30)
    const { active, paused_reason } = await shown()
    assert.deepEqual([active, paused_reason], [false, 'overfull'])
    assert.equal((await app.manage(`/webhooks/${id}`, { method: 'DELETE' })).status, 204)
  })

  test(`${engine}: one that does not answer is given up after ten seconds, as one that is not there`, async () => {
    const { app, there, id, shown } = await begin()
    await there.close()
    await happen(app, 1)
    await w.drain()
    const failing = await shown()
    assert.equal(failing.status, 'failing')
    assert.equal(failing.last_http_code, undefined)
    const [delivery] = (await app.manage(`/webhooks/${id}/deliveries`)).body.deliveries
    const { log } = (await app.manage(`/webhooks/${id}/deliveries/${delivery.id}`)).body.delivery
    assert.match(log[0].reason, /could not be reached/)
    assert.equal(w.outbound.at(-1)?.timeoutMs, 10_000)
  })

  test(`${engine}: a clock that is set neither loses nor hastens a delivery`, async () => {
    const { app, there, shown } = await begin(500)
    await happen(app, 1)
    await w.drain()
    const now = w.deps.now()
    w.setWallClock(now + 400 * DAY_MS)
    await w.drain()
    assert.equal(there.received.length, 1)
    assert.equal((await shown()).active, true)
    w.setWallClock(now - 400 * DAY_MS)
    await happen(app, 1, 2)
    there.reply(() => 200)
    await pass(w, 2 * MINUTE_MS)
    assert.deepEqual(
      there.taken.map(({ sequence }) => sequence),
      [1, 2],
    )
    w.setWallClock(now + 3 * MINUTE_MS)
  })

  test(`${engine}: the events of a user who is gone are told as they happened`, async () => {
    const { app, there } = await begin()
    const userId = await user(w, app, { email: 'gone@example.com' })
    await app.manage(`/users/${userId}`, { method: 'DELETE' })
    await w.drain()
    assert.equal(there.taken[0]?.payload.user_id, userId)
  })
}
