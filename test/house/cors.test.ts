import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { endpoints } from '../../src/server.ts'
import { type Answer, application, FINALIZE, login, pkce, REFRESH, type TestApp, user } from '../builders.ts'
import { ENGINES, type World, world } from '../world.ts'
import { stages } from './stages.ts'

const PAGE = 'https://shop.example.com'
const OTHER_PAGE = 'https://admin.example.com:8443'

/** Origins that look like the allowed one to whoever compares carelessly. */
const STRANGERS = [
  'null',
  '*',
  'https://example.com',
  'http://shop.example.com',
  'https://shop.example.com:8443',
  'https://shop.example.com.evil.test',
  'https://evil-shop.example.com',
  'https://evil.test/https://shop.example.com',
  'https://a.shop.example.com',
  'https://shop.example.com/',
  'https://shop.example.co',
  'https://shop.example.comm',
  'https://shopXexample.com',
  'HTTPS://SHOP.EXAMPLE.COM',
  'https://shop.example.com@evil.test',
  `${PAGE}, https://evil.test`,
  `${PAGE} https://evil.test`,
]

const corsHeaders = ({ headers }: Answer) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')))

const GRANTED = {
  'access-control-allow-origin': PAGE,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers':
    'DPoP-Nonce, X-Refresh-Token, X-Refresh-Token-Expires-At, X-Verification-Token, Date, Retry-After',
}

function assertGranted(answer: Answer, status: number, origin = PAGE) {
  assert.equal(answer.status, status, JSON.stringify(answer.body))
  assert.deepEqual(corsHeaders(answer), { ...GRANTED, 'access-control-allow-origin': origin })
  assert.equal(answer.headers.get('vary'), 'Origin')
  // A page of any site may read what it is granted; whom it is granted to, CORS says.
  assert.equal(answer.headers.get('cross-origin-resource-policy'), 'cross-origin')
}

const shop = (w: World, change = {}) => application(w, { allowedOrigins: [PAGE, OTHER_PAGE], ...change })
const from = (origin: string) => ({ headers: { origin } })
/** The answer is 401, which a page reads like any other. */
const LIST = '/v1/session/me/list'
const PUBLISHED = endpoints.map(({ path }) => path).filter((path) => path.startsWith('/.well-known/'))
/** Say at the application's own host which apps, and pages of other domains, use its passkeys. */
async function publishPasskeys(app: TestApp) {
  const key = 'n1e4V2yKvNRW4mGgDqKQq5l1v1oHk3y2uYkqk1m5b0A'
  const allowed_origins = [OTHER_PAGE, `android:apk-key-hash:${key}`]
  const body = { rp_id: app.host, rp_name: 'Shop', allowed_origins }
  const passkey_apps = { apple_app_ids: ['ABCDE12345.example.shop'], android_packages: ['example.shop'] }
  assert.equal((await app.manage('/config/passkey', { method: 'PUT', body })).status, 200)
  const patched = await app.manage('/settings', { method: 'PATCH', body: { settings: { passkey_apps } } })
  assert.equal(patched.status, 200)
}
const preflight = (app: TestApp, path: string, origin: string) =>
  app.call(path, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,dpop,x-refresh-token,x-sdk-user-agent',
    },
  })

