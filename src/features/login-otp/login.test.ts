import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  application,
  claimsOf,
  dpopKey,
  FINALIZE,
  login,
  pkce,
  REFRESH,
  refreshTokenOf,
  sentCode,
  user,
} from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import {
  carrying,
  checkWith,
  claimsIn,
  cookieOf,
  EMAIL,
  FAMILIES,
  loginByCode,
  NEW,
  PHONE,
  started,
  startWith,
  tokenOf,
  WEB,
  wrongCode,
} from '../../../test/house/codes.ts'
import { eventsOf, sessionCount } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith, postProven } from '../../../test/house/tokens.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: a start answers 204 with the token in a header and in a cookie, by the words of the wire`, async () => {
    for (const family of FAMILIES) {
      for (const sameSite of ['lax', 'none'] as const) {
        const app = await application(w, { settings: { sessions: { cookie_same_site: sameSite } } })
        const answer = await startWith(app, family, EMAIL, { body: { dispatch_id: '0190', more: [1] } })
        assertNoContent(answer)
        const token = tokenOf(answer)
        assert.match(token, /^vt_[\w-]{43}$/)
        const lines = answer.headers.getSetCookie()
        assert.equal(lines.length, sameSite === 'lax' ? 1 : 2)
        const cookie = lines.at(-1) ?? ''
        const [pair, ...attributes] = cookie.split('; ')
        assert.equal(pair, `__Host-verification-login_${app.id}=${token}`)
        const expected = [
          'Max-Age=600',
          'Path=/',
          'HttpOnly',
          'Secure',
          ...(sameSite === 'lax' ? ['SameSite=Lax'] : ['Partitioned', 'SameSite=None']),
        ]
        assert.deepEqual(attributes.toSorted(), expected.toSorted())
      }
    }
  })

  test(`${engine}: a code is exchanged for a challenge token, which is finalized; the cookie goes within a minute`, async () => {
    const app = await application(w)
    const userId = await user(w, app, { email: EMAIL })
    const answer = await loginByCode(w, app, NEW, EMAIL)
    assert.equal(answer.status, 200)
    assert.deepEqual(Object.keys(answer.body), ['challenge_token'])
    assert.match(
      answer.headers.getSetCookie().join(),
      new RegExp(`^__Host-verification-login_${app.id}=vt_[\\w-]{43}; Max-Age=60;[^,]*$`),
    )
    const { sub, amr, grant_mode, pkce_challenge } = claimsIn(answer)
    assert.deepEqual([sub, amr, grant_mode, pkce_challenge], [userId, ['otp'], 'session-start', undefined])
    const finalized = await finalizeWith(app, await dpopKey(w), answer.body.challenge_token)
    assert.equal(finalized.status, 200)
    assert.deepEqual(claimsOf(finalized.body.access_token).amr, ['otp'])
  })

  test(`${engine}: with a code challenge, finalize wants the verifier, and the older form has nothing to give`, async () => {
    const app = await application(w)
    const { verifier, challenge } = pkce()
    const begin = () => startWith(app, NEW, EMAIL, { body: { code_challenge: challenge } })
    const token = tokenOf(await begin())
    const code = await sentCode(w, app, EMAIL)
    assertRefused(await checkWith(app, WEB, token, code), 'unauthorized', 'unauthorized')
    const { challenge_token } = (await checkWith(app, NEW, token, code)).body
    assert.equal(claimsOf(challenge_token).pkce_challenge, challenge)
    assertRefused(await app.call(FINALIZE, { body: { challenge_token } }), 'bad_request', 'bad_request')
    const body = { challenge_token, code_verifier: verifier }
    assert.equal((await app.call(FINALIZE, { body })).status, 200)
    const odd = await startWith(app, NEW, EMAIL, { body: { code_challenge: 'short' } })
    assertRefused(odd, 'bad_request', 'bad_request')
  })

  test(`${engine}: the older form opens the session at once, bound to the key of the proof`, async () => {
    const app = await application(w)
    const userId = await user(w, app, { phone: PHONE })
    const key = await dpopKey(w)
    const token = await started(app, WEB, PHONE)
    const call = { body: { code: await sentCode(w, app, PHONE) }, headers: cookieOf(app, token) }
    const answer = await postProven(app, WEB.check, key, call)
    assert.equal(answer.status, 200)
    assert.deepEqual(Object.keys(answer.body).sort(), ['access_token', 'expires_at'])
    assert.ok(answer.headers.get('dpop-nonce'))
    assert.match(answer.headers.get('x-refresh-token-expires-at') ?? '', /Z$/)
    const claims = claimsOf(answer.body.access_token)
    assert.deepEqual([claims.sub, claims.amr], [userId, ['otp', 'sms']])
    assert.deepEqual(claims.cnf, { jkt: key.thumbprint })
    const cookies = answer.headers.getSetCookie().map((line) => line.split('=')[0])
    assert.deepEqual(cookies, [`__Host-verification-login_${app.id}`, `__Host-login_${app.id}`])
    const headers = { 'x-refresh-token': refreshTokenOf(answer) ?? '' }
    assert.equal((await postProven(app, REFRESH, key, { headers })).status, 200)
  })

  test(`${engine}: without a proof the older form hands out a refresh cookie, to pages of our own`, async () => {
    const app = await application(w)
    const token = await started(app, WEB, EMAIL)
    const code = await sentCode(w, app, EMAIL)
    const foreign = await checkWith(app, WEB, token, code, { origin: 'https://evil.example' })
    assertRefused(foreign, 'bad_request', 'bad_request')
    const answer = await checkWith(app, WEB, token, code, { origin: app.origin })
    assert.equal(answer.status, 200)
    assert.equal(answer.headers.get('x-refresh-token'), null)
    assert.ok(refreshTokenOf(answer))
  })

  test(`${engine}: the session that the client had until now ends with the older form's login`, async () => {
    const app = await application(w)
    const before = await login(w, app, await user(w, app, { email: EMAIL }))
    const token = await started(app, WEB, EMAIL)
    const dpop = (await before.key?.proof(`${app.origin}${WEB.check}`)) ?? ''
    const headers = { dpop, 'x-refresh-token': before.refreshToken }
    assert.equal((await checkWith(app, WEB, token, await sentCode(w, app, EMAIL), headers)).status, 200)
    assertRefused(await before.post(REFRESH), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: a bad proof is answered before an attempt is counted, and a nonce asked for`, async () => {
    const app = await application(w)
    const key = await dpopKey(w)
    const token = await started(app, WEB, EMAIL)
    const code = await sentCode(w, app, EMAIL)
    const url = `${app.origin}${WEB.check}`
    const iat = Math.floor(w.deps.now() / 1000) - 86_400
    for (let i = 0; i < 6; i++) {
      const bad = await checkWith(app, WEB, token, code, { dpop: 'nonsense' })
      assertRefused(bad, 'invalid_dpop_proof', 'unauthorized')
      const stale = await checkWith(app, WEB, token, code, { dpop: await key.proof(url, { claims: { iat } }) })
      assertRefused(stale, 'use_dpop_nonce', 'bad_request')
      const nonce = stale.headers.get('dpop-nonce') ?? ''
      if (i < 5) continue
      const again = await key.proof(url, { claims: { iat, nonce } })
      assert.equal((await checkWith(app, WEB, token, code, { dpop: again })).status, 200)
    }
  })

  test(`${engine}: a lost answer of the older form is given again for a minute, with the right code, and once to another key`, async () => {
    const app = await application(w)
    const userId = await user(w, app, { email: EMAIL })
    const [key, other, third] = [await dpopKey(w), await dpopKey(w), await dpopKey(w)]
    const token = await started(app, WEB, EMAIL)
    const code = await sentCode(w, app, EMAIL)
    const check = (by: typeof key | undefined, tried = code) =>
      postProven(app, WEB.check, by, { body: { code: tried }, headers: carrying(token) })
    const first = await check(key)
    const sid = claimsIn(first).sid
    for (let i = 0; i < 7; i++) assert.equal(claimsIn(await check(key)).sid, sid)
    assertRefused(await check(undefined), 'token_reused', 'conflict')
    assertRefused(await check(other, wrongCode(code)), 'bad_check_code', 'unauthorized')
    const moved = claimsIn(await check(other))
    assert.deepEqual([moved.sid, moved.cnf], [sid, { jkt: other.thumbprint }])
    for (const by of [key, third]) assertRefused(await check(by), 'token_reused', 'conflict')
    assert.equal(claimsIn(await check(other)).sid, sid)
    assert.equal((await eventsOf(w, app, 'user.session.rebound')).length, 1)
    w.advance(60_000)
    assertRefused(await check(other), 'token_reused', 'conflict')
    assert.equal(await sessionCount(w, app, userId), 1)
  })

  test(`${engine}: whoever enters the code again within the minute, with the cookie that is left, gets the same session`, async () => {
    const app = await application(w)
    const key = await dpopKey(w)
    for (const by of [key, undefined]) {
      let cookie = cookieOf(app, await started(app, WEB, EMAIL))
      const body = { code: await sentCode(w, app, EMAIL) }
      // At the last moment: the minute is longer than what is left of the code's time.
      w.advance(599_000)
      const check = async () => {
        const answer = await postProven(app, WEB.check, by, { body, headers: { ...cookie, origin: app.origin } })
        const left = answer.headers.getSetCookie().find((line) => line.startsWith('__Host-verification-login_')) ?? ''
        if (left !== '') {
          assert.match(left, /; Max-Age=60;/)
          cookie = { cookie: left.split(';')[0] ?? '' }
        }
        return answer
      }
      const first = await check()
      for (const later of [0, 30_000, 29_998]) {
        w.advance(later)
        const again = await check()
        assert.equal(again.status, 200)
        assert.equal(claimsIn(again).sid, claimsIn(first).sid)
      }
      w.advance(3)
      assertRefused(await check(), 'unauthorized', 'unauthorized')
    }
  })

  test(`${engine}: a lost answer without a key is given again too, but nobody can guess the code for it`, async () => {
    const app = await application(w)
    const token = await started(app, WEB, EMAIL)
    const code = await sentCode(w, app, EMAIL)
    const first = await checkWith(app, WEB, token, code)
    assert.equal(refreshTokenOf(await checkWith(app, WEB, token, code)), refreshTokenOf(first))
    for (let i = 0; i < 5; i++)
      assertRefused(await checkWith(app, WEB, token, wrongCode(code)), 'bad_check_code', 'unauthorized')
    assertRefused(await checkWith(app, WEB, token, code), 'bad_check_code', 'unauthorized')
  })

  test(`${engine}: a code that one form took is no good in the other`, async () => {
    const app = await application(w)
    const token = await started(app, NEW, EMAIL)
    const code = await sentCode(w, app, EMAIL)
    assert.equal((await checkWith(app, NEW, token, code)).status, 200)
    assertRefused(await checkWith(app, WEB, token, code), 'token_reused', 'conflict')
    assertRefused(await checkWith(app, NEW, token, code), 'token_reused', 'conflict')
  })

  test(`${engine}: scopes of the configuration are granted to the session, in both forms`, async () => {
    const app = await application(w)
    const body = { channel_type: 'email', granted_scopes: ['prld:pwd:write'], code_size: 8 }
    await app.manage('/config/login/otp', { body })
    const { challenge_token } = (await loginByCode(w, app, NEW, EMAIL)).body
    const finalized = await finalizeWith(app, undefined, challenge_token)
    const opened = await loginByCode(w, app, WEB, EMAIL)
    for (const answer of [finalized, opened]) assert.equal(claimsOf(answer.body.access_token).scope, 'prld:pwd:write')
    assert.match(await sentCode(w, app, EMAIL), /^\d{8}$/)
  })
}
