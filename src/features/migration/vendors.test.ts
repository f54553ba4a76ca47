import assert from 'node:assert/strict'
import { hkdfSync } from 'node:crypto'
import { test } from 'node:test'
import { EncryptJWT } from 'jose'
import { auth0, cognito, firebase, supabase } from '../../../test/vectors/legacy/tokens.ts'
import {
  authjs,
  betterAuth,
  descope,
  firebaseCookie,
  fusionauth,
  keycloak,
  kratos,
  oktaAccess,
  oktaId,
  stytch,
  supertokens,
  type VendorToken,
} from '../../../test/vectors/legacy/vendors.ts'
import { START } from '../../../test/world.ts'
import { type JwtConfigInput, migrationConfig } from './config.ts'
import { lookAt } from './jwt-mode.ts'
import { personOf } from './person.ts'
import { findConfigProblem } from './problems.ts'

const encoded = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
const unsigned = (claims: object, header: object = {}) =>
  `${encoded({ alg: 'RS256', kid: 'k', typ: 'JWT', ...header })}.${encoded(claims)}.AA`

type Change = Readonly<Record<string, unknown>>

/** What a token with these claims says, by its vendor's configuration. */
function look(vendor: Pick<VendorToken, 'config' | 'claims'>, change: Change = {}, config: Change = {}, now = START) {
  const { secret, ...input } = migrationConfig.parse({ mode: 'jwt', ...vendor.config, ...config }) as JwtConfigInput
  const secrets = secret ? { secret } : {}
  const deps = { config: { allowPrivateHooks: false }, now: () => START } as Parameters<typeof findConfigProblem>[2]
  assert.equal(findConfigProblem(input, secrets, deps), undefined)
  return lookAt({ config: input, secret: secret ?? undefined, now }, unsigned({ ...vendor.claims, ...change }))
}

function person(vendor: Pick<VendorToken, 'config' | 'claims'>, change: Change = {}, config: Change = {}) {
  const looked = look(vendor, change, config)
  assert.ok(looked.token, JSON.stringify(looked.steps))
  return { ...personOf(looked.token.claims, looked.reading), keys: looked.reading.jwksUrl }
}

const ADA = { type: 'email_address', value: 'ada@example.com' }
const proven = [{ ...ADA, verified: true }]
const unproven = [{ ...ADA, verified: false }]

const READ: readonly [name: string, vendor: VendorToken, id: string, identifiers: object[], oauth?: object[]][] = [
  ['Okta, access token: uid is the id, sub the login', oktaAccess, '00u1ada', []],
  ['Okta, ID token', oktaId, '00u1ada', proven],
  ['Keycloak', keycloak, 'b1d0c2e4-5f60-4a7b-8c9d-0e1f2a3b4c5d', proven],
  ['Stytch', stytch, 'user-live-ada', []],
  ['FusionAuth', fusionauth, 'fa-3', proven],
  ['SuperTokens', supertokens, 'st-1', proven],
  ['Kratos', kratos, '880a52d9', unproven],
  ['Better Auth', betterAuth, 'ba1', proven],
  ['Descope', descope, 'U2ada', []],
  [
    'Firebase, session cookie',
    firebaseCookie,
    'fB9x',
    proven,
    [
      { provider: 'google', subject: '1082' },
      { provider: 'apple', subject: '001.ab' },
    ],
  ],
]

test('a number that a user of Keycloak may have called proven is not, unless the customer says so', () => {
  const said = { phone_number: '+12125550107', phone_number_verified: true }
  const number = { type: 'phone_number', value: '+12125550107' }
  assert.deepEqual(person(keycloak, said).identifiers, [...proven, { ...number, verified: false }])
  const config = { claims: { phone_number_verified: 'phone_number_verified' } }
  assert.deepEqual(person(keycloak, said, config).identifiers, [...proven, { ...number, verified: true }])
})

for (const [name, vendor, id, identifiers, oauth = []] of READ) {
  test(`a token is read: ${name}`, () => {
    const read = person(vendor)
    assert.deepEqual([read.external_id, read.identifiers, read.oauth], [id, identifiers, oauth])
    if (vendor.keys !== undefined) assert.equal(read.keys, vendor.keys)
  })
}

