import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ProviderOptions } from './provider.ts'
import { findProvider, PROVIDERS } from './providers.ts'

const OPTIONS: ProviderOptions = { clientId: 'client-1' }
const TENANT = '11111111-2222-3333-4444-555555555555'

/** Where each answers, as its documentation says: neither the world of the tests nor the code is asked. */
const SERVERS: Readonly<Record<string, object>> = {
  google: {
    issuer: 'https://accounts.google.com',
    authorization_endpoint: 'https://accounts.google.com/o/oauth2/v2/auth',
    token_endpoint: 'https://oauth2.googleapis.com/token',
    jwks_uri: 'https://www.googleapis.com/oauth2/v3/certs',
  },
  apple: {
    issuer: 'https://appleid.apple.com',
    authorization_endpoint: 'https://appleid.apple.com/auth/authorize',
    token_endpoint: 'https://appleid.apple.com/auth/token',
    jwks_uri: 'https://appleid.apple.com/auth/keys',
  },
  microsoft: {
    issuer: 'https://login.microsoftonline.com/common/v2.0',
    authorization_endpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
    token_endpoint: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
    jwks_uri: 'https://login.microsoftonline.com/common/discovery/v2.0/keys',
  },
  github: {
    issuer: 'https://github.com/login/oauth',
    authorization_endpoint: 'https://github.com/login/oauth/authorize',
    token_endpoint: 'https://github.com/login/oauth/access_token',
  },
  facebook: {
    issuer: 'https://www.facebook.com',
    authorization_endpoint: 'https://www.facebook.com/v23.0/dialog/oauth',
    token_endpoint: 'https://graph.facebook.com/v23.0/oauth/access_token',
  },
}

for (const [name, server] of Object.entries(SERVERS)) {
  test(`${name} answers where it always does, and no discovery that is down keeps anybody out`, () => {
    assert.deepEqual(findProvider(name).server(OPTIONS), server)
  })
}

test('Microsoft answers at the tenant that is configured', () => {
  const server = findProvider('microsoft').server({ ...OPTIONS, tenant: TENANT })
  assert.equal(server?.token_endpoint, `https://login.microsoftonline.com/${TENANT}/oauth2/v2.0/token`)
  assert.equal(server?.jwks_uri, `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`)
})

test('Okta and whatever has no name of its own answer where their discovery says', () => {
  for (const name of ['okta', 'oidc', 'acme', 'constructor', 'Google']) {
    const provider = findProvider(name)
    assert.equal(provider.name, name)
    assert.equal(provider.server({ ...OPTIONS, issuerUrl: 'https://id.example' }), undefined)
    assert.equal(provider.clientAuthentication, 'discovered')
  }
})

test('each provider is found by its name, once', () => {
  const names = PROVIDERS.map(({ name }) => name)
  assert.deepEqual(names.toSorted(), ['apple', 'facebook', 'github', 'google', 'microsoft', 'okta'])
  for (const provider of PROVIDERS) assert.equal(findProvider(provider.name), provider)
})

test('everybody gets a challenge of ours but Apple, and Apple alone is asked for a form', () => {
  for (const { name, sendsPkce, authorizeWith, clientAuthentication } of [...PROVIDERS, findProvider('acme')]) {
    assert.equal(sendsPkce, name !== 'apple', name)
    assert.equal(authorizeWith.response_mode, name === 'apple' ? 'form_post' : undefined, name)
    assert.equal(clientAuthentication === 'apple', name === 'apple', name)
  }
  assert.equal(findProvider('google').authorizeWith.prompt, 'select_account')
})

test('nobody is asked for a token that outlives the login', () => {
  for (const { scopes, authorizeWith } of [...PROVIDERS, findProvider('acme')]) {
    assert.ok(!scopes.includes('offline_access'))
    assert.ok(!('access_type' in authorizeWith))
  }
})

test('62 whoever is nobody at the provider is nobody here, with any provider', () => {
  for (const provider of [...PROVIDERS, findProvider('acme')]) {
    for (const nobody of ['', undefined, null, true, 'x'.repeat(256), ['108']]) {
      const documents = {
        idToken: { sub: nobody },
        api: { user: { id: nobody }, me: { id: nobody } },
        form: { sub: '108', id: '108' },
      }
      assert.ok('problem' in provider.accountOf(documents, OPTIONS), `${provider.name} ${JSON.stringify(nobody)}`)
    }
    assert.ok('problem' in provider.accountOf({ idToken: undefined, api: {}, form: undefined }, OPTIONS), provider.name)
  }
})
