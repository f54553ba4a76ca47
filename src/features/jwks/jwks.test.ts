import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose'
import {
  application,
  challengeToken,
  instanceKey,
  login,
  REFRESH,
  send,
  type TestApp,
  user,
} from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { stages } from '../../../test/house/stages.ts'
import { directory } from '../../core/applications/directory.ts'
import { swapApplication } from '../../core/applications/store.ts'

const JWKS = '/.well-known/jwks.json'
const STEP_UP_JWKS = '/.well-known/step-up-jwks.json'
const METADATA = '/.well-known/oauth-authorization-server'
const OPENID = '/.well-known/openid-configuration'

const ALGORITHMS = { EdDSA: ['kty', 'crv', 'x'], ES256: ['kty', 'crv', 'x', 'y'], RS256: ['kty', 'n', 'e'] } as const
type Algorithm = keyof typeof ALGORITHMS

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w, { mode: 'prod' }) }))) {
  const keysOf = async (of: TestApp, path = JWKS): Promise<JSONWebKeySet> => (await of.call(path)).body
  const verify = async (token: string, keys: JSONWebKeySet, issuer?: string) =>
    await jwtVerify(token, createLocalJWKSet(keys), {
      currentDate: new Date(w.deps.now()),
      ...(issuer && { issuer }),
    })

  for (const path of [JWKS, STEP_UP_JWKS, METADATA, OPENID]) {
    test(`${engine}: ${path} is public and may be cached`, async () => {
      const answer = await app.call(path)
      assert.equal(answer.status, 200)
      assert.match(answer.headers.get('content-type') ?? '', /^application\/json/)
      assert.equal(answer.headers.get('cache-control'), 'public, max-age=300')
      assert.deepEqual(answer.headers.getSetCookie(), [])
      assertRefused(await app.call(path, { headers: { host: 'nobody.example' } }), 'not_found', 'not_found')
    })
  }

  test(`${engine}: a new application publishes keys for tokens and hooks, and apart from them those of challenges`, async () => {
    const algorithms = async (path: string) => (await keysOf(app, path)).keys.map(({ use, alg }) => `${use} ${alg}`)
    assert.deepEqual(await algorithms(JWKS), ['sig EdDSA', 'sig PS256'])
    assert.deepEqual(await algorithms(STEP_UP_JWKS), ['sig EdDSA'])
    const kids = [...(await keysOf(app)).keys, ...(await keysOf(app, STEP_UP_JWKS)).keys].map((key) => key.kid)
    assert.equal(new Set(kids).size, 3)
  })

  test(`${engine}: no two applications share a key`, async () => {
    const headers = { authorization: `Bearer ${await instanceKey(w)}` }
    const kids: (string | undefined)[] = []
    // Made as operators make them: those of tests take their RSA keys from a few.
    for (const id of ['keys-of-one', 'keys-of-two']) {
      assert.equal((await send(w, '/v2/session/apps', { body: { id }, headers })).status, 201)
      const { body } = await send(w, JWKS, { headers: { host: `${id}.${w.deps.config.baseDomain}` } })
      kids.push(...body.keys.map(({ kid }: { kid: string }) => kid))
    }
    assert.equal(kids.length, 4)
    assert.equal(new Set(kids).size, 4)
  })

  for (const alg of Object.keys(ALGORITHMS) as Algorithm[]) {
    test(`${engine}: access tokens signed with ${alg} are verified by jose with the published key`, async () => {
      const of = await application(w, { settings: { sessions: { access_token_algorithm: alg } } })
      const client = await login(w, of, await user(w, of))
      const { payload, protectedHeader } = await verify(client.accessToken, await keysOf(of), of.host)
      assert.equal(protectedHeader.alg, alg)
      assert.equal(protectedHeader.typ, 'at+jwt')
      assert.equal(payload.sid, client.sessionId)
      const published = (await keysOf(of)).keys.find((key) => key.kid === protectedHeader.kid)
      assert.deepEqual(Object.keys(published ?? {}).sort(), [...ALGORITHMS[alg], 'alg', 'kid', 'use'].sort())
      assert.equal((await client.bearer('/v1/session/me/list')).status, 200)
    })
  }

  test(`${engine}: another algorithm takes effect with the next token, and the last one stays verifiable`, async () => {
    const of = await application(w)
    const client = await login(w, of, await user(w, of))
    const before = client.accessToken
    const settings = { sessions: { access_token_algorithm: 'ES256' } }
    assert.ok(await w.deps.transact((tx) => swapApplication(tx, of.id, 2, { settings })))
    directory(w.deps).forget(of.id)
    await client.post(REFRESH)
    assert.equal(decodeProtectedHeader(client.accessToken).alg, 'ES256')
    const keys = await keysOf(of)
    await verify(before, keys)
    await verify(client.accessToken, keys)
    assert.equal((await client.bearer('/v1/session/me/list')).status, 200)
    const headers = { authorization: `Bearer ${before}` }
    assert.equal((await of.call('/v1/session/me/list', { headers })).status, 200)
  })

  test(`${engine}: challenge tokens are verified with their own keys, and neither kind with those of the other`, async () => {
    const userId = await user(w, app)
    const challenge = await challengeToken(w, app, userId)
    const { accessToken } = await login(w, app, userId)
    await verify(challenge, await keysOf(app, STEP_UP_JWKS))
    await verify(accessToken, await keysOf(app))
    await assert.rejects(verify(challenge, await keysOf(app)), { code: 'ERR_JWKS_NO_MATCHING_KEY' })
    await assert.rejects(verify(accessToken, await keysOf(app, STEP_UP_JWKS)), { code: 'ERR_JWKS_NO_MATCHING_KEY' })
  })
}