const ALSO: readonly [name: string, vendor: VendorToken, change: Change, config?: Change][] = [
  ['Keycloak, ID token', keycloak, { typ: 'ID', aud: 'web' }],
  ['Keycloak, no audience', keycloak, { aud: undefined }],
  ['Descope, refresh token', descope, { drn: 'DSR', exp: 1_770_000_000 }],
  ['Descope, its newer name', descope, { iss: 'https://api.descope.com/P2acme' }],
  ['Descope, for its own project', descope, { aud: ['P2acme'] }],
  ['Stytch, token over, session not', stytch, { iat: 1_767_200_000, nbf: 1_767_200_000, exp: 1_767_200_300 }],
  ['Firebase, ID token beside cookies', firebaseCookie, { iss: 'https://securetoken.google.com/acme-prod' }],
  ['Auth0, at its own domain and at the customer’s', auth0Vendor(), { iss: 'https://login.acme.example/' }],
]

function auth0Vendor(): VendorToken {
  const issuer = [auth0.issuer, 'https://login.acme.example/']
  return { config: { preset: 'auth0', issuer, audience: auth0.audience }, keys: auth0.jwks, claims: auth0.claims }
}

for (const [name, vendor, change, config] of ALSO) {
  test(`a token is taken: ${name}`, () => assert.ok(look(vendor, change, config).token))
}

test('each issuer of a list has its own keys', () => {
  assert.equal(
    person(auth0Vendor(), { iss: 'https://login.acme.example/' }).keys,
    'https://login.acme.example/.well-known/jwks.json',
  )
  assert.equal(person(auth0Vendor()).keys, auth0.jwks)
})

const REFUSED: readonly [name: string, vendor: VendorToken, change: Change, step: string][] = [
  ['Okta, of another client', oktaAccess, { cid: '0oa2reports' }, 'recipient'],
  ['Okta, of the organisation’s server', oktaAccess, { iss: 'https://acme.okta.com' }, 'issuer'],
  ['Keycloak, of another client', keycloak, { azp: 'reports' }, 'recipient'],
  ['Keycloak, of no client', keycloak, { azp: undefined }, 'recipient'],
  ['Keycloak, refresh token', keycloak, { typ: 'Refresh' }, 'claims'],
  ['Keycloak, another realm', keycloak, { iss: 'https://id.acme.example/realms/staff' }, 'issuer'],
  ['Stytch, another project', stytch, { aud: ['project-live-b2'] }, 'recipient'],
  [
    'Stytch, token and session over',
    stytch,
    { exp: 1_767_322_000, 'https://stytch.com/session': { id: 's', expires_at: '2026-01-02T03:00:00Z' } },
    'times',
  ],
  [
    'Stytch, a session that does not say when it ends',
    stytch,
    { exp: 1_767_322_000, 'https://stytch.com/session': { id: 's' } },
    'times',
  ],
  ['FusionAuth, another application', fusionauth, { aud: 'c5f0-admin' }, 'recipient'],
  ['SuperTokens, no session', supertokens, { sessionHandle: undefined }, 'recipient'],
  ['SuperTokens, of an OAuth client', supertokens, { client_id: 'reports' }, 'recipient'],
  ['Kratos, no session', kratos, { sid: undefined }, 'recipient'],
  ['Better Auth, for somebody else', betterAuth, { aud: 'https://reports.example' }, 'recipient'],
  ['Better Auth, a banned user', betterAuth, { banned: true }, 'claims'],
  ['Descope, neither kind', descope, { drn: 'DM' }, 'claims'],
  ['Descope, for somebody else', descope, { aud: 'reports' }, 'recipient'],
  ['Descope, another project', descope, { iss: 'https://api.descope.com/P2other' }, 'issuer'],
  ['Descope, an administrator who acts', descope, { act: { sub: 'U2admin' } }, 'acting'],
]

for (const [name, vendor, change, step] of REFUSED) {
  test(`a token is refused, and ${step} says why: ${name}`, () => {
    const { token, steps } = look(vendor, change)
    assert.equal(token, undefined)
    assert.deepEqual(
      steps.filter(({ result }) => result === 'refused').map((one) => one.step),
      [step],
    )
  })
}

