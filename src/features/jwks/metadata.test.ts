import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import {
  application,
  challengeToken,
  claimsOf,
  dpopKey,
  FINALIZE,
  login,
  REFRESH,
  type TestApp,
  user,
} from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { stages } from '../../../test/house/stages.ts'
import { updateApplicationHosts } from '../../core/applications/store.ts'

const METADATA = '/.well-known/oauth-authorization-server'

type Name = (app: TestApp) => string

for (const { engine, w } of await stages()) {
  /** Discovery as oauth4webapi does it, of an issuer whose host leads to the application. */
  async function discover(app: TestApp, issuer: URL): Promise<oauth.AuthorizationServer> {
    const response = await oauth.discoveryRequest(issuer, {
      algorithm: 'oauth2',
      [oauth.customFetch]: async (url: string) => {
        const { host, pathname } = new URL(url)
        const { status, headers, body } = await app.call(pathname, { headers: { host } })
        return new Response(JSON.stringify(body), { status, headers })
      },
    })
    return await oauth.processDiscoveryResponse(issuer, response)
  }

  test(`${engine}: a client discovers the server by RFC 8414`, async () => {
    const app = await application(w)
    assert.deepEqual(await discover(app, new URL(app.origin)), {
      issuer: app.origin,
      jwks_uri: `${app.origin}/.well-known/jwks.json`,
      response_types_supported: [],
      dpop_signing_alg_values_supported: ['ES256', 'EdDSA'],
    })
  })

  test(`${engine}: the issuer is the origin that was dialled, port and all, if it is the application's`, async () => {
    const app = await application(w, { publicOrigins: ['https://id.shop.example:8443'] })
    await w.deps.transact((tx) => updateApplicationHosts(tx, app.id, ['id.shop.example']))
    const own = await discover(app, new URL('https://id.shop.example:8443'))
    assert.equal(own.jwks_uri, 'https://id.shop.example:8443/.well-known/jwks.json')
    assert.equal((await discover(app, new URL(app.origin))).issuer, app.origin)
    await assert.rejects(discover(app, new URL('https://id.shop.example:9999')), {
      code: 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
    })
  })

  const tokenOf = async (app: TestApp) => claimsOf((await login(w, app, await user(w, app))).accessToken)
  const metadataOf = async (app: TestApp) => (await app.call(METADATA)).body

  for (const [issuer, form, iss, url] of [
    ['', 'host', ({ host }) => host, ({ origin }) => origin],
    ['', 'url', ({ origin }) => origin, ({ origin }) => origin],
    ['id.shop.example', 'host', () => 'id.shop.example', () => 'https://id.shop.example'],
    ['id.shop.example', 'url', () => 'https://id.shop.example', () => 'https://id.shop.example'],
    ['https://id.shop.example/t7', 'host', () => 'https://id.shop.example/t7', () => 'https://id.shop.example/t7'],
    ['https://id.shop.example/t7', 'url', () => 'https://id.shop.example/t7', () => 'https://id.shop.example/t7'],
  ] as const satisfies readonly (readonly [string, string, Name, Name])[]) {
    test(`${engine}: with issuer "${issuer}" in the form of a ${form} tokens and metadata name it so, and the keys verify them`, async () => {
      const app = await application(w, { settings: { sessions: { issuer, issuer_form: form } } })
      const metadata = await metadataOf(app)
      assert.equal(metadata.issuer, url(app))
      const { accessToken } = await login(w, app, await user(w, app))
      const keys = createLocalJWKSet((await app.call(new URL(metadata.jwks_uri).pathname)).body)
      await jwtVerify(accessToken, keys, { issuer: iss(app), currentDate: new Date(w.deps.now()) })
    })
  }

  test(`${engine}: the port that goes without saying is in no name`, async () => {
    const app = await application(w, { settings: { sessions: { issuer_form: 'url' } } })
    const headers = { host: `${app.host}:443` }
    assert.equal((await app.call(METADATA, { headers })).body.issuer, app.origin)
    const body = { challenge_token: await challengeToken(w, app, await user(w, app)) }
    const dpop = await (await dpopKey(w)).proof(`${app.origin}${FINALIZE}`)
    const { access_token } = (await app.call(FINALIZE, { body, headers: { ...headers, dpop } })).body
    assert.equal(claimsOf(access_token).iss, app.origin)
  })

  test(`${engine}: with an audience tokens say all that RFC 9068 §2.2 asks for, whoever carries them; without, neither audience nor client`, async () => {
    const plain = await tokenOf(await application(w))
    assert.deepEqual([plain.aud, plain.client_id], [undefined, undefined])
    const app = await application(w, { settings: { sessions: { audience: 'https://api.shop.example' } } })
    for (const carrier of ['header', 'cookie'] as const) {
      const client = await login(w, app, await user(w, app), carrier)
      for (const again of [false, true]) {
        if (again) assert.equal((await client.post(REFRESH)).status, 200)
        const { aud, client_id, ...rest } = claimsOf(client.accessToken)
        assert.deepEqual([aud, client_id], ['https://api.shop.example', app.id])
        for (const claim of ['iss', 'exp', 'sub', 'iat', 'jti']) assert.ok(claim in rest, claim)
      }
    }
  })

  test(`${engine}: here a token is taken whatever its issuer and audience were called when it was issued`, async () => {
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    const tokens = [client.accessToken]
    for (const sessions of [
      { issuer_form: 'url' },
      { audience: 'https://api.shop.example' },
      { issuer: 'id.shop.example' },
      { issuer: null, issuer_form: null, audience: null },
    ]) {
      const changed = await app.manage('/settings', { method: 'PATCH', body: { settings: { sessions } } })
      assert.equal(changed.status, 200)
      assert.equal((await client.post(REFRESH)).status, 200)
      tokens.push(client.accessToken)
    }
    assert.equal(new Set(tokens.map((token) => JSON.stringify([claimsOf(token).iss, claimsOf(token).aud]))).size, 4)
    for (const token of tokens) {
      const { status } = await app.call('/v1/session/me/list', { headers: { authorization: `Bearer ${token}` } })
      assert.equal(status, 200)
    }
    const other = await application(w, { settings: { sessions: { issuer: app.host } } })
    const foreign = await login(w, other, await user(w, other))
    const headers = { authorization: `Bearer ${foreign.accessToken}` }
    assertRefused(await app.call('/v1/session/me/list', { headers }), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: verifiers of OpenID Connect find the same document where they look`, async () => {
    for (const form of ['host', 'url']) {
      const app = await application(w, { settings: { sessions: { issuer_form: form } } })
      const answer = await app.call('/.well-known/openid-configuration')
      assert.deepEqual(answer.body, await metadataOf(app))
      assert.equal(answer.headers.get('cache-control'), 'public, max-age=300')
      assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    }
  })

  test(`${engine}: no endpoint or grant is named that does not speak OAuth here`, async () => {
    const app = await application(w)
    const metadata = await metadataOf(app)
    const promised = Object.keys(metadata).filter((member) => /_endpoint|grant_types|code_challenge/.test(member))
    assert.deepEqual(promised, [])
  })
}
