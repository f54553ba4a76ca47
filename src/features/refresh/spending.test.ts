import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type Client, claimsOf, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { eventsOf, rewriteSession, sessionRow } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { rfc3339 } from '../../platform/clock.ts'

const DAY_MS = 86_400_000
const GRACE_MS = 75_000
const UNUSED_MS = DAY_MS
/** Sessions whose spent cookies are good for the grace alone. */
const GRACE_ALONE = { unused_successor_seconds: 0 }

for (const { engine, w } of await stages()) {
  async function signedIn(carrier: 'header' | 'cookie', settings: object = {}) {
    const app = await application(w, { settings: { sessions: settings } })
    return { app, client: await login(w, app, await user(w, app), carrier) }
  }
  const presenting = (app: TestApp, client: Client, token: string) =>
    client.key ? { 'x-refresh-token': token } : { cookie: `__Host-refresh_${app.id}=${token}` }

  for (const [carrier, waitMs] of [
    ['header', 0],
    ['header', 20 * DAY_MS],
    ['cookie', 0],
    ['cookie', GRACE_MS + 1],
    ['cookie', UNUSED_MS],
  ] as const) {
    test(`${engine}: whose answer was lost gets it again after ${waitMs} ms, by ${carrier}`, async () => {
      const { app, client } = await signedIn(carrier)
      const spent = client.refreshToken
      await client.post(REFRESH)
      const successor = client.refreshToken
      w.advance(waitMs)
      for (let i = 0; i < 3; i++) {
        const again = await client.post(REFRESH, { headers: presenting(app, client, spent) })
        assert.equal(again.status, 200)
        assert.equal(client.refreshToken, successor)
        assert.equal(claimsOf(client.accessToken).sid, client.sessionId)
      }
      assert.equal((await client.post(REFRESH)).status, 200)
      assert.notEqual(client.refreshToken, successor)
      assert.deepEqual(await eventsOf(w, app, 'user.session.revoked'), [])
    })
  }

  for (const [what, settings, ms] of [
    ['by default, a day', {}, UNUSED_MS],
    ['the grace alone, by default', GRACE_ALONE, GRACE_MS],
    ['the grace alone, of its own', { ...GRACE_ALONE, refresh_grace_seconds: 200 }, 200_000],
    ['the longer of the two', { unused_successor_seconds: 20, refresh_grace_seconds: 40 }, 40_000],
    ['an hour of its own', { unused_successor_seconds: 3600, refresh_grace_seconds: 0 }, 3_600_000],
  ] as const) {
    test(`${engine}: how long a spent cookie answers its unused successor an application decides: ${what}`, async () => {
      const { app, client } = await signedIn('cookie', settings)
      const headers = presenting(app, client, client.refreshToken)
      await client.post(REFRESH)
      w.advance(ms - 1000)
      assert.equal((await client.post(REFRESH, { headers })).status, 200)
      // Counted from the rotation, not from the last repeat.
      w.advance(1000)
      assert.equal((await client.post(REFRESH, { headers })).status, 200)
      w.advance(1)
      assertRefused(await client.post(REFRESH, { headers }), 'unauthorized', 'unauthorized')
    })
  }

  const copies: readonly (readonly [string, 'header' | 'cookie', rotations: number, waitMs: number])[] = [
    ['a token spent eleven times over', 'header', 11, 0],
    ['a token spent long ago', 'header', 14, DAY_MS],
    ['a cookie spent twice over', 'cookie', 2, 0],
    ['a cookie spent the day before', 'cookie', 1, UNUSED_MS + 1],
  ]
  for (const [what, carrier, rotations, waitMs] of copies) {
    test(`${engine}: ${what} is a copy: the session ends, with the reason`, async () => {
      const { app, client } = await signedIn(carrier)
      const copy = client.refreshToken
      for (let i = 0; i < rotations; i++) await client.post(REFRESH)
      w.advance(waitMs)
      const { refreshToken } = client
      const answer = await client.post(REFRESH, { headers: presenting(app, client, copy) })
      assertRefused(answer, 'unauthorized', 'unauthorized')
      assert.deepEqual(await eventsOf(w, app, 'user.session.revoked'), [
        {
          user_id: client.userId,
          session_id: client.sessionId,
          revoked_at: rfc3339(w.deps.now()),
          reason: 'refresh_token_reused',
        },
      ])
      const honest = await client.post(REFRESH, { headers: presenting(app, client, refreshToken) })
      assertRefused(honest, 'unauthorized', 'unauthorized')
      assertRefused(await client.bearer('/v1/session/me/list'), 'unauthorized', 'unauthorized')
      assert.equal((await eventsOf(w, app, 'user.session.revoked')).length, 1)
    })
  }

  test(`${engine}: a copy of one session leaves the user's other session alone`, async () => {
    const { app, client } = await signedIn('header')
    const elsewhere = await login(w, app, client.userId)
    const headers = presenting(app, client, client.refreshToken)
    for (let i = 0; i < 11; i++) await client.post(REFRESH)
    assertRefused(await client.post(REFRESH, { headers }), 'unauthorized', 'unauthorized')
    assert.equal((await elsewhere.post(REFRESH)).status, 200)
  })

  test(`${engine}: a session that is not refreshed for its idle lifetime has ended`, async () => {
    const { client } = await signedIn('header', { idle_lifetime_seconds: 3600 })
    w.advance(3_600_000 - 1)
    assert.equal((await client.post(REFRESH)).status, 200)
    w.advance(3_600_000 - 1)
    assert.equal((await client.post(REFRESH)).status, 200)
    w.advance(3_600_000)
    assertRefused(await client.post(REFRESH), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: however often it is refreshed, a session ends after its absolute lifetime`, async () => {
    const lifetimes = { idle_lifetime_seconds: 3600, absolute_lifetime_seconds: 5400 }
    const { app, client } = await signedIn('cookie', lifetimes)
    w.advance(3_000_000)
    const answer = await client.post(REFRESH)
    assert.match(answer.headers.getSetCookie()[0] ?? '', /; Max-Age=2400;/)
    w.advance(2_400_000 - 1)
    assert.equal((await client.post(REFRESH)).status, 200)
    w.advance(1)
    assertRefused(await client.post(REFRESH), 'unauthorized', 'unauthorized')
    assert.deepEqual(await eventsOf(w, app, 'user.session.revoked'), [])
  })

  for (const carrier of ['header', 'cookie'] as const) {
    test(`${engine}: an access token ends with its session, and its cookie does not end before, by ${carrier}`, async () => {
      w.advance(1000 - (w.deps.now() % 1000))
      const { client } = await signedIn(carrier, { absolute_lifetime_seconds: 90 })
      const end = Math.floor(w.deps.now() / 1000) + 90
      w.advance(45_500)
      const answer = await client.post(REFRESH)
      assert.equal(answer.body.expires_at, end)
      assert.equal(claimsOf(client.accessToken).exp, end)
      if (carrier === 'cookie') assert.match(answer.headers.getSetCookie()[0] ?? '', /; Max-Age=45;/)
      w.advance(44_499)
      assert.equal((await client.post(REFRESH)).body.expires_at, end)
      w.advance(1)
      assertRefused(await client.post(REFRESH), 'unauthorized', 'unauthorized')
    })
  }

  test(`${engine}: the oldest web SDK finds its profile in the tokens of a session without a key, and nobody else does`, async () => {
    const { client } = await signedIn('cookie')
    assert.deepEqual(claimsOf(client.accessToken).cc, { sub: client.userId })
    await client.post(REFRESH)
    assert.deepEqual(claimsOf(client.accessToken).cc, { sub: client.userId })
    assert.equal(claimsOf((await signedIn('header')).client.accessToken).cc, undefined)
  })

  for (const [carrier, back] of [
    ['header', 1],
    ['header', 3],
    ['cookie', 3],
  ] as const) {
    test(`${engine}: a database restored from ${back} rotations ago logs nobody out, by ${carrier}`, async () => {
      const { app, client } = await signedIn(carrier)
      for (let i = 0; i < 4; i++) await client.post(REFRESH)
      await rewriteSession(w, app, client.sessionId, { counter: 4 - back })
      const presented = client.refreshToken
      assert.equal((await client.post(REFRESH)).status, 200)
      assert.equal((await sessionRow(w, app, client.sessionId)).counter, 5)
      const successor = client.refreshToken
      const again = await client.post(REFRESH, { headers: presenting(app, client, presented) })
      assert.equal(again.status, 200)
      assert.equal(client.refreshToken, successor)
      assert.equal((await client.post(REFRESH)).status, 200)
    })
  }

  test(`${engine}: a token ahead of the row does not revive a session that has ended or wants another key`, async () => {
    const { app, client } = await signedIn('header')
    await client.post(REFRESH)
    await rewriteSession(w, app, client.sessionId, { counter: 0, jkt: 'another' })
    assertRefused(await client.post(REFRESH), 'dpop_key_mismatch', 'unauthorized')
    await rewriteSession(w, app, client.sessionId, { ended_at: w.deps.now(), jkt: client.key?.thumbprint ?? '' })
    assertRefused(await client.post(REFRESH), 'unauthorized', 'unauthorized')
    assert.equal((await sessionRow(w, app, client.sessionId)).counter, 0)
  })
}