const FEDERATED: readonly [name: string, kind: typeof auth0, change: Change, oauth: object[]][] = [
  ['Auth0, of a database', auth0, {}, []],
  ['Auth0, by Google', auth0, { sub: 'google-oauth2|1093' }, [{ provider: 'google', subject: '1093' }]],
  ['Auth0, by Apple', auth0, { sub: 'apple|001.ab.1' }, [{ provider: 'apple', subject: '001.ab.1' }]],
  ['Auth0, by a connection of the customer’s', auth0, { sub: 'oauth2|google-oauth2|1093' }, []],
  ['Auth0, by a member of every object', auth0, { sub: 'constructor|1' }, []],
  ['Firebase', firebase, {}, [{ provider: 'google', subject: '108234987234987234987' }]],
  ['Firebase, identities that are none', firebase, { firebase: { identities: 'google.com' } }, []],
  ['Cognito, none', cognito, {}, []],
  [
    'Cognito, as a list',
    cognito,
    { identities: [{ userId: '1093', providerName: 'Shop-Google', providerType: 'Google', primary: 'true' }] },
    [{ provider: 'google', subject: '1093' }],
  ],
  [
    'Cognito, as text',
    cognito,
    { identities: '[{"userId":"001.ab","providerName":"SignInWithApple","providerType":"SignInWithApple"}]' },
    [{ provider: 'apple', subject: '001.ab' }],
  ],
  [
    'Cognito, a company that calls itself Google',
    cognito,
    { identities: [{ userId: '1', providerName: 'Google', providerType: 'SAML' }] },
    [],
  ],
  ['Cognito, text that is none', cognito, { identities: '[{' }, []],
  ['Supabase, providers without subjects', supabase, { app_metadata: { providers: ['google'] } }, []],
  [
    'Supabase, what users write',
    supabase,
    { user_metadata: { provider_id: '1093', iss: 'https://accounts.google.com' } },
    [],
  ],
  [
    'Supabase, what a token hook adds',
    supabase,
    {
      app_metadata: {
        identities: [
          { provider: 'google', provider_id: '1147' },
          { provider: 'email', provider_id: 'x' },
        ],
      },
    },
    [{ provider: 'google', subject: '1147' }],
  ],
]

for (const [name, kind, change, oauth] of FEDERATED) {
  test(`accounts at providers are read from what the vendor writes: ${name}`, () => {
    const config = { preset: kind.preset, issuer: kind.issuer, audience: kind.audience }
    assert.deepEqual(person({ config, claims: kind.claims }, change).oauth, oauth)
  })
}

const secret = String(authjs.config.secret)
const config = { preset: 'authjs' } as const
const sealed = (enc: string, key: ArrayBuffer) =>
  new EncryptJWT({ ...authjs.claims }).setProtectedHeader({ alg: 'dir', enc }).encrypt(new Uint8Array(key))
const info = (name: string) => `Auth.js Generated Encryption Key (${name})`
const COOKIES: readonly (readonly [name: string, token: Promise<string>])[] = [
  ...['authjs.session-token', '__Secure-authjs.session-token'].map(
    (name) => [name, sealed('A256CBC-HS512', hkdfSync('sha256', secret, name, info(name), 64))] as const,
  ),
  [
    'next-auth.session-token',
    sealed('A256GCM', hkdfSync('sha256', secret, '', 'NextAuth.js Generated Encryption Key', 32)),
  ],
]

for (const [name, token] of COOKIES) {
  test(`the cookie ${name} is opened by the application’s secret alone, and proves no address`, async () => {
    const parsed = migrationConfig.parse({ mode: 'jwt', ...config }) as JwtConfigInput
    const { secret: _, ...terms } = parsed
    const looked = lookAt({ config: terms, secret, now: START }, await token)
    assert.ok(looked.token)
    const { external_id, identifiers } = personOf(looked.token.claims, looked.reading)
    assert.deepEqual([external_id, identifiers], ['aj-1', unproven])
    for (const other of ['another-secret-that-is-long-enough-as-well', undefined])
      assert.equal(lookAt({ config: terms, secret: other, now: START }, await token).token, undefined)
    const late = (Number(authjs.claims.exp) + 30) * 1000
    assert.equal(lookAt({ config: terms, secret, now: late }, await token).token, undefined)
  })
}
