import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, login, user } from '../../../test/builders.ts'
import { assertSigned, openStages, readWebhook, receiver, webhook } from '../../../test/house/webhooks.ts'
import { rfc3339 } from '../../platform/clock.ts'

const MINUTE_MS = 60_000

for (const { engine, w } of await openStages()) {
  test(`${engine}: an event arrives signed, with an id, a type, a payload and a number`, async () => {
    const app = await application(w)
    const there = await receiver()
    const id = await webhook(app, there.url, ['user.created', 'user.session.created'])
    const userId = await user(w, app, { email: 'ada@example.com' })
    await login(w, app, userId)
    await w.drain()
    const [got] = there.received
    assert.ok(got)
    assert.equal(there.received.length, 1)
    await assertSigned(w, app, got)
    assert.match(got.body.delivery_id, /^whd_[0-9a-z]{26}$/)
    assert.equal(got.headers['x-webhook-delivery'], got.body.delivery_id)
    assert.equal(got.headers['content-type'], 'application/json')
    assert.deepEqual(Object.keys(got.body), ['app_id', 'delivery_id', 'sent_at', 'events'])
    assert.equal(got.body.app_id, app.id)
    assert.equal(got.body.sent_at, rfc3339(w.deps.now()))
    const [created, session] = got.body.events
    assert.deepEqual(Object.keys(created ?? {}), ['id', 'type', 'payload', 'created_at', 'sequence'])
    assert.equal(created?.type, 'user.created')
    assert.equal(created?.payload.user_id, userId)
    assert.match(created?.id ?? '', /^evt_[0-9a-z]{26}$/)
    assert.deepEqual([created?.sequence, session?.sequence], [1, 2])
    assert.deepEqual(session?.payload.identifier, { type: 'email_address', value: 'ada@example.com' })
    const shown = await readWebhook(app, id)
    assert.equal(shown.status, 'healthy')
    assert.equal(shown.last_http_code, 200)
    assert.equal(shown.waiting, 0)
    assert.equal(shown.last_sequence, 2)
  })

  test(`${engine}: what fails is sent again after 1, 2, 4 … minutes, the same but for sent_at`, async () => {
    const app = await application(w)
    const there = await receiver()
    const id = await webhook(app, there.url)
    there.reply(() => ({ status: 500, text: 'no' }))
    await user(w, app)
    w.log.length = 0
    await w.drain()
    const [{ time: _, delivery_id, ...line }] = w.log.map((one) => JSON.parse(one))
    assert.match(delivery_id, /^whd_/)
    const why = { app: app.id, webhook_id: id, status: 500, reason: 'It answered 500.' }
    assert.deepEqual(line, { level: 'warn', ...why, msg: 'a webhook did not take a delivery' })
    for (const minutes of [1, 2, 4, 8, 16]) {
      const before = there.received.length
      w.advance(minutes * MINUTE_MS * 0.89)
      await w.drain()
      assert.equal(there.received.length, before, `not before ${minutes} min`)
      w.advance(minutes * MINUTE_MS * 0.22)
      await w.drain()
      assert.equal(there.received.length, before + 1, `after ${minutes} min`)
    }
    const [first, ...others] = there.received
    for (const { body } of others) {
      assert.deepEqual({ ...body, sent_at: '' }, { ...first?.body, sent_at: '' })
      assert.notEqual(body.sent_at, first?.body.sent_at)
    }
    const shown = await readWebhook(app, id)
    assert.equal(shown.status, 'failing')
    assert.equal(shown.last_http_code, 500)
    assert.equal(shown.waiting, 1)
    assert.ok(shown.pauses_at)
  })
}
