import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import {
  application,
  type Client,
  challengeToken,
  claimsOf,
  dpopKey,
  login,
  type TestApp,
  user,
} from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { rewriteSession } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { signedToken, withBadSignature } from '../../../test/house/tokens.ts'

const LIST = '/v1/session/me/list'
const END = '/v1/session/me/revoke'

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  const signIn = async (of: TestApp = app, carrier: 'header' | 'cookie' = 'header') =>
    login(w, of, await user(w, of), carrier)
  const unsigned = (claims: object, signature = '') =>
    `${[{ alg: 'none', typ: 'at+jwt' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.${signature}`

  const refused: readonly (readonly [string, (client: Client) => Promise<string | undefined>])[] = [
    ['nothing', async () => undefined],
    ['an empty header', async () => ''],
    ['Bearer with nothing behind it', async () => 'Bearer'],
    ['Bearer with a blank behind it', async () => 'Bearer '],
    ['garbage', async () => 'Bearer garbage'],
    ['another scheme', async ({ accessToken }) => `Basic ${accessToken}`],
    ['the token alone', async ({ accessToken }) => accessToken],
    ['a refresh token', async ({ refreshToken }) => `Bearer ${refreshToken}`],
    ['a challenge token', async ({ userId }) => `Bearer ${await challengeToken(w, app, userId)}`],
    ["another application's token", async () => `Bearer ${(await signIn(await application(w))).accessToken}`],
    ['alg none', async ({ accessToken }) => `Bearer ${unsigned(claimsOf(accessToken))}`],
    [
      'alg none with a signature',
      async ({ accessToken }) => `Bearer ${unsigned(claimsOf(accessToken), accessToken.split('.')[2])}`,
    ],
    ['a tampered signature', async ({ accessToken }) => `Bearer ${withBadSignature(accessToken)}`],
    [
      'the claims of another',
      async ({ accessToken }) => {
        const [header, , signature] = accessToken.split('.')
        const claims = { ...claimsOf(accessToken), sid: (await signIn()).sessionId }
        return `Bearer ${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`
      },
    ],
    [
      'a token of another type by the right key',
      async ({ accessToken }) => `Bearer ${await signedToken(w, app, 'access_token', 'JWT', claimsOf(accessToken))}`,
    ],
    [
      'the right type by the key of challenges',
      async ({ accessToken }) =>
        `Bearer ${await signedToken(w, app, 'challenge_token', 'at+jwt', claimsOf(accessToken))}`,
    ],
    [
      'a token of no session',
      async ({ accessToken }) =>
        `Bearer ${await signedToken(w, app, 'access_token', 'at+jwt', { ...claimsOf(accessToken), sid: 'ses_1' })}`,
    ],
  ]
  for (const [what, make] of refused) {
    test(`${engine}: ${what} is no access`, async () => {
      const client = await signIn()
      const authorization = await make(client)
      const headers: Record<string, string> = authorization === undefined ? {} : { authorization }
      assertRefused(await app.call(LIST, { headers }), 'unauthorized', 'unauthorized')
      const ending = await app.call(`${END}?target=all`, { method: 'POST', headers })
      assertRefused(ending, 'unauthorized', 'unauthorized')
      assert.equal((await client.bearer(LIST)).status, 200)
    })
  }

  test(`${engine}: an access token is good until its second is over`, async () => {
    const client = await signIn()
    const exp = Number(claimsOf(client.accessToken).exp)
    w.advance(exp * 1000 - 1 - w.deps.now())
    assert.equal((await client.bearer(LIST)).status, 200)
    w.advance(1)
    assertRefused(await client.bearer(LIST), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: a session that ended is seen at once, however long its token lives`, async () => {
    const client = await signIn()
    await rewriteSession(w, app, client.sessionId, { ended_at: w.deps.now() })
    assertRefused(await client.bearer(LIST), 'unauthorized', 'unauthorized')
    for (const end of ['expires_at', 'idle_expires_at'] as const) {
      const another = await signIn()
      await rewriteSession(w, app, another.sessionId, { [end]: w.deps.now() })
      assertRefused(await another.bearer(LIST), 'unauthorized', 'unauthorized')
    }
  })

  test(`${engine}: the scheme is Bearer in any case, or DPoP with a proof`, async () => {
    const client = await signIn()
    for (const scheme of ['bearer', 'BEARER']) {
      const headers = { authorization: `${scheme} ${client.accessToken}` }
      assert.equal((await app.call(LIST, { headers })).status, 200)
    }
    for (const scheme of ['DPoP', 'dpop', 'DPOP']) {
      const headers = { authorization: `${scheme} ${client.accessToken}` }
      assertRefused(await app.call(LIST, { headers }), 'invalid_dpop_proof', 'unauthorized')
      const dpop = (await client.key?.proof(`${app.origin}${LIST}`, { method: 'GET' })) ?? ''
      assert.equal((await app.call(LIST, { headers: { ...headers, dpop } })).status, 200)
    }
  })

  test(`${engine}: a proof may come along, on both calls, and its URL leaves out the query`, async () => {
    const client = await signIn()
    const proof = async (path: string, method: string) => ({
      dpop: (await client.key?.proof(`${app.origin}${path}`, { method })) ?? '',
    })
    const listed = await client.bearer(`${LIST}?limit=5`, { headers: await proof(LIST, 'GET') })
    assert.equal(listed.status, 200)
    const ended = await client.bearer(`${END}?target=mine`, { method: 'POST', headers: await proof(END, 'POST') })
    assert.equal(ended.status, 204)
  })

  test(`${engine}: a proof that comes along must hold`, async () => {
    const client = await signIn()
    const own = async (path: string, method: string, claims = {}) => ({
      dpop: (await client.key?.proof(`${app.origin}${path}`, { method, claims })) ?? '',
    })
    for (const headers of [{ dpop: 'garbage' }, await own(LIST, 'POST'), await own(END, 'GET')])
      assertRefused(await client.bearer(LIST, { headers }), 'invalid_dpop_proof', 'unauthorized')
    const end = async (dpop: string) => client.bearer(`${END}?target=all`, { method: 'POST', headers: { dpop } })
    assertRefused(await end('garbage'), 'invalid_dpop_proof', 'unauthorized')
    const stranger = await dpopKey(w)
    const another = { dpop: await stranger.proof(`${app.origin}${LIST}`, { method: 'GET' }) }
    assertRefused(await client.bearer(LIST, { headers: another }), 'dpop_key_mismatch', 'unauthorized')
    assertRefused(await end(await stranger.proof(`${app.origin}${END}`)), 'dpop_key_mismatch', 'unauthorized')
    const stale = await client.bearer(LIST, { headers: await own(LIST, 'GET', { iat: 1 }) })
    assertRefused(stale, 'use_dpop_nonce', 'bad_request')
    const nonce = stale.headers.get('dpop-nonce') ?? ''
    const again = await client.bearer(LIST, { headers: await own(LIST, 'GET', { iat: 1, nonce }) })
    assert.equal(again.status, 200)
  })

  test(`${engine}: a proof that names an access token must name this one`, async () => {
    const client = await signIn()
    const naming = async (token: string) => {
      const ath = createHash('sha256').update(token).digest('base64url')
      return { dpop: (await client.key?.proof(`${app.origin}${LIST}`, { method: 'GET', claims: { ath } })) ?? '' }
    }
    assert.equal((await client.bearer(LIST, { headers: await naming(client.accessToken) })).status, 200)
    const other = await client.bearer(LIST, { headers: await naming((await signIn()).accessToken) })
    assertRefused(other, 'invalid_dpop_proof', 'unauthorized')
  })

  test(`${engine}: the token of a cookie session is bound to no key, so any proof that holds will do`, async () => {
    const client = await signIn(app, 'cookie')
    const dpop = await (await dpopKey(w)).proof(`${app.origin}${LIST}`, { method: 'GET' })
    assert.equal((await client.bearer(LIST, { headers: { dpop } })).status, 200)
  })
}
