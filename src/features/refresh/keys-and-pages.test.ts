import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, dpopKey, login, REFRESH, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { postProven } from '../../../test/house/tokens.ts'

for (const { engine, w, app } of await stages(async (w) => ({
  app: await application(w, { allowedOrigins: ['https://shop.example'] }),
}))) {
  test(`${engine}: a thief without the key is refused, and the session lives`, async () => {
    const client = await login(w, app, await user(w, app))
    const spent = client.refreshToken
    await client.post(REFRESH)
    for (const token of [client.refreshToken, spent]) {
      const headers = { 'x-refresh-token': token }
      const answer = await postProven(app, REFRESH, await dpopKey(w), { headers })
      assertRefused(answer, 'dpop_key_mismatch', 'unauthorized')
      assertRefused(await postProven(app, REFRESH, undefined, { headers }), 'missing_dpop_proof', 'unauthorized')
    }
    assert.equal((await client.post(REFRESH)).status, 200)
    assert.deepEqual(await eventsOf(w, app, 'user.session.revoked'), [])
  })

  test(`${engine}: a thief who puts the bound token in a cookie is refused, and the session lives`, async () => {
    const client = await login(w, app, await user(w, app))
    const headers = { cookie: `__Host-refresh_${app.id}=${client.refreshToken}` }
    assertRefused(await postProven(app, REFRESH, undefined, { headers }), 'missing_dpop_proof', 'unauthorized')
    assert.equal((await client.post(REFRESH)).status, 200)
  })

  test(`${engine}: a proof along with a cookie binds nothing and harms nothing`, async () => {
    const client = await login(w, app, await user(w, app), 'cookie')
    const headers = { cookie: `__Host-refresh_${app.id}=${client.refreshToken}` }
    const answer = await postProven(app, REFRESH, await dpopKey(w), { headers })
    assert.equal(answer.status, 200)
    assert.equal(claimsOf(answer.body.access_token).cnf, undefined)
    assert.equal(answer.headers.getSetCookie().length, 1)
  })

  test(`${engine}: a client whose clock is wrong gets a nonce and the time, and with the nonce in`, async () => {
    const client = await login(w, app, await user(w, app))
    const proof = (claims: Record<string, unknown>) => client.key?.proof(`${app.origin}${REFRESH}`, { claims }) ?? ''
    const iat = Math.floor(w.deps.now() / 1000) + 7200
    const first = await client.post(REFRESH, { headers: { dpop: await proof({ iat }) } })
    assertRefused(first, 'use_dpop_nonce', 'bad_request')
    assert.equal(first.headers.get('date'), new Date(w.deps.now()).toUTCString())
    const nonce = first.headers.get('dpop-nonce') ?? ''
    assert.equal((await client.post(REFRESH, { headers: { dpop: await proof({ iat, nonce }) } })).status, 200)
  })

  test(`${engine}: a nonce that came with a success is good for the next call, and lasts five minutes at least`, async () => {
    const client = await login(w, app, await user(w, app))
    const nonce = (await client.post(REFRESH)).headers.get('dpop-nonce')
    w.advance(300_000)
    const dpop = await client.key?.proof(`${app.origin}${REFRESH}`, { claims: { nonce, iat: 1 } })
    assert.equal((await client.post(REFRESH, { headers: { dpop: dpop ?? '' } })).status, 200)
  })

  test(`${engine}: a garbage proof is refused, and the token stays unspent`, async () => {
    const client = await login(w, app, await user(w, app))
    assertRefused(await client.post(REFRESH, { headers: { dpop: 'x.y.z' } }), 'invalid_dpop_proof', 'unauthorized')
    assert.equal((await client.post(REFRESH)).status, 200)
  })

  const pages: readonly (readonly [string, Record<string, string>, 200 | 403])[] = [
    ['a foreign page', { origin: 'https://evil.example' }, 403],
    [
      'a foreign page that says it is at home',
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
      403,
    ],
    ['a foreign page that names no origin', { 'sec-fetch-site': 'cross-site' }, 403],
    ['a sandboxed frame', { origin: 'null' }, 403],
    ['a page whose name begins like one on the list', { origin: 'https://shop.example.evil.example' }, 403],
    ['a page on the list', { origin: 'https://shop.example', 'sec-fetch-site': 'cross-site' }, 200],
    ['a page of its own', { origin: app.origin, 'sec-fetch-site': 'same-origin' }, 200],
    ['a page of its own that names no origin', { 'sec-fetch-site': 'same-origin' }, 200],
    ['no browser', {}, 200],
  ]
  for (const [what, headers, status] of pages) {
    test(`${engine}: a refresh by cookie from ${what} is answered ${status}`, async () => {
      const client = await login(w, app, await user(w, app), 'cookie')
      const answer = await client.post(REFRESH, { headers })
      if (status === 200) assert.equal(answer.status, 200)
      else assertRefused(answer, 'forbidden', 'forbidden')
      assert.equal((await client.post(REFRESH)).status, 200)
    })
  }

  test(`${engine}: with token and proof in headers the page does not matter`, async () => {
    const client = await login(w, app, await user(w, app))
    assert.equal((await client.post(REFRESH, { headers: { origin: 'https://evil.example' } })).status, 200)
  })
}
