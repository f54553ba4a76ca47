import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, user } from '../../../test/builders.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import {
  openStages,
  pulled,
  readWebhook,
  receiver,
  rowsIn,
  WEBHOOK_TABLES,
  webhook,
} from '../../../test/house/webhooks.ts'
import { EVENT_TYPES } from '../../core/events/store.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { MAX_WEBHOOKS } from './failures.ts'
import { webhooksFeature } from './index.ts'

const URL_THERE = 'https://hooks.example.com/antiphon'
const body = { url: URL_THERE, verification_token: 'my-secret-token', events: ['user.created'] }

for (const { engine, w } of await stages()) {
  test(`${engine}: a webhook is created inactive, listed, read and deleted, and its token is never shown`, async () => {
    const app = await application(w)
    const created = await app.manage('/webhooks', { body })
    assert.equal(created.status, 201)
    const { webhook: made } = created.body
    const now = rfc3339(w.deps.now())
    const shown = {
      id: made.id,
      kind: 'push',
      url: URL_THERE,
      events: ['user.created'],
      active: false,
      status: 'inactive',
      options: { accept_2xx: true, standard_webhooks: false, max_batch: 100 },
      created_at: now,
      updated_at: now,
    }
    const details = { ...shown, waiting: 0, stuck: 0, last_sequence: 0 }
    assert.match(made.id, /^web_[0-9a-z]{26}$/)
    assert.deepEqual(made, details)
    assert.deepEqual((await app.manage('/webhooks')).body, { webhooks: [shown] })
    assert.deepEqual((await app.manage(`/webhooks/${made.id}`)).body, { webhook: details })
    assert.deepEqual(await webhooksFeature.outboundUrls?.(w.deps, app.id), [URL_THERE])
    assert.equal((await app.manage(`/webhooks/${made.id}`, { method: 'DELETE' })).status, 204)
    assertNotFound(await app.manage(`/webhooks/${made.id}`))
    assertNotFound(await app.manage(`/webhooks/${made.id}`, { method: 'DELETE' }))
    assert.deepEqual((await app.manage('/webhooks')).body, { webhooks: [] })
  })

  test(`${engine}: what is no webhook is refused, naming the place`, async () => {
    const app = await application(w)
    const bad = (change: object) => app.manage('/webhooks', { body: { ...body, ...change } })
    assertInvalid(await bad({ url: 'http://hooks.example.com/' }), 'url')
    assertInvalid(await bad({ url: 'https://hooks.example.com/ Go to https://else.example' }), 'url: holds white space')
    assertInvalid(await bad({ url: 'ftp://hooks.example.com/' }), 'url')
    assertInvalid(await bad({ url: 'https://a:b@hooks.example.com/' }), 'url')
    assertInvalid(await bad({ url: `https://hooks.example.com/${'x'.repeat(2048)}` }), 'url')
    assertInvalid(await bad({ url: undefined }), 'url')
    assertInvalid(await bad({ verification_token: undefined }), 'verification_token')
    assertInvalid(await bad({ verification_token: 'x'.repeat(101) }), 'verification_token')
    assertInvalid(await bad({ events: ['user.sneezed'] }), 'events')
    assertInvalid(await bad({ events: undefined }), 'events')
    assertInvalid(await bad({ options: { max_batch: 101 } }), 'max_batch')
    assert.deepEqual((await app.manage('/webhooks')).body, { webhooks: [] })
  })

  test(`${engine}: a second webhook with the same URL is refused unless it is forced`, async () => {
    const app = await application(w)
    const { id } = (await app.manage('/webhooks', { body })).body.webhook
    assertDenied(await app.manage('/webhooks', { body }), 'webhook_url_exists', 'conflict')
    assert.equal((await app.manage('/webhooks', { body: { ...body, force: true } })).status, 201)
    const other = (await app.manage('/webhooks', { body: { ...body, url: `${URL_THERE}/2` } })).body.webhook.id
    const change = (url: string, more = {}) =>
      app.manage(`/webhooks/${other}`, { method: 'PATCH', body: { url, ...more } })
    assertDenied(await change(URL_THERE), 'webhook_url_exists', 'conflict')
    assert.equal((await change(URL_THERE, { force: true })).status, 200)
    assert.equal((await app.manage(`/webhooks/${id}`, { method: 'PATCH', body: { url: URL_THERE } })).status, 200)
    const elsewhere = await application(w)
    assert.equal((await elsewhere.manage('/webhooks', { body })).status, 201)
  })

  test(`${engine}: an application has a hundred webhooks at most`, async () => {
    const app = await application(w)
    for (let i = 0; i < MAX_WEBHOOKS; i++) await pulled(app)
    assertDenied(await app.manage('/webhooks', { body }), 'too_many_webhooks', 'conflict')
  })

  test(`${engine}: types of events are added and removed one by one, and twice changes nothing`, async () => {
    const app = await application(w)
    const { id } = (await app.manage('/webhooks', { body })).body.webhook
    const call = (method: string, event: string) => app.manage(`/webhooks/${id}/events`, { method, body: { event } })
    for (let i = 0; i < 2; i++) {
      const added = await call('POST', 'user.deleted')
      assert.equal(added.status, 201)
      assert.deepEqual(added.body.webhook.events, ['user.created', 'user.deleted'])
    }
    for (let i = 0; i < 2; i++) {
      const removed = await call('DELETE', 'user.created')
      assert.equal(removed.status, 200)
      assert.deepEqual(removed.body.webhook.events, ['user.deleted'])
    }
    for (const method of ['POST', 'DELETE']) {
      assertInvalid(await call(method, 'user.sneezed'), 'event')
      assertNotFound(await app.manage('/webhooks/web_none/events', { method, body: { event: 'user.created' } }))
    }
  })

  test(`${engine}: members are changed one by one, and what is left out stays`, async () => {
    const app = await application(w)
    const { id } = (await app.manage('/webhooks', { body })).body.webhook
    w.advance(5000)
    const change = (given: object) => app.manage(`/webhooks/${id}`, { method: 'PATCH', body: given })
    const changed = await change({ options: { max_batch: 5 }, events: ['user.deleted', 'user.deleted'] })
    assert.equal(changed.status, 200)
    const { webhook: now } = changed.body
    assert.deepEqual(now.options, { accept_2xx: true, standard_webhooks: false, max_batch: 5 })
    assert.deepEqual(now.events, ['user.deleted'])
    assert.equal(now.url, URL_THERE)
    assert.equal(now.updated_at, rfc3339(w.deps.now()))
    assertInvalid(await change({ url: 'http://hooks.example.com' }), 'url')
    assertInvalid(await change({ options: { max_batch: 0 } }), 'max_batch')
    assertNotFound(await app.manage('/webhooks/web_none', { method: 'PATCH', body: {} }))
    const feed = await pulled(app)
    const moved = await app.manage(`/webhooks/${feed}`, { method: 'PATCH', body: { url: URL_THERE } })
    assertDenied(moved, 'webhook_is_pulled', 'conflict')
  })

  test(`${engine}: what is not there is not found, whatever is asked of it`, async () => {
    const app = await application(w)
    for (const [path, given] of [
      ['/activate', {}],
      ['/deactivate', {}],
      ['/replay', { since: '2026-01-01T00:00:00Z' }],
      ['/test', { event: 'user.created' }],
      ['/verify', { body: '{}', signature: '' }],
      ['/commit', { sequence: 0 }],
      ['/deliveries/whd_none/replay', {}],
    ] as const) {
      assertNotFound(await app.manage(`/webhooks/web_none${path}`, { body: given }))
    }
    for (const path of ['', '/deliveries', '/deliveries/whd_none', '/stats', '/events']) {
      assertNotFound(await app.manage(`/webhooks/web_none${path}`))
    }
    for (const [path, place] of [
      ['/deliveries?status=lost', 'status'],
      ['/deliveries?limit=101', 'limit'],
      ['/deliveries?since=yesterday', 'since'],
      ['/stats?hours=721', 'hours'],
      ['/events?after=-1', 'after'],
    ] as const) {
      assertInvalid(await app.manage(`/webhooks/web_none${path}`), place)
    }
  })

  test(`${engine}: the catalogue describes every type, and each sample is as its schema says`, async () => {
    const app = await application(w)
    const { status, body: answered } = await app.manage('/events/catalogue')
    assert.equal(status, 200)
    const types = answered.events.map(({ type }: { type: string }) => type)
    assert.deepEqual(types, [...EVENT_TYPES])
    for (const { type, schema, sample, summary } of answered.events) {
      assert.equal(schema.type, 'object', type)
      for (const name of schema.required ?? []) assert.ok(name in sample, `${type}: ${name}`)
      assert.ok(summary.endsWith('.'), type)
    }
  })
}

