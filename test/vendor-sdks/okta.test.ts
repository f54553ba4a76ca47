// examples/clients/okta.ts on `@okta/okta-auth-js`, against Okta's documented token endpoint.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { OktaAuth } from '@okta/okta-auth-js'
import { okta } from '../../examples/clients/okta.ts'
import { EXPIRED, failureOf, type Stage, tellOfNobody, tellTheStory } from './stories.ts'
import { type Answer, startVendor, unsignedJwt } from './vendor.ts'

const authAt = (issuer: string) =>
  new OktaAuth({
    issuer,
    clientId: 'web',
    redirectUri: 'https://app.lumen.example/',
    ignoreSignature: true,
    tokenManager: { autoRemove: false, autoRenew: false },
  })

/** What an app holds that signed in at `issuer` long ago. */
function hold(auth: OktaAuth, issuer: string, refreshToken: string): void {
  const common = { scopes: ['openid', 'offline_access'], authorizeUrl: `${issuer}/v1/authorize`, expiresAt: 2, issuer }
  const { payload: claims } = auth.token.decode(EXPIRED)
  auth.tokenManager.setTokens({
    idToken: { ...common, idToken: EXPIRED, clientId: 'web', claims },
    refreshToken: { ...common, refreshToken, tokenUrl: `${issuer}/v1/token` },
  })
}

const REFUSAL: Answer = [400, { error: 'invalid_grant', error_description: 'The refresh token is invalid or expired.' }]

async function oktaStage(otherwise = REFUSAL): Promise<Stage> {
  const vendor = await startVendor(({ path, body }) => {
    if (path === '/oauth2/default/.well-known/openid-configuration') return [200, { issuer }]
    assert.equal(path, '/oauth2/default/v1/token')
    const { grant_type, client_id, refresh_token } = Object.fromEntries(new URLSearchParams(body))
    assert.deepEqual([grant_type, client_id], ['refresh_token', 'web'])
    if (refresh_token !== 'good') return otherwise
    return [200, { id_token: fresh, refresh_token: 'good', token_type: 'Bearer', expires_in: 3600, scope: 'openid' }]
  })
  const issuer = `${vendor.origin}/oauth2/default`
  const now = Math.floor(Date.now() / 1000)
  const fresh = unsignedJwt({ iss: issuer, aud: 'web', sub: 'ana', iat: now, exp: now + 3_600 })
  return {
    vendor,
    fresh,
    async open(refreshToken) {
      const auth = authAt(issuer)
      hold(auth, issuer, refreshToken)
      return okta(auth)
    },
  }
}

tellOfNobody('okta', () => okta(authAt('https://lumen.okta.example')))
tellTheStory('okta', oktaStage)

test('okta: whoever must log in again is told so, and a renewal without an ID token leaves it in doubt', async () => {
  for (const error of ['login_required', 'interaction_required', 'consent_required']) {
    const refused = await (await oktaStage([400, { error, error_description: 'no' }])).open('withdrawn')
    assert.equal(refused.isOver(await failureOf(refused)), true, error)
  }
  const renewed = {
    access_token: EXPIRED,
    refresh_token: 'next',
    token_type: 'Bearer',
    expires_in: 3600,
    scope: 'openid',
  }
  const legacy = await (await oktaStage([200, renewed])).open('withdrawn')
  assert.equal(legacy.isOver(await failureOf(legacy)), false)
})
