import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, dpopKey, login, REFRESH, REVOKE, user } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import { eventsOf, sessionRow } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { postProven } from '../../../test/house/tokens.ts'
import { rfc3339 } from '../../platform/clock.ts'

const LIST = '/v1/session/me/list'

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  const cleared = `__Host-refresh_${app.id}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Lax`

  for (const carrier of ['header', 'cookie'] as const) {
    test(`${engine}: after a logout neither token is good, and logging out again is no error, by ${carrier}`, async () => {
      const client = await login(w, app, await user(w, app), carrier)
      const { refreshToken } = client
      const headers: Record<string, string> =
        carrier === 'header'
          ? { 'x-refresh-token': refreshToken }
          : { cookie: `__Host-refresh_${app.id}=${refreshToken}` }
      for (let i = 0; i < 3; i++) {
        const answer = await client.post(REVOKE, { headers })
        assertNoContent(answer)
        assert.deepEqual(answer.headers.getSetCookie(), carrier === 'cookie' ? [cleared] : [])
        assert.equal(answer.headers.get('x-refresh-token'), null)
        w.advance(1000)
      }
      assertRefused(await client.post(REFRESH, { headers }), 'unauthorized', 'unauthorized')
      assertRefused(await client.bearer(LIST), 'unauthorized', 'unauthorized')
      const events = (await eventsOf(w, app, 'user.session.revoked')).filter(
        (event) => event.session_id === client.sessionId,
      )
      assert.deepEqual(events, [
        {
          user_id: client.userId,
          session_id: client.sessionId,
          revoked_at: rfc3339(w.deps.now() - 3000),
          reason: 'logged_out',
        },
      ])
    })
  }

  test(`${engine}: a logout ends this session and no other`, async () => {
    const here = await login(w, app, await user(w, app))
    const elsewhere = await login(w, app, here.userId)
    assertNoContent(await here.post(REVOKE))
    assert.equal((await elsewhere.post(REFRESH)).status, 200)
  })

  const json = { 'content-type': 'application/json' }
  for (const [what, call] of [
    ['no body', {}],
    ['no body, though the content type says JSON', { headers: json }],
    ['an empty object', { body: {} }],
    ['members it does not know', { body: { all: true } }],
  ] as const) {
    test(`${engine}: a logout may have ${what}`, async () => {
      const client = await login(w, app, await user(w, app))
      assertNoContent(await client.post(REVOKE, call))
    })
  }

  test(`${engine}: a spent refresh token logs out as well`, async () => {
    const client = await login(w, app, await user(w, app))
    const headers = { 'x-refresh-token': client.refreshToken }
    await client.post(REFRESH)
    await client.post(REFRESH)
    assertNoContent(await client.post(REVOKE, { headers }))
    assertRefused(await client.post(REFRESH), 'unauthorized', 'unauthorized')
    const [event] = (await eventsOf(w, app, 'user.session.revoked')).filter(
      (one) => one.session_id === client.sessionId,
    )
    assert.equal(event?.reason, 'logged_out')
  })

  test(`${engine}: neither a stale nonce nor a wrong clock keeps anybody in`, async () => {
    const now = Math.floor(w.deps.now() / 1000)
    for (const claims of [
      { nonce: 'stale', iat: now },
      { iat: now - 86_400 },
      { iat: now + 86_400 },
      { nonce: '', iat: 0 },
    ]) {
      const client = await login(w, app, await user(w, app))
      const dpop = (await client.key?.proof(`${app.origin}${REVOKE}`, { claims })) ?? ''
      assertNoContent(await client.post(REVOKE, { headers: { dpop } }))
      assertRefused(await client.post(REFRESH), 'unauthorized', 'unauthorized')
    }
  })

  for (const [what, keyOf] of [
    ['another key', () => dpopKey(w)],
    ['no key', async () => undefined],
  ] as const) {
    test(`${engine}: the right token ends its session with ${what}, for nobody else has it and its owner may have lost the key`, async () => {
      const client = await login(w, app, await user(w, app))
      const elsewhere = await login(w, app, client.userId)
      const headers = { 'x-refresh-token': client.refreshToken }
      assertNoContent(await postProven(app, REVOKE, await keyOf(), { headers }))
      assert.equal((await sessionRow(w, app, client.sessionId)).end_reason, 'logged_out')
      assertRefused(await client.post(REFRESH), 'unauthorized', 'unauthorized')
      assert.equal((await elsewhere.post(REFRESH)).status, 200)
    })
  }

  test(`${engine}: a proof that does not hold logs nobody out`, async () => {
    const client = await login(w, app, await user(w, app))
    const forged = await client.post(REVOKE, { headers: { dpop: 'x.y.z' } })
    assertRefused(forged, 'invalid_dpop_proof', 'unauthorized')
    assert.equal((await client.post(REFRESH)).status, 200)
  })

  test(`${engine}: a proof for another call cannot log the user out`, async () => {
    const client = await login(w, app, await user(w, app))
    const dpop = (await client.key?.proof(`${app.origin}${REFRESH}`)) ?? ''
    assertRefused(await client.post(REVOKE, { headers: { dpop } }), 'invalid_dpop_proof', 'unauthorized')
    assert.equal((await client.post(REFRESH)).status, 200)
  })

  test(`${engine}: without a token, with garbage or with another application's there is nothing to log out`, async () => {
    const other = await application(w)
    const foreign = (await login(w, other, await user(w, other))).refreshToken
    assertRefused(await postProven(app, REVOKE, undefined), 'unauthorized', 'unauthorized')
    for (const token of ['garbage', foreign]) {
      const headers = { 'x-refresh-token': token }
      assertRefused(await postProven(app, REVOKE, await dpopKey(w), { headers }), 'unauthorized', 'unauthorized')
    }
  })

  test(`${engine}: a foreign page cannot log a cookie's user out`, async () => {
    const client = await login(w, app, await user(w, app), 'cookie')
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
      assertRefused(await client.post(REVOKE, { headers }), 'forbidden', 'forbidden')
    assert.equal((await client.post(REFRESH)).status, 200)
    assertNoContent(await client.post(REVOKE, { headers: { origin: app.origin } }))
  })

  test(`${engine}: a session that expired by itself can still be logged out of, and is no event`, async () => {
    const brief = await application(w, { settings: { sessions: { idle_lifetime_seconds: 60 } } })
    const client = await login(w, brief, await user(w, brief))
    w.advance(60_000)
    assertNoContent(await client.post(REVOKE))
    assert.deepEqual(await eventsOf(w, brief, 'user.session.revoked'), [])
  })
}