for (const { engine, w } of await openStages()) {
  test(`${engine}: the challenge is asked as documented, and events flow from then on`, async () => {
    const app = await application(w)
    const there = await receiver()
    const created = await app.manage('/webhooks', { body: { ...body, url: `${there.url}?tenant=7` } })
    const { id } = created.body.webhook
    await user(w, app)
    const active = await app.manage(`/webhooks/${id}/activate`, { method: 'POST' })
    assert.equal(active.status, 200)
    assert.equal(active.body.webhook.active, true)
    const [asked] = there.challenges
    assert.deepEqual(
      { ...Object.fromEntries(asked ?? []), challenge: '' },
      { tenant: '7', event: 'activate', verification_token: 'my-secret-token', challenge: '', app_id: app.id },
    )
    assert.match(asked?.get('challenge') ?? '', /^\d+$/)
    const userId = await user(w, app)
    await w.drain()
    assert.deepEqual(
      there.taken.map(({ payload }) => payload.user_id),
      [userId],
    )
  })

  test(`${engine}: whoever does not repeat the challenge stays inactive, and is told why`, async () => {
    const app = await application(w)
    const there = await receiver()
    const { id } = (await app.manage('/webhooks', { body: { ...body, url: there.url } })).body.webhook
    for (const wrong of [
      (n: number) => ({ challenge: String(n) }),
      (n: number) => ({ challenge: n + 1 }),
      (n: number) => n,
      () => ({}),
    ]) {
      there.answerChallenge(wrong)
      const refused = await app.manage(`/webhooks/${id}/activate`, { method: 'POST' })
      assertDenied(refused, 'webhook_challenge_failed', 'bad_request', 'challenge')
    }
    await there.close()
    const gone = await app.manage(`/webhooks/${id}/activate`, { method: 'POST' })
    assertDenied(gone, 'webhook_challenge_failed', 'bad_request', 'network')
    assert.equal((await readWebhook(app, id)).active, false)
  })

  test(`${engine}: a webhook that is deactivated gets no more; what waited is sent when it is active again`, async () => {
    const app = await application(w)
    const there = await receiver()
    const id = await webhook(app, there.url)
    const before = await user(w, app)
    for (let i = 0; i < 2; i++) {
      const off = await app.manage(`/webhooks/${id}/deactivate`, { method: 'POST' })
      assert.equal(off.status, 200)
      assert.equal(off.body.webhook.active, false)
      assert.equal(off.body.webhook.paused_reason, 'deactivated')
    }
    await user(w, app)
    await w.drain()
    assert.equal(there.received.length, 0)
    assert.equal((await readWebhook(app, id)).waiting, 1)
    await app.manage(`/webhooks/${id}/activate`, { method: 'POST' })
    await w.drain()
    assert.deepEqual(
      there.taken.map(({ payload }) => payload.user_id),
      [before],
    )
  })

  test(`${engine}: with another URL it is inactive until that URL was asked`, async () => {
    const app = await application(w)
    const [old, next] = [await receiver(), await receiver()]
    const id = await webhook(app, old.url)
    const moved = await app.manage(`/webhooks/${id}`, { method: 'PATCH', body: { url: next.url } })
    assert.equal(moved.body.webhook.active, false)
    await user(w, app)
    await w.drain()
    assert.equal(old.received.length + next.received.length, 0)
    await app.manage(`/webhooks/${id}/activate`, { method: 'POST' })
    await user(w, app)
    await w.drain()
    assert.deepEqual([old.received.length, next.received.length], [0, 1])
  })

  test(`${engine}: a webhook that is deleted leaves nothing behind`, async () => {
    const app = await application(w)
    const there = await receiver()
    const id = await webhook(app, there.url)
    await user(w, app)
    await w.drain()
    await user(w, app)
    assert.equal((await app.manage(`/webhooks/${id}`, { method: 'DELETE' })).status, 204)
    await w.drain()
    assert.equal(there.received.length, 1)
    for (const table of WEBHOOK_TABLES) assert.equal(await rowsIn(w, app, table), 0, table)
  })
}
