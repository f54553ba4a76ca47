// The modules of examples/clients on the vendors' own SDKs, against stand-ins that speak each vendor's documented wire.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GoTrueClient } from '@supabase/auth-js'
import { CognitoRefreshToken, CognitoUserPool } from 'amazon-cognito-identity-js'
import Keycloak from 'keycloak-js'
import { cognito } from '../../examples/clients/cognito.ts'
import { keycloak } from '../../examples/clients/keycloak.ts'
import { supabase } from '../../examples/clients/supabase.ts'
import { EXPIRED, FRESH, failureOf, hurry, type Stage, storage, tellOfSigningOut, tellTheStory } from './stories.ts'
import { startVendor, unsignedJwt } from './vendor.ts'

async function supabaseStage(): Promise<Stage> {
  const vendor = await startVendor(({ path, headers, body }) => {
    if (path.startsWith('/logout')) return [204, {}]
    assert.deepEqual([path, headers.apikey], ['/token?grant_type=refresh_token', 'anon'])
    if (!['good', 'next'].includes(JSON.parse(body).refresh_token))
      return [400, { code: 400, error_code: 'refresh_token_not_found', msg: 'Invalid Refresh Token' }]
    const user = { id: 'ana', aud: 'authenticated', app_metadata: {}, user_metadata: {}, created_at: '' }
    return [200, { access_token: FRESH, refresh_token: 'next', token_type: 'bearer', expires_in: 3600, user }]
  })
  return {
    vendor,
    async open(refresh_token) {
      storage.setItem(
        'sb',
        JSON.stringify({ access_token: EXPIRED, refresh_token, expires_at: 2, user: { id: 'ana' } }),
      )
      const auth = new GoTrueClient({
        url: vendor.origin,
        headers: { apikey: 'anon' },
        storageKey: 'sb',
        storage,
        autoRefreshToken: false,
        detectSessionInUrl: false,
      })
      return supabase(auth, 'sb')
    },
  }
}

async function keycloakStage(): Promise<Stage> {
  const vendor = await startVendor(({ path, body }) => {
    assert.equal(path, '/realms/shop/protocol/openid-connect/token')
    const { grant_type, client_id, refresh_token } = Object.fromEntries(new URLSearchParams(body))
    assert.deepEqual([grant_type, client_id], ['refresh_token', 'web'])
    if (refresh_token !== GOOD) return [400, { error: 'invalid_grant', error_description: 'Token is not active' }]
    return [200, { access_token: FRESH, refresh_token: GOOD, id_token: FRESH, expires_in: 300 }]
  })
  const GOOD = unsignedJwt({ typ: 'Offline' })
  const location = { href: 'https://app.lumen.example/', origin: 'https://app.lumen.example' }
  Object.assign(globalThis, { window: globalThis, location, isSecureContext: true })
  return {
    vendor,
    async open(refreshToken) {
      const client = new Keycloak({ url: vendor.origin, realm: 'shop', clientId: 'web' })
      await client.init({ checkLoginIframe: false, pkceMethod: false })
      client.token = EXPIRED
      client.refreshToken = refreshToken === 'good' ? GOOD : unsignedJwt({ typ: 'Withdrawn' })
      return keycloak(client)
    },
  }
}

async function cognitoStage(): Promise<Stage> {
  const vendor = await startVendor(({ headers, body }) => {
    assert.equal(headers['x-amz-target'], 'AWSCognitoIdentityProviderService.InitiateAuth')
    const { AuthFlow, AuthParameters } = JSON.parse(body)
    assert.equal(AuthFlow, 'REFRESH_TOKEN_AUTH')
    if (AuthParameters.REFRESH_TOKEN === 'of nobody')
      return [400, { __type: 'UserNotFoundException', message: 'User does not exist.' }]
    if (AuthParameters.REFRESH_TOKEN !== 'good')
      return [400, { __type: 'NotAuthorizedException', message: 'Refresh Token has been revoked' }]
    return [200, { AuthenticationResult: { IdToken: FRESH, AccessToken: FRESH, ExpiresIn: 3600, TokenType: 'Bearer' } }]
  })
  return {
    vendor,
    async open(refreshToken) {
      const prefix = 'CognitoIdentityServiceProvider.web'
      storage.setItem(`${prefix}.LastAuthUser`, 'ana')
      const tokens = { idToken: EXPIRED, accessToken: EXPIRED, refreshToken, clockDrift: '0' }
      for (const [name, value] of Object.entries(tokens)) storage.setItem(`${prefix}.ana.${name}`, value)
      const pool = new CognitoUserPool({
        UserPoolId: 'eu-west-1_AbCdEf',
        ClientId: 'web',
        endpoint: vendor.origin,
        Storage: storage,
      })
      return cognito(pool, CognitoRefreshToken)
    },
  }
}

for (const [name, stage] of Object.entries({
  supabase: supabaseStage,
  keycloak: keycloakStage,
  cognito: cognitoStage,
})) {
  tellTheStory(name, stage)
}
tellOfSigningOut('supabase', supabaseStage, (sdk) => sdk.forgetLegacySession())

test('a vendor that refuses takes away what its SDK holds: that is why it is asked for first', async (t) => {
  storage.clear()
  hurry(t)
  const withdrawn = await (await cognitoStage()).open('withdrawn')
  await failureOf(withdrawn)
  assert.equal(await withdrawn.heldLegacyToken(), undefined)
})

test('cognito: a user who is no more has no session, and nothing is in doubt', async (t) => {
  storage.clear()
  hurry(t)
  const legacy = await (await cognitoStage()).open('good')
  storage.setItem('CognitoIdentityServiceProvider.web.ana.refreshToken', 'of nobody')
  assert.equal(legacy.isOver(await failureOf(legacy)), true)
})