for (const { engine, w } of await stages()) {
  test(`${engine}: an allowed origin is echoed with credentials on every kind of answer`, async () => {
    const app = await shop(w, { settings: { finalize: { failures_per_ip: 1 } } })
    const client = await login(w, app, await user(w, app))
    assertGranted(await client.post(REFRESH, from(PAGE)), 200)
    assertGranted(await app.call(LIST, from(PAGE)), 401)
    assertGranted(await client.bearer(LIST, from(PAGE)), 200)
    assertGranted(await app.call(FINALIZE, { method: 'POST', ...from(PAGE) }), 400)
    assertGranted(await app.call(FINALIZE, { body: '{', ...from(PAGE) }), 400)
    assertGranted(await app.call(REFRESH, { method: 'POST', ...from(PAGE) }), 401)
    assertGranted(await app.call('/v1/session/nowhere', from(PAGE)), 404)
    const finalize = { body: { challenge_token: 'x', code_verifier: pkce().verifier }, ...from(PAGE) }
    assertGranted(await app.call(FINALIZE, finalize), 400)
    assertGranted(await app.call(FINALIZE, finalize), 429)
    assertGranted(await client.post('/v1/session/revoke', from(PAGE)), 204)
  })

  test(`${engine}: a DPoP challenge can be read across origins`, async () => {
    const app = await shop(w)
    const client = await login(w, app, await user(w, app))
    const dpop = await client.key?.proof(`${app.origin}${REFRESH}`, { claims: { iat: 1 } })
    const answer = await client.post(REFRESH, { headers: { origin: PAGE, dpop: dpop ?? '' } })
    assertGranted(answer, 400)
    assert.equal(answer.body.code, 'use_dpop_nonce')
    assert.ok(answer.headers.get('dpop-nonce'))
  })

  test(`${engine}: each origin of the list gets itself back, and so does the application's own`, async () => {
    const app = await shop(w)
    for (const origin of [PAGE, OTHER_PAGE, app.origin]) {
      assertGranted(await app.call(LIST, from(origin)), 401, origin)
    }
  })

  test(`${engine}: a preflight from an allowed origin is granted in full`, async () => {
    const app = await shop(w)
    for (const path of [FINALIZE, REFRESH, '/v1/session/me/list', '/v1/session/nowhere']) {
      const answer = await preflight(app, path, PAGE)
      assert.equal(answer.status, 204)
      assert.equal(answer.body, '')
      assert.equal(answer.headers.get('vary'), 'Origin')
      assert.deepEqual(corsHeaders(answer), {
        ...GRANTED,
        'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
        'access-control-allow-headers':
          'content-type, accept, authorization, dpop, x-refresh-token, x-sdk-user-agent, x-verification-token, x-device-id, user-agent',
        'access-control-max-age': '600',
      })
    }
  })

  test(`${engine}: a preflight that does not say what it is for is granted all the same`, async () => {
    const app = await shop(w)
    const answer = await app.call(REFRESH, { method: 'OPTIONS', ...from(PAGE) })
    assert.deepEqual([answer.status, answer.body], [204, ''])
    assert.equal(answer.headers.get('access-control-allow-origin'), PAGE)
  })

  test(`${engine}: any other origin gets no CORS header, on answers, errors and preflights`, async () => {
    const app = await shop(w)
    for (const origin of STRANGERS) {
      for (const answer of [
        await app.call(LIST, from(origin)),
        await app.call(REFRESH, { method: 'POST', ...from(origin) }),
        await app.call('/v1/session/nowhere', from(origin)),
        await preflight(app, REFRESH, origin),
      ]) {
        assert.deepEqual(corsHeaders(answer), {}, origin)
        assert.equal(answer.headers.get('vary'), 'Origin', origin)
      }
      assert.equal((await preflight(app, REFRESH, origin)).status, 404)
    }
  })

  test(`${engine}: who sends no origin gets no CORS header, but caches are told that it matters`, async () => {
    const answer = await (await shop(w)).call(LIST)
    assert.deepEqual(corsHeaders(answer), {})
    assert.equal(answer.headers.get('vary'), 'Origin')
  })

  test(`${engine}: what is published can be read by any page of any site, and no credentials come along`, async () => {
    const app = await shop(w)
    assert.equal(PUBLISHED.length, 7)
    await publishPasskeys(app)
    for (const path of PUBLISHED) {
      for (const origin of ['https://verifier.example', 'null', undefined]) {
        const answer = await app.call(path, origin === undefined ? {} : from(origin))
        assert.equal(answer.status, 200)
        assert.deepEqual(corsHeaders(answer), { 'access-control-allow-origin': '*' }, `${path} ${origin}`)
        assert.match(answer.headers.get('vary') ?? '', /origin/i)
      }
      const own = await app.call(path, from(PAGE))
      assertGranted(own, 200)
      assert.match(own.headers.get('vary') ?? '', /origin/i)
      const asked = await preflight(app, path, 'https://verifier.example')
      assert.equal(asked.status, 204)
      assert.equal(asked.headers.get('access-control-allow-origin'), '*')
      assert.equal(asked.headers.get('access-control-allow-methods'), 'GET')
      assert.equal(asked.headers.get('access-control-allow-credentials'), null)
    }
  })

  test(`${engine}: the management API is for no page, whatever its origin`, async () => {
    const app = await shop(w)
    const path = `/v2/session/apps/${app.id}/users`
    for (const origin of [PAGE, app.origin, 'https://evil.test']) {
      for (const answer of [
        await app.manage('/users', { headers: { origin, host: app.host } }),
        await app.call(path, from(origin)),
        await preflight(app, path, origin),
      ])
        assert.deepEqual(corsHeaders(answer), {}, origin)
      assert.equal((await preflight(app, path, origin)).status, 404)
    }
  })

  test(`${engine}: the list of one application means nothing to another, or to a host that names none`, async () => {
    const mine = await shop(w)
    const other = await application(w)
    assert.deepEqual(corsHeaders(await other.call(LIST, from(PAGE))), {})
    assert.deepEqual(corsHeaders(await mine.call(LIST, from(other.origin))), {})
    const nobody = { headers: { origin: PAGE, host: 'nobody.session.test' } }
    const lost = await mine.call(LIST, nobody)
    assert.deepEqual([lost.status, corsHeaders(lost)], [404, {}])
  })
}

for (const engine of ENGINES) {
  test(`${engine}: an unexpected error can be read across origins`, async () => {
    const w = await world(engine)
    const app = await shop(w)
    const client = await login(w, app, await user(w, app))
    await w.deps.transact(async (tx) => {
      await sql`alter table sessions rename to sessions_elsewhere`.execute(tx)
    })
    const answer = await client.post(REFRESH, from(PAGE))
    assertGranted(answer, 500)
    assert.deepEqual([answer.body.code, answer.body.type], ['internal', 'internal'])
  })
}
