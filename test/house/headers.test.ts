import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Endpoint } from '../../src/platform/endpoint.ts'
import { endpoints } from '../../src/server.ts'
import { type Answer, application, type Call, login, REFRESH, REVOKE, send, type TestApp, user } from '../builders.ts'
import { START, type World } from '../world.ts'
import { stages } from './stages.ts'

/** Call any endpoint without credentials, for an application that is there. */
function callAny(w: World, app: TestApp, one: Endpoint, call: Call = {}): Promise<Answer> {
  const path = one.path.replace('{appID}', app.id).replace(/\{\w+\}/g, 'x')
  return send(w, path, { method: one.method, ...call, headers: { host: app.host, ...call.headers } })
}

/** What takes many bytes asks who is there first. */
const takesBody = ({ method, upload, maxBodyBytes }: Endpoint) => method !== 'GET' && !upload && !maxBodyBytes
const isPublished = ({ path }: Endpoint) => path.startsWith('/.well-known/')

function assertEnvelope(one: Endpoint, { status, body, headers }: Answer) {
  const about = `${one.operationId} ${status} ${JSON.stringify(body)}`
  const members =
    one.audience === 'frontend' ? ['code', 'message', 'request_id', 'type'] : ['code', 'message', 'status']
  assert.deepEqual(Object.keys(body).sort(), members, about)
  assert.match(headers.get('content-type') ?? '', /^application\/json\b/, about)
  if (one.audience === 'frontend') assert.equal(body.request_id, headers.get('x-request-id'), about)
}

for (const { engine, w } of await stages()) {
  test(`${engine}: every answer says what browsers and caches may do with it`, async () => {
    const app = await application(w, { mode: 'prod' })
    for (const one of endpoints) {
      const { headers, status } = await callAny(w, app, one)
      const about = `${one.operationId} ${status}`
      assert.equal(headers.get('x-content-type-options'), 'nosniff', about)
      assert.equal(headers.get('x-frame-options'), 'DENY', about)
      assert.equal(headers.get('content-security-policy'), "default-src 'none';frame-ancestors 'none'", about)
      assert.equal(headers.get('referrer-policy'), 'no-referrer', about)
      assert.match(headers.get('strict-transport-security') ?? '', /^max-age=\d{8}/, about)
      assert.equal(
        headers.get('cache-control'),
        isPublished(one) && status === 200 ? 'public, max-age=300' : 'no-store',
        about,
      )
      for (const name of ['server', 'x-powered-by']) assert.equal(headers.get(name), null, about)
    }
  })

  test(`${engine}: no cache may keep what is answered to somebody in particular`, async () => {
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    for (const [answer, status] of [
      [await client.post(REFRESH), 200],
      [await client.bearer('/v1/session/me/list'), 200],
      [await client.post(REVOKE), 204],
      [await app.manage('/users'), 200],
      [
        await app.manage('/users', { body: { identifiers: [{ type: 'email_address', value: 'ada@example.com' }] } }),
        201,
      ],
    ] as const) {
      assert.equal(answer.status, status, JSON.stringify(answer.body))
      assert.equal(answer.headers.get('cache-control'), 'no-store')
    }
  })

  test(`${engine}: every call without credentials that is refused is refused in the envelope of its audience`, async () => {
    const app = await application(w)
    for (const one of endpoints) {
      const answer = await callAny(w, app, one)
      if (answer.status >= 400) assertEnvelope(one, answer)
      assert.deepEqual(answer.headers.getSetCookie(), [], one.operationId)
    }
  })

  test(`${engine}: every endpoint refuses a body over 64 KiB and one that is no JSON, before it asks who is there`, async () => {
    const app = await application(w)
    for (const one of endpoints.filter(takesBody)) {
      for (const body of [JSON.stringify({ x: 'x'.repeat(64 * 1024) }), '{"x":', '{"__proto__":{}}']) {
        const answer = await callAny(w, app, one, { body })
        assert.equal(answer.status, 400, one.operationId)
        assert.equal(answer.body.code, one.audience === 'frontend' ? 'bad_request' : 'invalid_request')
        assertEnvelope(one, answer)
      }
    }
  })

  test(`${engine}: a host without application is 404 at every endpoint of the frontend`, async () => {
    const app = await application(w)
    for (const one of endpoints.filter(({ audience }) => audience === 'frontend')) {
      for (const host of [
        'nobody.session.test',
        'session.test',
        'example.com',
        `x.${app.host}`,
        '127.0.0.1',
        '[::1]:80',
      ]) {
        const answer = await callAny(w, app, one, { headers: { host } })
        assert.deepEqual([answer.status, answer.body.code], [404, 'not_found'], `${one.operationId} ${host}`)
        assertEnvelope(one, answer)
      }
    }
  })

  test(`${engine}: no two answers have the same request id, and the log knows it by that name`, async () => {
    const app = await application(w)
    const ids = []
    for (const one of endpoints) {
      const { headers } = await callAny(w, app, one, { headers: { 'x-request-id': 'mine', 'request-id': 'mine' } })
      ids.push(headers.get('x-request-id') ?? '')
    }
    assert.equal(new Set(ids).size, endpoints.length)
    for (const id of ids) assert.match(id, /^req_[\w-]{16}$/)
  })

  test(`${engine}: the date is that of the server's clock, on answers, refusals and preflights`, async () => {
    const app = await application(w, { allowedOrigins: ['https://shop.example.com'] })
    const client = await login(w, app, await user(w, app))
    const asks = { origin: 'https://shop.example.com', 'access-control-request-method': 'POST' }
    for (const ms of [0, 999, 61_000, 86_400_000]) {
      w.advance(ms)
      const expected = new Date(w.deps.now()).toUTCString()
      for (const answer of [
        await app.call('/.well-known/jwks.json'),
        await client.post(REFRESH),
        await app.call(REFRESH, { method: 'POST' }),
        await app.call('/nowhere'),
        await app.call('/v1/%zz'),
        await app.call(REFRESH, { method: 'OPTIONS', headers: asks }),
      ]) {
        assert.equal(answer.headers.get('date'), expected)
      }
    }
    assert.ok(w.deps.now() > START)
  })
}
