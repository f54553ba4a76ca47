import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLocalJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { application, login, type TestApp, user } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { updateApplicationHosts } from '../../core/applications/store.ts'

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

  test(`${engine}: the issuer is that of the tokens, whatever it is set to, and the keys verify them`, async () => {
    for (const [issuer, expected] of [
      ['', undefined],
      ['id.shop.example', 'https://id.shop.example'],
      ['https://id.shop.example/tenant-7', 'https://id.shop.example/tenant-7'],
    ] as const) {
      const app = await application(w, { settings: { sessions: { issuer } } })
      const metadata = (await app.call('/.well-known/oauth-authorization-server')).body
      assert.equal(metadata.issuer, expected ?? app.origin)
      const { accessToken } = await login(w, app, await user(w, app))
      const keys = createLocalJWKSet((await app.call(new URL(metadata.jwks_uri).pathname)).body)
      const accepted = [metadata.issuer, new URL(metadata.issuer).host]
      await jwtVerify(accessToken, keys, { issuer: accepted, currentDate: new Date(w.deps.now()) })
    }
  })

  test(`${engine}: no endpoint or grant is named that does not speak OAuth here`, async () => {
    const app = await application(w)
    const metadata = (await app.call('/.well-known/oauth-authorization-server')).body
    const promised = Object.keys(metadata).filter((member) => /_endpoint|grant_types|code_challenge/.test(member))
    assert.deepEqual(promised, [])
  })
}
