import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { application, login, type TestApp, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { assertDenied, assertInvalid } from '../../../test/house/management.ts'
import { ENGINES, world } from '../../../test/world.ts'
import { rfc3339, unixSeconds } from '../../platform/clock.ts'

const DAY = 86_400

const mint = (app: TestApp, claims?: unknown) => app.manage('/tokens', { body: { claims } })

for (const engine of ENGINES) {
  const w = await world(engine)

  /** As a backend would: with jose and the published keys. */
  async function verify(app: TestApp, token: string) {
    const keys = createLocalJWKSet((await app.call('/.well-known/jwks.json')).body)
    return await jwtVerify(token, keys, { currentDate: new Date(w.deps.now()) })
  }

  test(`${engine}: a minted token verifies with the published keys and says what was asked for`, async () => {
    const app = await application(w)
    const now = unixSeconds(w.deps.now())
    const claims = {
      sub: 'usr_test',
      iss: 'anything',
      scope: 'a b',
      exp: now + 60,
      iat: 7,
      jti: 'mine',
      deep: { x: [1] },
    }
    const answer = await mint(app, claims)
    assert.equal(answer.status, 201)
    assert.deepEqual(Object.keys(answer.body).sort(), ['expires_at', 'token'])
    assert.equal(answer.body.expires_at, rfc3339((now + 60) * 1000))
    const { payload, protectedHeader } = await verify(app, answer.body.token)
    assert.deepEqual(payload, claims)
    assert.deepEqual({ ...protectedHeader, kid: '' }, { alg: 'EdDSA', typ: 'JWT', kid: '' })
  })

  test(`${engine}: times and id are filled in, for a day`, async () => {
    const app = await application(w)
    const now = unixSeconds(w.deps.now())
    const first = await mint(app, {})
    assert.equal(first.body.expires_at, rfc3339((now + DAY) * 1000))
    const { payload } = await verify(app, first.body.token)
    assert.deepEqual(Object.keys(payload).sort(), ['exp', 'iat', 'jti'])
    assert.deepEqual([payload.iat, payload.exp], [now, now + DAY])
    const second = await verify(app, (await mint(app, {})).body.token)
    assert.notEqual(second.payload.jti, payload.jti)
  })

  for (const alg of ['ES256', 'RS256']) {
    test(`${engine}: tokens are signed with ${alg} when the access tokens of the application are`, async () => {
      const app = await application(w, { settings: { sessions: { access_token_algorithm: alg } } })
      const { protectedHeader } = await verify(app, (await mint(app, { sub: 'x' })).body.token)
      assert.equal(protectedHeader.alg, alg)
    })
  }

  test(`${engine}: a token lives a day at most, and its claims weigh 8 KiB at most`, async () => {
    const app = await application(w)
    const now = unixSeconds(w.deps.now())
    for (const exp of [now + DAY, now + DAY + 1, now + 365 * DAY]) {
      const answer = await mint(app, { exp })
      assert.equal(answer.status, 201)
      assert.equal(answer.body.expires_at, rfc3339((now + DAY) * 1000))
      assert.equal((await verify(app, answer.body.token)).payload.exp, now + DAY)
    }
    assertInvalid(await mint(app, { exp: 'tomorrow' }), 'body.claims.exp')
    assertInvalid(await mint(app, { exp: null }), 'body.claims.exp')
    assertInvalid(await mint(app, { exp: -1 }), 'body.claims.exp')
    assert.equal((await mint(app, { exp: now - 60 })).status, 201)
    assert.equal((await mint(app, { text: 'x'.repeat(8192 - 11) })).status, 201)
    assertInvalid(await mint(app, { text: 'x'.repeat(8192 - 10) }), 'body.claims')
    assertInvalid(await mint(app, ['no']), 'body.claims')
    assertInvalid(await mint(app), 'body.claims')
  })

  for (const alg of ['EdDSA', 'ES256', 'RS256']) {
    test(`${engine}: what was minted in development, by ${alg}, no key of production verifies, then or later`, async () => {
      const app = await application(w, { settings: { sessions: { access_token_algorithm: alg } } })
      const { token } = (await mint(app, { sub: 'usr_anybody', scope: 'admin' })).body
      await verify(app, token)
      const mode = (mode: string) => app.manage('/mode', { method: 'PUT', body: { mode } })
      for (const hours of [0, 12, 11]) {
        w.advance(hours * 3_600_000)
        await mode('prod')
        await assert.rejects(verify(app, token), { code: 'ERR_JWKS_NO_MATCHING_KEY' })
        const client = await login(w, app, await user(w, app))
        await verify(app, client.accessToken)
        await mode('dev')
        await verify(app, client.accessToken)
      }
    })
  }

  test(`${engine}: the key of minted tokens is published before the first of them, to no cache, and beside that of sessions`, async () => {
    const app = await application(w)
    const jwks = () => app.call('/.well-known/jwks.json')
    const before = await jwks()
    assert.equal(before.headers.get('cache-control'), 'no-store')
    const kids = before.body.keys.map(({ kid }: { kid: string }) => kid)
    const { kid } = decodeProtectedHeader((await mint(app, {})).body.token)
    assert.ok(kids.includes(kid))
    const client = await login(w, app, await user(w, app))
    assert.notEqual(decodeProtectedHeader(client.accessToken).kid, kid)
    await app.manage('/mode', { method: 'PUT', body: { mode: 'prod' } })
    const after = await jwks()
    assert.equal(after.headers.get('cache-control'), 'public, max-age=300')
    assert.deepEqual(
      after.body.keys.map((key: { kid: string }) => key.kid),
      kids.filter((one: string) => one !== kid),
    )
  })

  test(`${engine}: in production nothing is minted`, async () => {
    const app = await application(w, { mode: 'prod' })
    assertDenied(await mint(app, {}), 'not_allowed_in_prod', 'forbidden')
  })

  test(`${engine}: no endpoint of ours takes a minted token, were it a copy of an access token`, async () => {
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    const { payload } = await verify(app, client.accessToken)
    const list = (token: string) => app.call('/v1/session/me/list', { headers: { authorization: `Bearer ${token}` } })
    assert.equal((await list(client.accessToken)).status, 200)
    const { token } = (await mint(app, payload)).body
    assert.deepEqual((await verify(app, token)).payload, payload)
    assertRefused(await list(token), 'unauthorized', 'unauthorized')
    const finalized = await app.call('/v1/session/login/finalize', { body: { challenge_token: token } })
    assertRefused(finalized, 'invalid_challenge_token', 'bad_request')
  })
}
