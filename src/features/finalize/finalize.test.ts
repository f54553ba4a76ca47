import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeProtectedHeader } from 'jose'
import {
  application,
  challengeToken,
  claimsOf,
  dpopKey,
  FINALIZE,
  REFRESH,
  refreshTokenOf,
  user,
} from '../../../test/builders.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith, postProven } from '../../../test/house/tokens.ts'
import { rfc3339, unixSeconds } from '../../platform/clock.ts'

const DAY_MS = 86_400_000

for (const { engine, w } of await stages()) {
  test(`${engine}: with a proof, finalize binds the session to the key and hands the refresh token out in headers`, async () => {
    const app = await application(w)
    const userId = await user(w, app, { email: 'ana@example.com' })
    const key = await dpopKey(w)
    const now = unixSeconds(w.deps.now())
    const answer = await finalizeWith(app, key, await challengeToken(w, app, userId))

    assert.equal(answer.status, 200)
    assert.deepEqual(Object.keys(answer.body).sort(), ['access_token', 'expires_at'])
    assert.equal(answer.body.expires_at, now + 60)
    assert.match(answer.headers.get('x-refresh-token') ?? '', /^rt_[\w-]+$/)
    assert.equal(answer.headers.get('x-refresh-token-expires-at'), rfc3339(w.deps.now() + 30 * DAY_MS))
    assert.match(answer.headers.get('dpop-nonce') ?? '', /^[\w-]+$/)
    const [left, ...others] = answer.headers.getSetCookie()
    assert.match(
      left ?? '',
      new RegExp(`^__Host-login_${app.id}=[\\w-]{43}; Max-Age=300; Path=/; HttpOnly; Secure; SameSite=Lax$`),
    )
    assert.deepEqual(others, [])
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.equal(answer.headers.get('date'), new Date(w.deps.now()).toUTCString())

    const { jti, sid, ...claims } = claimsOf(answer.body.access_token)
    assert.deepEqual(claims, {
      iss: app.host,
      sub: userId,
      iat: now,
      nbf: now,
      exp: now + 60,
      auth_time: now,
      amr: ['test'],
      cnf: { jkt: key.thumbprint },
    })
    assert.match(String(sid), /^ses_[0-9a-z]{26}$/)
    assert.ok(String(jti).length >= 20)
    const { alg, typ } = decodeProtectedHeader(answer.body.access_token)
    assert.deepEqual({ alg, typ }, { alg: 'EdDSA', typ: 'at+jwt' })
  })

  test(`${engine}: without a proof, the refresh token travels in a cookie that scripts cannot read`, async () => {
    const app = await application(w)
    const answer = await finalizeWith(app, undefined, await challengeToken(w, app, await user(w, app)))
    assert.equal(answer.status, 200)
    assert.deepEqual(Object.keys(answer.body).sort(), ['access_token', 'expires_at'])
    const [cookie, ...more] = answer.headers.getSetCookie()
    assert.match(
      cookie ?? '',
      new RegExp(
        `^__Host-refresh_${app.id}=rt_[\\w-]+; Max-Age=${30 * 86_400}; Path=/; HttpOnly; Secure; SameSite=Lax$`,
      ),
    )
    assert.deepEqual(more, [])
    assert.equal(answer.headers.get('x-refresh-token'), null)
    assert.equal(answer.headers.get('x-refresh-token-expires-at'), null)
    assert.equal(answer.headers.get('dpop-nonce'), null)
    assert.equal(claimsOf(answer.body.access_token).cnf, undefined)
  })

  for (const [sameSite, written] of [
    ['strict', 'Strict'],
    ['none', 'None'],
  ] as const) {
    test(`${engine}: the cookie is SameSite=${written} when the application asks for it`, async () => {
      const app = await application(w, { settings: { sessions: { cookie_same_site: sameSite } } })
      const answer = await finalizeWith(app, undefined, await challengeToken(w, app, await user(w, app)))
      assert.ok(answer.headers.getSetCookie()[0]?.endsWith(`; SameSite=${written}`))
    })
  }

  test(`${engine}: a refresh token lives no longer than the session may`, async () => {
    const lifetimes = {
      idle_lifetime_seconds: 7200,
      absolute_lifetime_seconds: 3600,
      access_token_lifetime_seconds: 90,
    }
    const app = await application(w, { settings: { sessions: lifetimes } })
    const userId = await user(w, app)
    const bound = await finalizeWith(app, await dpopKey(w), await challengeToken(w, app, userId))
    assert.equal(bound.headers.get('x-refresh-token-expires-at'), rfc3339(w.deps.now() + 3_600_000))
    assert.equal(bound.body.expires_at, unixSeconds(w.deps.now()) + 90)
    const carried = await finalizeWith(app, undefined, await challengeToken(w, app, userId))
    assert.match(carried.headers.getSetCookie()[0] ?? '', /; Max-Age=3600;/)
  })

  test(`${engine}: scopes of the user are in the access token, each once`, async () => {
    const app = await application(w, { settings: { sessions: { issuer: 'https://id.example.com' } } })
    const userId = await user(w, app, { scopes: ['read', 'write', 'read'] })
    const answer = await finalizeWith(app, await dpopKey(w), await challengeToken(w, app, userId))
    const { scope, iss } = claimsOf(answer.body.access_token)
    assert.equal(scope, 'read write')
    assert.equal(iss, 'https://id.example.com')
  })

  test(`${engine}: the time of login is the challenge's, not that of finalize`, async () => {
    const app = await application(w)
    const token = await challengeToken(w, app, await user(w, app))
    const provenAt = unixSeconds(w.deps.now())
    w.advance(300_000)
    const answer = await finalizeWith(app, await dpopKey(w), token)
    assert.equal(claimsOf(answer.body.access_token).auth_time, provenAt)
    assert.equal(claimsOf(answer.body.access_token).iat, provenAt + 300)
  })

  test(`${engine}: members it does not know, and a verifier nobody asked for, are ignored`, async () => {
    const app = await application(w)
    const body = {
      challenge_token: await challengeToken(w, app, await user(w, app)),
      code_verifier: 'not asked for',
      dispatch_id: 7,
      options: { nested: [null] },
    }
    assert.equal((await postProven(app, FINALIZE, await dpopKey(w), { body })).status, 200)
  })

  test(`${engine}: an Ed25519 key will do`, async () => {
    const app = await application(w)
    const key = await dpopKey(w, 'EdDSA')
    const answer = await finalizeWith(app, key, await challengeToken(w, app, await user(w, app)))
    assert.deepEqual(claimsOf(answer.body.access_token).cnf, { jkt: key.thumbprint })
  })

  test(`${engine}: the refresh token of either carrier is good for a refresh`, async () => {
    const app = await application(w)
    const userId = await user(w, app)
    const key = await dpopKey(w)
    const bound = refreshTokenOf(await finalizeWith(app, key, await challengeToken(w, app, userId))) ?? ''
    assert.equal((await postProven(app, REFRESH, key, { headers: { 'x-refresh-token': bound } })).status, 200)
    const carried = refreshTokenOf(await finalizeWith(app, undefined, await challengeToken(w, app, userId)))
    const cookie = `__Host-refresh_${app.id}=${carried}`
    assert.equal((await postProven(app, REFRESH, undefined, { headers: { cookie } })).status, 200)
  })

  test(`${engine}: the start of a session is an event`, async () => {
    const app = await application(w)
    const userId = await user(w, app, { email: 'ada@example.com' })
    const headers = { 'user-agent': 'Prelude/0.7.0 (Apple; iOS 18.1)' }
    const answer = await finalizeWith(app, await dpopKey(w), await challengeToken(w, app, userId), { headers })
    assert.deepEqual(await eventsOf(w, app, 'user.session.created'), [
      {
        user_id: userId,
        session_id: claimsOf(answer.body.access_token).sid,
        identifier: { type: 'email_address', value: 'ada@example.com' },
        metadata: { device_model: 'iPhone', device_type: 'mobile', country_code: 'ZZ' },
        created_at: rfc3339(w.deps.now()),
      },
    ])
  })
}
