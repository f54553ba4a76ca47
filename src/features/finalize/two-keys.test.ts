import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Answer,
  application,
  challengeToken,
  claimsOf,
  type DpopKey,
  dpopKey,
  pkce,
  REFRESH,
  REVOKE,
  refreshTokenOf,
  type TestApp,
  user,
} from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { eventsOf, sessionRow } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith, postProven } from '../../../test/house/tokens.ts'
import { rfc3339 } from '../../platform/clock.ts'

const MINUTE_MS = 60_000
const OWN_PAGE = 'https://shop.example'

for (const { engine, w } of await stages()) {
  /** A browser that logs in with one key and has made another. */
  async function twoKeys() {
    const app = await application(w, { allowedOrigins: [OWN_PAGE] })
    const userId = await user(w, app)
    const [sent, kept] = [await dpopKey(w), await dpopKey(w)]
    const { verifier, challenge } = pkce()
    const token = await challengeToken(w, app, userId, challenge)
    const first = await finalizeWith(app, sent, token, { verifier })
    assert.equal(first.status, 200)
    return { app, userId, sent, kept, token, verifier, first, sid: String(claimsOf(first.body.access_token).sid) }
  }

  const loginCookieOf = (answer: Answer) =>
    answer.headers
      .getSetCookie()
      .find((line) => line.startsWith('__Host-login_'))
      ?.split(';')[0] ?? ''

  const refresh = (app: TestApp, key: DpopKey | undefined, token: string, headers: Record<string, string> = {}) =>
    postProven(app, REFRESH, key, { headers: { 'x-refresh-token': token, ...headers } })

  test(`${engine}: who finalizes again with the verifier and another key gets the session moved to that key`, async () => {
    const { app, userId, sent, kept, token, verifier, first, sid } = await twoKeys()
    w.advance(MINUTE_MS - 1)
    const again = await finalizeWith(app, kept, token, { verifier })
    assert.equal(again.status, 200)
    const { sid: movedSid, cnf } = claimsOf(again.body.access_token)
    assert.deepEqual([movedSid, cnf], [sid, { jkt: kept.thumbprint }])
    assert.equal(refreshTokenOf(again), refreshTokenOf(first))
    assert.deepEqual(await eventsOf(w, app, 'user.session.rebound'), [
      { user_id: userId, session_id: sid, rebound_at: rfc3339(w.deps.now()) },
    ])
    const current = refreshTokenOf(again) ?? ''
    assertRefused(await refresh(app, sent, current), 'dpop_key_mismatch', 'unauthorized')
    assert.equal((await refresh(app, kept, current)).status, 200)
    assert.equal((await eventsOf(w, app, 'user.session.created')).length, 1)
  })

  test(`${engine}: that happens once, and then the key it moved to may repeat`, async () => {
    const { app, sent, kept, token, verifier, sid } = await twoKeys()
    assert.equal((await finalizeWith(app, kept, token, { verifier })).status, 200)
    for (const key of [sent, await dpopKey(w), undefined])
      assertRefused(await finalizeWith(app, key, token, { verifier }), 'token_reused', 'conflict')
    const repeated = await finalizeWith(app, kept, token, { verifier })
    assert.equal(claimsOf(repeated.body.access_token).sid, sid)
    assert.equal((await eventsOf(w, app, 'user.session.rebound')).length, 1)
  })

  test(`${engine}: not after the minute, nor once the session was refreshed or has ended`, async () => {
    for (const happened of ['minute', 'refresh', 'end'] as const) {
      const { app, sent, kept, token, verifier, first, sid } = await twoKeys()
      const headers = { 'x-refresh-token': refreshTokenOf(first) ?? '' }
      if (happened === 'minute') w.advance(MINUTE_MS)
      if (happened === 'refresh') await postProven(app, REFRESH, sent, { headers })
      if (happened === 'end') await postProven(app, REVOKE, sent, { headers })
      assertRefused(await finalizeWith(app, kept, token, { verifier }), 'token_reused', 'conflict')
      assert.equal((await sessionRow(w, app, sid)).jkt, sent.thumbprint)
    }
  })

  test(`${engine}: a session that was bound to a key never loses it to a client without one`, async () => {
    const { app, sent, token, verifier, sid } = await twoKeys()
    assertRefused(await finalizeWith(app, undefined, token, { verifier }), 'token_reused', 'conflict')
    assert.equal((await sessionRow(w, app, sid)).jkt, sent.thumbprint)
  })

  test(`${engine}: by the cookie of the login, the first refresh token moves the session to the key that the browser kept`, async () => {
    const { app, userId, sent, kept, first, sid } = await twoKeys()
    const token = refreshTokenOf(first) ?? ''
    w.advance(5 * MINUTE_MS - 1)
    const moved = await refresh(app, kept, token, { cookie: loginCookieOf(first), origin: OWN_PAGE })
    assert.equal(moved.status, 200)
    assert.deepEqual(claimsOf(moved.body.access_token).cnf, { jkt: kept.thumbprint })
    assert.equal(claimsOf(moved.body.access_token).sid, sid)
    assert.ok(moved.headers.get('dpop-nonce'))
    assert.deepEqual(await eventsOf(w, app, 'user.session.rebound'), [
      { user_id: userId, session_id: sid, rebound_at: rfc3339(w.deps.now()) },
    ])
    // Its answer may be lost as any other's.
    const again = await refresh(app, kept, token)
    assert.equal(refreshTokenOf(again), refreshTokenOf(moved))
    assert.equal((await refresh(app, kept, refreshTokenOf(moved) ?? '')).status, 200)
    assertRefused(await refresh(app, sent, refreshTokenOf(moved) ?? ''), 'dpop_key_mismatch', 'unauthorized')
  })

  test(`${engine}: the cookie moves a session that a repeat has moved already, for the order of two requests is chance`, async () => {
    const { app, sent, kept, token, verifier } = await twoKeys()
    const again = await finalizeWith(app, kept, token, { verifier })
    const back = await refresh(app, sent, refreshTokenOf(again) ?? '', { cookie: loginCookieOf(again) })
    assert.deepEqual(claimsOf(back.body.access_token).cnf, { jkt: sent.thumbprint })
  })

  test(`${engine}: once the session was refreshed the cookie moves nothing`, async () => {
    const { app, sent, kept, first } = await twoKeys()
    const [token, cookie] = [refreshTokenOf(first) ?? '', loginCookieOf(first)]
    const next = await refresh(app, sent, token, { cookie })
    for (const held of [token, refreshTokenOf(next) ?? ''])
      assertRefused(await refresh(app, kept, held, { cookie }), 'dpop_key_mismatch', 'unauthorized')
    assert.equal((await refresh(app, sent, refreshTokenOf(next) ?? '')).status, 200)
  })

  test(`${engine}: nor when it is another login's, is made up, comes late, from a foreign page or without a key`, async () => {
    const { app, sent, kept, first, sid } = await twoKeys()
    const token = refreshTokenOf(first) ?? ''
    const cookie = loginCookieOf(first)
    const other = await finalizeWith(app, await dpopKey(w), await challengeToken(w, app, await user(w, app)))
    for (const headers of [
      {},
      { cookie: loginCookieOf(other) },
      { cookie: `__Host-login_${app.id}=${token}` },
      { cookie: `__Host-login_${app.id}=` },
      { cookie, origin: 'https://evil.example' },
      { cookie, 'sec-fetch-site': 'cross-site' },
    ])
      assertRefused(await refresh(app, kept, token, headers), 'dpop_key_mismatch', 'unauthorized')
    assertRefused(await refresh(app, undefined, token, { cookie }), 'missing_dpop_proof', 'unauthorized')
    w.advance(5 * MINUTE_MS)
    assertRefused(await refresh(app, kept, token, { cookie }), 'dpop_key_mismatch', 'unauthorized')
    assert.equal((await sessionRow(w, app, sid)).jkt, sent.thumbprint)
    assert.equal((await refresh(app, sent, token)).status, 200)
    assert.deepEqual(await eventsOf(w, app, 'user.session.rebound'), [])
  })

  test(`${engine}: the cookie is for browsers of ours alone, and as closed to scripts as the others`, async () => {
    const app = await application(w, {
      allowedOrigins: [OWN_PAGE],
      settings: { sessions: { cookie_same_site: 'strict' } },
    })
    const opened = async (key: DpopKey | undefined, headers: Record<string, string>) => {
      const token = await challengeToken(w, app, await user(w, app))
      const answer = await finalizeWith(app, key, token, { headers })
      return answer.headers.getSetCookie().filter((line) => line.startsWith('__Host-login_'))
    }
    const [cookie] = await opened(await dpopKey(w), { origin: OWN_PAGE })
    assert.match(cookie ?? '', /; Max-Age=300; Path=\/; HttpOnly; Secure; SameSite=Strict$/)
    assert.deepEqual(await opened(await dpopKey(w), { origin: 'https://evil.example' }), [])
    assert.deepEqual(await opened(undefined, { origin: OWN_PAGE }), [])
  })
}
