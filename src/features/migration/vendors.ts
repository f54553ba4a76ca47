import type { Claims } from './claims.ts'
import type { PRESETS } from './config.ts'
import { federatedOfAuth0, federatedOfCognito, federatedOfFirebase, federatedOfSupabase } from './federated.ts'
import { FIREBASE_SESSIONS, wellKnownKeys } from './issuers.ts'
import type { Preset } from './preset.ts'

const GOOGLE_KEYS = 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com'
const FIREBASE_SESSION_KEYS = 'https://identitytoolkit.googleapis.com/v1/sessionCookiePublicKeys'
const FIREBASE_TOKENS = 'https://securetoken.googleapis.com/v1/token'

/** Below the issuer, whether it ends in a slash or not. */
const below = (issuer: string, path: string) => (URL.canParse(issuer) ? issuer.replace(/\/$/, '') + path : undefined)

/** The last part of the path. */
const lastOf = (issuer: string) => issuer.slice(issuer.lastIndexOf('/') + 1)

/** By the issuer, as tokens name it; empty where they name none. */
export const vendors: Readonly<Record<(typeof PRESETS)[number], (issuer: string) => Partial<Preset>>> = {
  custom: () => ({}),
  auth0: (issuer) => ({
    jwksUrl: wellKnownKeys(issuer),
    // An access token for an API of the customer's is one for the user's own data at Auth0, too.
    audiencesBesides: [`${issuer}userinfo`],
    federated: federatedOfAuth0,
    tokenEndpoint: below(issuer, '/oauth/token'),
  }),
  // The session cookie itself, which the application's secret encrypts. A session that a provider opened proves no address.
  authjs: () => ({
    isEncrypted: true,
    recipient: { ofPages: false, sessionsCarry: 'exp' },
    email_verified: undefined,
    phone_number_verified: undefined,
    profile: { name: 'name', picture: 'picture' },
  }),
  'better-auth': (issuer) => ({
    jwksUrl: below(issuer, '/api/auth/jwks'),
    audiences: [issuer],
    email_verified: 'emailVerified',
    phone_number: 'phoneNumber',
    phone_number_verified: 'phoneNumberVerified',
    profile: { name: 'name', picture: 'image' },
    refused: { banned: true },
  }),
  // Session tokens carry no `aud`, and the address only where the customer adds it to the session claims. A pending session is no login yet.
  clerk: (issuer) => ({
    jwksUrl: wellKnownKeys(issuer),
    recipient: { ofPages: true, sessionsCarry: 'sid' },
    refused: { sts: 'pending' },
  }),
  cognito: (issuer) => ({
    jwksUrl: wellKnownKeys(issuer),
    required: { token_use: 'id' },
    federated: federatedOfCognito,
    tokenEndpoint: cognitoApi(issuer),
    refreshWire: 'cognito',
  }),
  // The refresh token is a token like the other, and lives for weeks.
  descope: (issuer) => ({
    jwksUrl: wellKnownKeys(URL.canParse(issuer) ? issuer : `https://api.descope.com/${issuer}`),
    audiences: [lastOf(issuer)],
    recipient: { ofPages: false, sessionsCarry: 'drn' },
    required: { drn: ['DS', 'DSR'] },
  }),
  // Firebase puts a phone number only after its code was entered.
  firebase: (issuer) => ({
    jwksUrl: URL.parse(issuer)?.hostname === FIREBASE_SESSIONS ? FIREBASE_SESSION_KEYS : GOOGLE_KEYS,
    phoneAlwaysVerified: true,
    federated: federatedOfFirebase,
    tokenEndpoint: FIREBASE_TOKENS,
    refreshWire: 'firebase',
  }),
  // Signed with a secret, unless a key pair was chosen. Its issuer may be any text.
  fusionauth: (issuer) => ({
    jwksUrl: below(issuer, '/.well-known/jwks.json'),
    tokenEndpoint: below(issuer, '/oauth2/token'),
  }),
  // `aud` has the services that an access token opens; whom it was given to says `azp`. What is said of a number stands in attributes, which users may
  // write unless the realm forbids it.
  keycloak: (issuer) => ({
    phone_number_verified: undefined,
    jwksUrl: below(issuer, '/protocol/openid-connect/certs'),
    recipient: { ofPages: false, byClient: true },
    required: { typ: ['Bearer', 'ID'] },
    tokenEndpoint: below(issuer, '/protocol/openid-connect/token'),
  }),
  // What the tokenizer makes of a session; its template may add anything.
  kratos: () => ({ recipient: { ofPages: false, sessionsCarry: 'sid' } }),
  // In access tokens `sub` is the login, which changes, and `uid` the id. Both kinds name their client as `cid` or `aud`.
  okta: (issuer) => ({
    jwksUrl: below(issuer, issuer.includes('/oauth2/') ? '/v1/keys' : '/oauth2/v1/keys'),
    recipient: { ofPages: false, clientClaims: ['azp', 'client_id', 'cid'] },
    external_id: ({ cid }) => (cid === undefined ? 'sub' : 'uid'),
    tokenEndpoint: below(issuer, issuer.includes('/oauth2/') ? '/v1/token' : '/oauth2/v1/token'),
  }),
  // Tokens live for five minutes and say themselves how long their session does.
  stytch: (issuer) => ({
    jwksUrl: stytchKeys(issuer),
    audiences: URL.canParse(issuer) ? [] : [lastOf(issuer)],
    session: stytchSession,
  }),
  supabase: (issuer) => ({
    jwksUrl: wellKnownKeys(issuer),
    // `user_metadata` is written by the users themselves, so nothing in it proves an address.
    email_verified: 'app_metadata.email_verified',
    phone_number: 'phone',
    phone_number_verified: 'app_metadata.phone_verified',
    phoneLacksPlus: true,
    profile: { name: 'user_metadata.full_name', picture: 'user_metadata.avatar_url' },
    federated: federatedOfSupabase,
    tokenEndpoint: below(issuer, '/token?grant_type=refresh_token'),
    refreshWire: 'supabase',
  }),
  supertokens: (issuer) => ({
    jwksUrl: below(issuer, '/jwt/jwks.json'),
    recipient: { ofPages: false, sessionsCarry: 'sessionHandle' },
    email_verified: 'st-ev.v',
  }),
}

/** Pools with an issuer for all regions are asked where they are. */
function cognitoApi(issuer: string): string | undefined {
  const url = URL.parse(issuer)
  return url ? `${url.protocol}//${url.host.replace(/^issuer-/, '')}/` : undefined
}

/** Projects for tests are at a host of their own. */
function stytchKeys(issuer: string): string | undefined {
  if (URL.canParse(issuer)) return undefined
  const project = lastOf(issuer)
  const host = project.startsWith('project-test-') ? 'test.stytch.com' : 'api.stytch.com'
  return `https://${host}/v1/sessions/jwks/${project}`
}

function stytchSession(claims: Claims): ReturnType<Preset['session']> {
  const session = claims['https://stytch.com/session']
  if (typeof session !== 'object' || session === null) return undefined
  const { id, expires_at } = session as Claims
  const endsAt = typeof expires_at === 'string' ? Date.parse(expires_at) : Number.NaN
  return typeof id === 'string' && !Number.isNaN(endsAt) ? { id, endsAt } : undefined
}
