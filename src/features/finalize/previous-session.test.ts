import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  application,
  type Client,
  challengeToken,
  claimsOf,
  dpopKey,
  login,
  REFRESH,
  REVOKE,
  refreshTokenOf,
  type TestApp,
  user,
} from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { rfc3339 } from '../../platform/clock.ts'

for (const { engine, w } of await stages()) {
  async function signedIn(carrier: 'header' | 'cookie' = 'header') {
    const app = await application(w)
    const previous = await login(w, app, await user(w, app), carrier)
    return { app, previous, token: await challengeToken(w, app, await user(w, app)) }
  }
  const carried = (app: TestApp, previous: Client) =>
    previous.key
      ? { 'x-refresh-token': previous.refreshToken }
      : { cookie: `__Host-refresh_${app.id}=${previous.refreshToken}` }

  test(`${engine}: the session a device had is replaced by the new one`, async () => {
    const { app, previous, token } = await signedIn()
    const answer = await finalizeWith(app, previous.key, token, { headers: carried(app, previous) })
    assert.equal(answer.status, 200)
    assertRefused(await previous.post(REFRESH), 'unauthorized', 'unauthorized')
    assert.deepEqual(await eventsOf(w, app, 'user.session.revoked'), [
      {
        user_id: previous.userId,
        session_id: previous.sessionId,
        revoked_at: rfc3339(w.deps.now()),
        reason: 'replaced',
      },
    ])
  })

  test(`${engine}: a spent token of the previous session names it as well`, async () => {
    const { app, previous, token } = await signedIn()
    const headers = carried(app, previous)
    await previous.post(REFRESH)
    await previous.post(REFRESH)
    assert.equal((await finalizeWith(app, previous.key, token, { headers })).status, 200)
    const [event] = await eventsOf(w, app, 'user.session.revoked')
    assert.equal(event?.reason, 'replaced')
  })

  test(`${engine}: a previous session that is bound to another key stays`, async () => {
    const { app, previous, token } = await signedIn()
    const headers = carried(app, previous)
    assert.equal((await finalizeWith(app, await dpopKey(w), token, { headers })).status, 200)
    assert.equal((await previous.post(REFRESH)).status, 200)
  })

  test(`${engine}: a login without a key does not end a session that is bound to one`, async () => {
    const { app, previous, token } = await signedIn()
    assert.equal((await finalizeWith(app, undefined, token, { headers: carried(app, previous) })).status, 200)
    assert.equal((await previous.post(REFRESH)).status, 200)
  })

  for (const [what, make] of [
    ['garbage', async () => 'garbage'],
    [
      'one with a wrong MAC',
      async (of: Client) => of.refreshToken.replace(/.(?=.{8}$)/, (one) => (one === 'A' ? 'B' : 'A')),
    ],
    [
      "another application's",
      async () => {
        const other = await application(w)
        return (await login(w, other, await user(w, other))).refreshToken
      },
    ],
    [
      'one of a session that has ended',
      async (of: Client) => {
        const { refreshToken } = of
        await of.post(REVOKE)
        return refreshToken
      },
    ],
  ] as const) {
    test(`${engine}: a previous token that means nothing (${what}) is ignored`, async () => {
      const { app, previous, token } = await signedIn()
      const headers = { 'x-refresh-token': await make(previous) }
      const answer = await finalizeWith(app, await dpopKey(w), token, { headers })
      assert.equal(answer.status, 200)
      assert.ok(refreshTokenOf(answer))
      const reasons = (await eventsOf(w, app, 'user.session.revoked')).map((event) => event.reason)
      assert.ok(!reasons.includes('replaced'))
    })
  }

  test(`${engine}: an old cookie is retired and cleared when the new carrier is the header`, async () => {
    const { app, previous, token } = await signedIn('cookie')
    const answer = await finalizeWith(app, await dpopKey(w), token, { headers: carried(app, previous) })
    assert.equal(answer.status, 200)
    assert.ok(answer.headers.get('x-refresh-token'))
    const [left] = answer.headers.getSetCookie()
    assert.match(left ?? '', /^__Host-login_/)
    assert.deepEqual(answer.headers.getSetCookie(), [
      left,
      `__Host-refresh_${app.id}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax`,
    ])
    const [event] = await eventsOf(w, app, 'user.session.revoked')
    assert.deepEqual([event?.session_id, event?.reason], [previous.sessionId, 'replaced'])
    assertRefused(await previous.post(REFRESH), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: an old cookie gives way to the new one`, async () => {
    const { app, previous, token } = await signedIn('cookie')
    const answer = await finalizeWith(app, undefined, token, { headers: carried(app, previous) })
    assert.equal(answer.headers.getSetCookie().length, 1)
    assert.match(refreshTokenOf(answer) ?? '', /^rt_/)
    assertRefused(await previous.post(REFRESH), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: a foreign page cannot retire the session of the cookie its browser sends along`, async () => {
    const { app, previous, token } = await signedIn('cookie')
    const headers = { ...carried(app, previous), origin: 'https://evil.example' }
    const answer = await finalizeWith(app, await dpopKey(w), token, { headers })
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.headers.getSetCookie(), [])
    assert.equal((await previous.post(REFRESH)).status, 200)
  })

  test(`${engine}: a login that fails leaves the previous session alone`, async () => {
    const { app, previous } = await signedIn()
    const answer = await finalizeWith(app, previous.key, 'garbage', { headers: carried(app, previous) })
    assertRefused(answer, 'invalid_challenge_token', 'bad_request')
    assert.equal((await previous.post(REFRESH)).status, 200)
  })

  test(`${engine}: a repeat that already sends the new session's token does not end that session`, async () => {
    const { app, previous, token } = await signedIn()
    const first = await finalizeWith(app, previous.key, token, { headers: carried(app, previous) })
    const headers = { 'x-refresh-token': refreshTokenOf(first) ?? '' }
    const again = await finalizeWith(app, previous.key, token, { headers })
    assert.equal(claimsOf(again.body.access_token).sid, claimsOf(first.body.access_token).sid)
    assert.equal((await eventsOf(w, app, 'user.session.revoked')).length, 1)
  })
}
