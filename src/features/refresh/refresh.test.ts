import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, dpopKey, login, REFRESH, send, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { stages } from '../../../test/house/stages.ts'
import { postProven } from '../../../test/house/tokens.ts'
import { updateApplicationHosts } from '../../core/applications/store.ts'
import { updateUser } from '../../core/users/store.ts'
import { rfc3339, unixSeconds } from '../../platform/clock.ts'

const DAY_MS = 86_400_000

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  test(`${engine}: a refresh rotates the token and mints an access token bound to the key`, async () => {
    const client = await login(w, app, await user(w, app))
    const { accessToken, refreshToken } = client
    w.advance(30_000)
    const answer = await client.post(REFRESH)
    assert.equal(answer.status, 200)
    assert.deepEqual(Object.keys(answer.body).sort(), ['access_token', 'expires_at'])
    assert.equal(answer.body.expires_at, unixSeconds(w.deps.now()) + 60)
    assert.equal(answer.headers.get('x-refresh-token-expires-at'), rfc3339(w.deps.now() + 30 * DAY_MS))
    assert.ok(answer.headers.get('dpop-nonce'))
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.deepEqual(answer.headers.getSetCookie(), [])
    assert.notEqual(client.refreshToken, refreshToken)

    const { jti, iat, nbf, exp, ...lasting } = claimsOf(client.accessToken)
    const before = claimsOf(accessToken)
    assert.notEqual(jti, before.jti)
    assert.deepEqual(
      [iat, nbf, exp],
      [before.iat, before.nbf, before.exp].map((time) => Number(time) + 30),
    )
    assert.deepEqual({ ...lasting, jti: before.jti, iat: before.iat, nbf: before.nbf, exp: before.exp }, before)
    assert.deepEqual(lasting.cnf, { jkt: client.key?.thumbprint })
    assert.equal((await client.post(REFRESH)).status, 200)
  })

  test(`${engine}: a cookie session gets its next token in the cookie`, async () => {
    const client = await login(w, app, await user(w, app), 'cookie')
    const before = client.refreshToken
    const answer = await client.post(REFRESH)
    assert.equal(answer.status, 200)
    const [cookie, ...more] = answer.headers.getSetCookie()
    assert.match(
      cookie ?? '',
      /^__Host-refresh_[^=]+=rt_[\w-]+; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    )
    assert.deepEqual(more, [])
    for (const name of ['x-refresh-token', 'x-refresh-token-expires-at', 'dpop-nonce'])
      assert.equal(answer.headers.get(name), null)
    assert.notEqual(client.refreshToken, before)
    assert.equal((await client.post(REFRESH)).status, 200)
  })

  const json = { 'content-type': 'application/json' }
  for (const [what, call] of [
    ['no body', {}],
    ['no body, though the content type says JSON', { headers: json }],
    [
      'no body, though the content type names a charset',
      { headers: { 'content-type': 'application/json; charset=utf-8' } },
    ],
    ['an empty object', { body: {} }],
    ['members it does not know', { body: { challenge: 'x', scope: null, list: [1] } }],
  ] as const) {
    for (const carrier of ['header', 'cookie'] as const) {
      test(`${engine}: a refresh may have ${what}, by ${carrier}`, async () => {
        const client = await login(w, app, await user(w, app), carrier)
        assert.equal((await client.post(REFRESH, call)).status, 200)
      })
    }
  }

  for (const [what, call] of [
    ['malformed JSON', { body: '{', headers: json }],
    ['a list', { body: [] }],
    ['a step-up token that is no text', { body: { step_up_token: 1 } }],
  ] as const) {
    test(`${engine}: ${what} is a bad request, and the token stays unspent`, async () => {
      const client = await login(w, app, await user(w, app))
      const { refreshToken } = client
      assertRefused(await client.post(REFRESH, call), 'bad_request', 'bad_request')
      assert.equal((await client.post(REFRESH, { headers: { 'x-refresh-token': refreshToken } })).status, 200)
    })
  }

  test(`${engine}: a client without a session is unauthorized, with a proof or without`, async () => {
    assertRefused(await postProven(app, REFRESH, await dpopKey(w)), 'unauthorized', 'unauthorized')
    assertRefused(await postProven(app, REFRESH, undefined), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: garbage, altered and foreign tokens are unauthorized, by either carrier`, async () => {
    const key = await dpopKey(w)
    const own = (await login(w, app, await user(w, app))).refreshToken
    const other = await application(w)
    const foreign = (await login(w, other, await user(w, other))).refreshToken
    for (const token of ['x', 'rt_', `${own}A`, own.slice(0, -1), own.replace('rt_A', 'rt_B'), foreign]) {
      const byHeader = await postProven(app, REFRESH, key, { headers: { 'x-refresh-token': token } })
      assertRefused(byHeader, 'unauthorized', 'unauthorized')
      const cookie = `__Host-refresh_${app.id}=${token}`
      assertRefused(await postProven(app, REFRESH, undefined, { headers: { cookie } }), 'unauthorized', 'unauthorized')
    }
  })

  test(`${engine}: another application's cookie is not looked at`, async () => {
    const client = await login(w, app, await user(w, app), 'cookie')
    const headers = { cookie: `__Host-refresh_${app.id}x=${client.refreshToken}` }
    assertRefused(await postProven(app, REFRESH, undefined, { headers }), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: the header goes before the cookie`, async () => {
    const bound = await login(w, app, await user(w, app))
    const carried = await login(w, app, await user(w, app), 'cookie')
    const cookie = `__Host-refresh_${app.id}=${carried.refreshToken}`
    const answer = await bound.post(REFRESH, { headers: { cookie } })
    assert.equal(claimsOf(answer.body.access_token).sid, bound.sessionId)
    assert.deepEqual(answer.headers.getSetCookie(), [])
    assert.equal((await carried.post(REFRESH)).status, 200)
  })

  test(`${engine}: scopes given since are in the next access token`, async () => {
    const client = await login(w, app, await user(w, app))
    assert.equal(claimsOf(client.accessToken).scope, undefined)
    await w.deps.transact((tx) => updateUser(tx, w.deps, app.id, client.userId, { scopes: ['admin'] }))
    await client.post(REFRESH)
    assert.equal(claimsOf(client.accessToken).scope, 'admin')
  })

  test(`${engine}: the issuer is the host that the client dialled`, async () => {
    const hosted = await application(w, { publicOrigins: ['https://id.shop.example:8443'] })
    await w.deps.transact((tx) => updateApplicationHosts(tx, hosted.id, ['id.shop.example']))
    const client = await login(w, hosted, await user(w, hosted))
    assert.equal(claimsOf(client.accessToken).iss, hosted.host)
    const dpop = (await client.key?.proof(`https://id.shop.example:8443${REFRESH}`)) ?? ''
    await client.post(REFRESH, { headers: { host: 'ID.shop.example:8443', dpop } })
    assert.equal(claimsOf(client.accessToken).iss, 'id.shop.example:8443')
  })

  test(`${engine}: an unknown host is no application`, async () => {
    const answer = await send(w, REFRESH, { method: 'POST', headers: { host: 'nobody.example' } })
    assertRefused(answer, 'not_found', 'not_found')
  })
}
