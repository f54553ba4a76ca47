import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as oauth from 'oauth4webapi'
import { application, type TestApp } from '../../../test/builders.ts'
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
      token_endpoint: `${app.origin}/v1/session/refresh`,
      revocation_endpoint: `${app.origin}/v1/session/revoke`,
      response_types_supported: [],
      grant_types_supported: ['refresh_token'],
      token_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
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
}
