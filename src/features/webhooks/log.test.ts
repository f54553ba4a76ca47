import assert from 'node:assert/strict'
import { createPublicKey, verify } from 'node:crypto'
import { test } from 'node:test'
import { application, type TestApp, user } from '../../../test/builders.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import {
  assertSigned,
  openStages,
  pulled,
  readWebhook,
  receiver,
  rowsIn,
  webhook,
} from '../../../test/house/webhooks.ts'
import { rotateKeys } from '../../core/signing-keys/keyring.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { scheduleJobs } from '../../platform/jobs/jobs.ts'
import { jobs } from '../../server.ts'
import { MOST_AT_ONCE, underWay } from './by-hand.ts'

const DAY_MS = 86_400_000
const SINCE = '2025-01-01T00:00:00Z'

for (const { engine, w } of await openStages()) {
  async function begin(events = ['user.created'], more: Record<string, unknown> = {}) {
    const app = await application(w)
    const there = await receiver()
    const id = await webhook(app, there.url, events, more)
    const call = (path: string, body?: unknown) => app.manage(`/webhooks/${id}${path}`, { body })
    return { app, there, id, call }
  }
  const create = async (app: TestApp) => {
    const id = await user(w, app)
    await w.drain()
    w.advance(1000)
    return id
  }

  test(`${engine}: the log lists deliveries newest first, by status, type, user and time, page by page`, async () => {
    const { app, there, call } = await begin(['user.created', 'user.deleted'])
    const begun = w.deps.now()
    const users = [await create(app), await create(app), await create(app)]
    there.reply(() => 500)
    await app.manage(`/users/${users[0]}`, { method: 'DELETE' })
    await w.drain()
    const list = async (query = '') => {
      const { status, body } = await call(`/deliveries${query}`)
      assert.equal(status, 200, JSON.stringify(body))
      return body.deliveries as { id: string; events: { type: string }[]; status: string }[]
    }
    const all = await list()
    assert.deepEqual(
      all.map(({ events, status }) => [events.map(({ type }) => type), status]),
      [
        [['user.deleted'], 'pending'],
        [['user.created'], 'delivered'],
        [['user.created'], 'delivered'],
        [['user.created'], 'delivered'],
      ],
    )
    const ids = (some: readonly { id: string }[]) => some.map(({ id }) => id)
    assert.deepEqual(ids(await list('?status=pending')), ids(all.slice(0, 1)))
    assert.deepEqual(ids(await list('?event=user.created')), ids(all.slice(1)))
    assert.deepEqual(ids(await list(`?user_id=${users[0]}`)), ids([all[0], all[3]] as { id: string }[]))
    assert.deepEqual(ids(await list(`?user_id=${users[0]}&event=user.created`)), ids(all.slice(3)))
    assert.deepEqual(ids(await list(`?since=${rfc3339(begun + 2000)}`)), ids(all.slice(0, 2)))
    assert.deepEqual(ids(await list(`?until=${rfc3339(begun + 1000)}`)), ids(all.slice(2)))
    const first = (await call('/deliveries?limit=3')).body
    assert.deepEqual(ids(first.deliveries), ids(all.slice(0, 3)))
    assert.deepEqual(ids(await list(`?limit=3&after=${first.next}`)), ids(all.slice(3)))
  })

  test(`${engine}: a delivery shows its body as it was sent, and what each try was answered`, async () => {
    const { app, there, call } = await begin()
    there.reply(() => ({ status: 500, text: `${'é'.repeat(1000)}\u0000` }))
    await create(app)
    w.advance(67_000)
    there.reply(() => ({ status: 200, text: 'a\u0000b' }))
    await w.drain()
    const [{ id: deliveryId }] = (await call('/deliveries')).body.deliveries
    const { delivery } = (await call(`/deliveries/${deliveryId}`)).body
    assert.equal(delivery.body, there.received[1]?.raw)
    assert.deepEqual([delivery.tries, delivery.status, delivery.last_http_code], [2, 'delivered', 200])
    const [bad, good] = delivery.log
    assert.equal(bad.http_code, 500)
    assert.match(bad.reason, /500/)
    assert.ok(Buffer.byteLength(bad.answer) <= 1026, 'a KiB')
    assert.equal(good.answer, 'a\u{FFFD}b')
    assert.equal('reason' in good, false)
    assertNotFound(await call('/deliveries/whd_none'))
  })

  test(`${engine}: a delivery is replayed under its id, on a webhook that is paused too, and says nothing of its health`, async () => {
    const { app, there, id, call } = await begin()
    await create(app)
    const [first] = there.received
    await call('/deactivate', {})
    there.reply(() => 500)
    const path = `/deliveries/${first?.body.delivery_id}/replay`
    const failed = await call(path, {})
    assert.equal(failed.status, 200)
    assert.equal(failed.body.try.http_code, 500)
    assert.equal(failed.body.delivery.status, 'delivered')
    there.reply(() => 200)
    assert.equal((await call(path, {})).body.try.http_code, 200)
    const again = there.received.at(-1)
    assert.ok(again)
    await assertSigned(w, app, again)
    assert.equal(again.body.replayed, true)
    assert.deepEqual(again.body.events, first?.body.events)
    assert.equal(again.body.delivery_id, first?.body.delivery_id)
    const shown = await readWebhook(app, id)
    assert.deepEqual([shown.status, shown.last_http_code], ['inactive', 200])
    const { delivery } = (await call(`/deliveries/${first?.body.delivery_id}`)).body
    assert.deepEqual([delivery.tries, delivery.replayed, delivery.body], [3, true, again.raw])
    assertNotFound(await call('/deliveries/whd_none/replay', {}))
  })

  test(`${engine}: in bulk, what was not taken is replayed, and what it never got because it was paused`, async () => {
    const { app, there, call } = await begin()
    await create(app)
    await call('/deactivate', {})
    const missed = await create(app)
    await call('/activate', {})
    await w.drain()
    assert.equal(there.taken.length, 1)
    const replay = (body: object) => call('/replay', body)
    const first = await replay({ since: SINCE })
    assert.deepEqual([first.status, first.body], [202, { count: 1 }])
    await w.drain()
    assert.deepEqual(
      there.taken.map(({ sequence }) => sequence),
      [1, 2],
    )
    assert.equal(there.taken[1]?.payload.user_id, missed)
    assert.deepEqual((await replay({ since: SINCE })).body, { count: 0 })
    assert.deepEqual((await replay({ since: SINCE, only_failed: false, events: ['user.deleted'] })).body, { count: 0 })
    assert.deepEqual((await replay({ since: SINCE, only_failed: false })).body, { count: 2 })
    await w.drain()
    assert.deepEqual(
      there.taken.map(({ sequence }) => sequence),
      [1, 2, 1, 2],
    )
    assert.equal(there.received.at(-1)?.body.replayed, true)
    assertInvalid(await replay({}), 'since')
  })

  test(`${engine}: a sample of every event is sent, and its answer shown, while the webhook is inactive too`, async () => {
    const { there, call } = await begin()
    await call('/deactivate', {})
    there.reply(() => ({ status: 418, text: 'teapot' }))
    const { status, body } = await call('/test', { event: 'user.session.created' })
    assert.equal(status, 200)
    assert.deepEqual([body.delivered, body.try.http_code, body.try.answer], [false, 418, 'teapot'])
    const [got] = there.received
    assert.equal(got?.raw, body.body)
    assert.equal(got?.body.test, true)
    assert.equal(got?.body.events[0]?.type, 'user.session.created')
    there.reply(() => 200)
    assert.equal((await call('/test', { event: 'user.created' })).body.delivered, true)
    assertInvalid(await call('/test', { event: 'user.sneezed' }), 'event')
    assert.deepEqual((await call('/deliveries')).body.deliveries, [])
  })

  test(`${engine}: sixteen calls that somebody asks for are under way for an application, and no more`, async () => {
    const { app, there, call } = await begin()
    await create(app)
    const [got] = there.received
    const id = String(got?.body.delivery_id)
    underWay(w.deps).set(app.id, MOST_AT_ONCE)
    const calls = [
      () => call('/test', { event: 'user.created' }),
      () => call(`/deliveries/${id}/replay`, {}),
      () => call('/activate', {}),
    ]
    for (const one of calls) {
      const refused = await one()
      assertDenied(refused, 'rate_limited', 'rate_limited')
      assert.equal(refused.headers.get('retry-after'), '10')
    }
    underWay(w.deps).set(app.id, MOST_AT_ONCE - 1)
    for (const one of calls) assert.equal((await one()).status, 200)
    assert.equal(underWay(w.deps).get(app.id), MOST_AT_ONCE - 1)
    assert.equal(there.received.length, 3)
  })

  test(`${engine}: a body that differs from what was sent is told where`, async () => {
    const { app, there, call } = await begin()
    await create(app)
    const [got] = there.received
    const signature = String(got?.headers['x-webhook-signature'])
    const raw = got?.raw ?? ''
    const ask = async (body: string, by = signature) => (await call('/verify', { body, signature: by })).body
    const delivery_id = got?.body.delivery_id
    assert.deepEqual(await ask(raw), { valid: true, delivery_id, same: true })
    assert.equal((await ask(raw, signature.replace('rsassa-pss-sha256=', ''))).valid, true)
    const printed = await ask(JSON.stringify(JSON.parse(raw), null, 1))
    assert.deepEqual([printed.valid, printed.same, printed.differs_at], [false, false, 1])
    assert.match(printed.hint, /printed anew/)
    const changed = await ask(raw.replace('"sequence":1', '"sequence":2'))
    assert.deepEqual([changed.valid, changed.differs_at], [false, raw.indexOf('"sequence":1') + '"sequence":'.length])
    assert.match(changed.hint, /changed/)
    assert.match((await ask('{}')).hint, /no body of a delivery/)
    assert.match((await ask('{"delivery_id":"whd_none","sent_at":""}')).hint, /No such delivery/)
    const deep = raw.replace(/\}$/, `,"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)
    assert.match((await ask(deep)).hint, /changed/)
    assertInvalid(await call('/verify', { body: 7, signature }), 'body')
    assertInvalid(await call('/verify', { body: 'x'.repeat(1024 * 1024 + 1), signature }), 'body.body')
  })

  test(`${engine}: tries are counted hour by hour`, async () => {
    const { app, there, call } = await begin()
    await create(app)
    there.reply(() => 500)
    await create(app)
    w.advance(3_600_000)
    there.reply(() => 200)
    await w.drain()
    const { body } = await call('/stats')
    assert.deepEqual(
      body.hours.map(({ sent, failed }: { sent: number; failed: number }) => [sent, failed]),
      [
        [1, 1],
        [1, 0],
      ],
    )
    assert.ok(body.hours.every(({ p50_ms, p95_ms }: { p50_ms: number; p95_ms: number }) => p50_ms <= p95_ms))
    assert.equal(body.waiting, 0)
    assert.equal((await call('/stats?hours=1')).body.hours.length, 1)
  })

  test(`${engine}: what is pulled comes in its order, again until it is committed, and never after`, async () => {
    const app = await application(w)
    const id = await pulled(app)
    for (let i = 0; i < 5; i++) await create(app)
    const pull = async (query = '') => {
      const { status, body } = await app.manage(`/webhooks/${id}/events${query}`)
      assert.equal(status, 200, JSON.stringify(body))
      return { sequences: body.events.map(({ sequence }: { sequence: number }) => sequence), next: body.next }
    }
    const commit = (sequence: number) => app.manage(`/webhooks/${id}/commit`, { body: { sequence } })
    assert.deepEqual(await pull('?limit=2'), { sequences: [1, 2], next: 2 })
    assert.deepEqual(await pull('?limit=2&after=2'), { sequences: [3, 4], next: 4 })
    assert.deepEqual(await pull('?limit=2'), { sequences: [1, 2], next: 2 })
    assert.deepEqual((await commit(3)).body, { committed: 3 })
    assert.deepEqual((await commit(2)).body, { committed: 3 })
    assertInvalid(await commit(6), 'sequence')
    await create(app)
    assert.deepEqual(await pull(), { sequences: [4, 5, 6], next: undefined })
    assert.deepEqual((await commit(6)).body, { committed: 6 })
    assert.deepEqual(await pull(), { sequences: [], next: undefined })
    const shown = await readWebhook(app, id)
    assert.deepEqual([shown.active, shown.committed, shown.waiting, shown.last_sequence], [true, 6, 0, 6])
    const statuses = (await app.manage(`/webhooks/${id}/deliveries`)).body.deliveries
    assert.ok(statuses.every(({ status }: { status: string }) => status === 'delivered'))
  })

  test(`${engine}: a webhook that is pulled is sent nothing, and one that is sent its events is not pulled`, async () => {
    const { app, call } = await begin()
    assertDenied(await call('/events'), 'webhook_is_pushed', 'conflict')
    assertDenied(await call('/commit', { sequence: 0 }), 'webhook_is_pushed', 'conflict')
    const id = await pulled(app)
    await create(app)
    await app.manage(`/webhooks/${id}/events`)
    const [{ id: deliveryId }] = (await app.manage(`/webhooks/${id}/deliveries`)).body.deliveries
    for (const [path, body] of [
      ['/test', { event: 'user.created' }],
      ['/replay', { since: SINCE }],
      [`/deliveries/${deliveryId}/replay`, {}],
    ] as const) {
      assertDenied(await app.manage(`/webhooks/${id}${path}`, { body }), 'webhook_is_pulled', 'conflict')
    }
    assert.equal((await app.manage(`/webhooks/${id}/activate`, { method: 'POST' })).status, 200)
  })

  test(`${engine}: with the headers of Standard Webhooks beside ours, the keys of the webhook verify a delivery`, async () => {
    const { app, there, id } = await begin(['user.created'], { options: { standard_webhooks: true } })
    await create(app)
    const [got] = there.received
    assert.ok(got)
    await assertSigned(w, app, got)
    const { 'webhook-id': messageId, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = got.headers
    assert.equal(messageId, got.body.delivery_id)
    const [key] = (await readWebhook(app, id)).standard_webhooks_keys as string[]
    const x = Buffer.from((key ?? '').replace('whpk_', ''), 'base64').toString('base64url')
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    const [version, signature = ''] = String(signatures).split(' ')[0]?.split(',') ?? []
    assert.equal(version, 'v1a')
    const signed = Buffer.from(`${messageId}.${timestamp}.${got.raw}`)
    assert.ok(verify(null, signed, publicKey, Buffer.from(signature, 'base64')))
  })

  test(`${engine}: a key that signed deliveries is published as long as a retry lives, and a retry is signed by the newest`, async () => {
    const { app, there } = await begin()
    there.reply(() => 500)
    await create(app)
    const [first] = there.received
    assert.ok(first)
    w.advance(90 * DAY_MS)
    await rotateKeys(w.deps, app.id, w.deps.now())
    w.advance(DAY_MS)
    there.reply(() => 200)
    await w.drain()
    const last = there.received.at(-1)
    assert.ok(last)
    assert.notEqual(last.headers['x-webhook-signature-key-id'], first.headers['x-webhook-signature-key-id'])
    await assertSigned(w, app, last)
    w.advance(14 * DAY_MS)
    await rotateKeys(w.deps, app.id, w.deps.now())
    await assertSigned(w, app, first)
    w.advance(2 * DAY_MS)
    await rotateKeys(w.deps, app.id, w.deps.now())
    await assert.rejects(assertSigned(w, app, first), /published/)
  })

  test(`${engine}: the log is kept for thirty days, and what waits as long`, async () => {
    const { app, call } = await begin()
    await scheduleJobs(w.deps, jobs)
    await create(app)
    await call('/deactivate', {})
    await call('/activate', {})
    await user(w, app)
    await call('/deactivate', {})
    w.advance(29 * DAY_MS)
    await w.drain()
    assert.equal(await rowsIn(w, app, 'webhook_deliveries'), 1)
    assert.equal(await rowsIn(w, app, 'webhook_queue'), 1)
    w.advance(2 * DAY_MS)
    await w.drain()
    w.advance(DAY_MS)
    await w.drain()
    for (const table of [
      'webhook_deliveries',
      'webhook_items',
      'webhook_tries',
      'webhook_queue',
      'webhook_hours',
    ] as const)
      assert.equal(await rowsIn(w, app, table), 0, table)
  })
}
