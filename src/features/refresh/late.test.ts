import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type Client, credentials, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { eventsOf, sessionRow } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'

const HOUR_MS = 3_600_000

for (const { engine, w } of await stages()) {
  async function signedIn() {
    const app = await application(w)
    return { app, client: await login(w, app, await user(w, app)) }
  }
  const refreshes = async (client: Client, times: number) => {
    for (let i = 0; i < times; i++) {
      w.advance(1000)
      assert.equal((await client.post(REFRESH)).status, 200)
    }
  }
  /** Refresh with a clock that is off, as a client does whose proof is refused: once more, with the nonce. */
  async function refreshOff(app: TestApp, client: Client, offMs: number, token = client.refreshToken) {
    const iat = Math.floor((w.deps.now() + offMs) / 1000)
    const send = async (nonce?: string) => {
      const dpop =
        (await client.key?.proof(`${app.origin}${REFRESH}`, { claims: { iat, ...(nonce && { nonce }) } })) ?? ''
      return await client.post(REFRESH, { headers: { 'x-refresh-token': token, dpop } })
    }
    const first = await send()
    return first.body.code === 'use_dpop_nonce' ? await send(first.headers.get('dpop-nonce') ?? '') : first
  }

  for (const further of [1, 4, 13]) {
    test(`${engine}: a request that was held up while its client refreshed ${further} times more is refused, and nothing ends`, async () => {
      const { app, client } = await signedIn()
      const heldUp = await credentials(app, client, REFRESH)
      await refreshes(client, further + 1)
      for (let i = 0; i < 2; i++) {
        assertRefused(await app.call(REFRESH, { method: 'POST', headers: heldUp }), 'unauthorized', 'unauthorized')
      }
      assert.equal((await client.post(REFRESH)).status, 200)
      assert.deepEqual(await eventsOf(w, app, 'user.session.revoked'), [])
    })
  }

  test(`${engine}: what a browser sends again as it was, in the same second as the rotation it made, is answered`, async () => {
    const { app, client } = await signedIn()
    const sent = await credentials(app, client, REFRESH)
    const first = await app.call(REFRESH, { method: 'POST', headers: sent })
    const again = await app.call(REFRESH, { method: 'POST', headers: sent })
    assert.equal(again.status, 200)
    assert.equal(again.headers.get('x-refresh-token'), first.headers.get('x-refresh-token'))
  })

  for (const behind of [2, 7, 10]) {
    test(`${engine}: a browser that lost its last ${behind} writes is answered the current token`, async () => {
      const { app, client } = await signedIn()
      const restored = client.refreshToken
      await refreshes(client, behind)
      const current = client.refreshToken
      w.advance(20 * HOUR_MS)
      client.refreshToken = restored
      assert.equal((await client.post(REFRESH)).status, 200)
      assert.equal(client.refreshToken, current)
      assert.equal((await sessionRow(w, app, client.sessionId)).counter, behind)
      assert.equal((await client.post(REFRESH)).status, 200)
      assert.equal((await sessionRow(w, app, client.sessionId)).counter, behind + 1)
    })
  }

  test(`${engine}: whoever uses the key with a token eleven behind is another user of it: the session ends`, async () => {
    const { app, client } = await signedIn()
    const copied = client.refreshToken
    await refreshes(client, 11)
    client.refreshToken = copied
    w.advance(1000)
    assertRefused(await client.post(REFRESH), 'unauthorized', 'unauthorized')
    const [event] = await eventsOf(w, app, 'user.session.revoked')
    assert.equal(event?.reason, 'refresh_token_reused')
  })

  test(`${engine}: the current token rotates by a clock that was set back, whatever the one before said`, async () => {
    const { app, client } = await signedIn()
    for (const offMs of [0, 200_000, -250_000, 24 * HOUR_MS, 0, -24 * HOUR_MS, 1000]) {
      w.advance(1000)
      assert.equal((await refreshOff(app, client, offMs)).status, 200, `${offMs} ms off`)
    }
    assert.equal((await sessionRow(w, app, client.sessionId)).counter, 7)
  })

  test(`${engine}: a clock that was a day ahead when the answer was lost, and is right by now, gets the answer`, async () => {
    const { app, client } = await signedIn()
    const spent = client.refreshToken
    w.advance(1000)
    assert.equal((await refreshOff(app, client, 24 * HOUR_MS)).status, 200)
    const current = client.refreshToken
    w.advance(30_000)
    assert.equal((await refreshOff(app, client, 0, spent)).status, 200)
    assert.equal(client.refreshToken, current)
  })

  test(`${engine}: by one clock that is off all the time, late is late and lost is lost`, async () => {
    const { app, client } = await signedIn()
    const offMs = -5 * HOUR_MS
    const spent = client.refreshToken
    w.advance(1000)
    await refreshOff(app, client, offMs)
    w.advance(1000)
    assert.equal((await refreshOff(app, client, offMs, spent)).status, 200)
    assertRefused(await refreshOff(app, client, offMs - 10_000, spent), 'unauthorized', 'unauthorized')
    assert.equal((await refreshOff(app, client, offMs)).status, 200)
  })

  test(`${engine}: no iat is too odd to be compared`, async () => {
    const { app, client } = await signedIn()
    for (const iat of [1e300, -1e300, 0.5, Number.MAX_SAFE_INTEGER]) {
      const offMs = iat * 1000 - w.deps.now()
      assert.equal((await refreshOff(app, client, offMs)).status, 200, `${iat}`)
    }
  })
}
