/**
 * Tokens as vendors write them, each with the configuration that reads it. Times in Unix seconds, within the hour after the clock of a test world begins.
 */
export interface VendorToken {
  readonly config: Readonly<Record<string, unknown>>
  /** Where its keys are asked for; undefined: by the secret alone. */
  readonly keys: string | undefined
  readonly claims: Readonly<Record<string, unknown>>
}

const times = { iat: 1_767_322_800, exp: 1_767_326_400 }
const SECRET = 'a-secret-that-an-operator-was-given-by-a-vendor'

/** Access token of a custom authorization server. https://developer.okta.com/docs/api/openapi/okta-oauth/guides/overview/ */
export const oktaAccess: VendorToken = {
  config: { preset: 'okta', issuer: 'https://acme.okta.com/oauth2/default', audience: ['api://default', '0oa1web'] },
  keys: 'https://acme.okta.com/oauth2/default/v1/keys',
  claims: {
    ver: 1,
    jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
    iss: 'https://acme.okta.com/oauth2/default',
    aud: 'api://default',
    ...times,
    cid: '0oa1web',
    uid: '00u1ada',
    scp: ['openid', 'email'],
    auth_time: times.iat,
    sub: 'ada@example.com',
  },
}

/** ID token of the organisation's own server. */
export const oktaId: VendorToken = {
  config: { preset: 'okta', issuer: 'https://acme.okta.com', audience: '0oa1web' },
  keys: 'https://acme.okta.com/oauth2/v1/keys',
  claims: {
    sub: '00u1ada',
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    email_verified: true,
    ver: 1,
    iss: 'https://acme.okta.com',
    aud: '0oa1web',
    ...times,
    jti: 'ID.1',
    amr: ['pwd'],
    idp: '00o1',
    auth_time: times.iat,
  },
}

/** Access token of a realm. https://www.keycloak.org/docs/latest/server_admin/ */
export const keycloak: VendorToken = {
  config: { preset: 'keycloak', issuer: 'https://id.acme.example/realms/shop', audience: 'web' },
  keys: 'https://id.acme.example/realms/shop/protocol/openid-connect/certs',
  claims: {
    ...times,
    jti: 'onrtac:9c1b8a7e',
    iss: 'https://id.acme.example/realms/shop',
    aud: ['account', 'orders'],
    sub: 'b1d0c2e4-5f60-4a7b-8c9d-0e1f2a3b4c5d',
    typ: 'Bearer',
    azp: 'web',
    sid: '2f8b6f3c-1d2e-4f5a-8b9c-0d1e2f3a4b5c',
    realm_access: { roles: ['staff'] },
    email_verified: true,
    preferred_username: 'ada',
    given_name: 'Ada',
    family_name: 'Lovelace',
    email: 'ada@example.com',
  },
}

/** Session JWT: it lives for five minutes, and says how long its session does. https://stytch.com/docs/guides/sessions/using-jwts */
export const stytch: VendorToken = {
  config: { preset: 'stytch', issuer: 'stytch.com/project-live-a1' },
  keys: 'https://api.stytch.com/v1/sessions/jwks/project-live-a1',
  claims: {
    aud: ['project-live-a1'],
    iss: 'stytch.com/project-live-a1',
    iat: times.iat,
    nbf: times.iat,
    exp: times.iat + 300,
    sub: 'user-live-ada',
    'https://stytch.com/session': {
      id: 'session-live-1',
      started_at: '2026-01-02T03:00:00Z',
      last_accessed_at: '2026-01-02T03:00:00Z',
      expires_at: '2026-01-09T03:00:00Z',
      attributes: {},
      authentication_factors: [],
    },
  },
}

/** Access token, signed with the tenant's secret. https://fusionauth.io/docs/lifecycle/authenticate-users/oauth/tokens */
export const fusionauth: VendorToken = {
  config: { preset: 'fusionauth', issuer: 'acme.com', audience: 'c5f0-web', secret: SECRET },
  keys: undefined,
  claims: {
    ...times,
    aud: 'c5f0-web',
    iss: 'acme.com',
    sub: 'fa-3',
    jti: '4c1b',
    authenticationType: 'PASSWORD',
    applicationId: 'c5f0-web',
    roles: ['buyer'],
    tid: 't-1',
    email: 'ada@example.com',
    email_verified: true,
    preferred_username: 'ada',
  },
}

/** Access token of a session. https://supertokens.com/docs/post-authentication/session-management */
export const supertokens: VendorToken = {
  config: { preset: 'supertokens', issuer: 'https://api.acme.example/auth' },
  keys: 'https://api.acme.example/auth/jwt/jwks.json',
  claims: {
    ...times,
    sub: 'st-1',
    tId: 'public',
    rsub: 'st-1',
    sessionHandle: '5b0e3ac1-77b5-4e5c-8a3e-1a2b3c4d5e6f',
    refreshTokenHash1: '99cd',
    parentRefreshTokenHash1: null,
    antiCsrfToken: null,
    iss: 'https://api.acme.example/auth',
    'st-ev': { v: true, t: 1_767_322_800_000 },
    email: 'ada@example.com',
  },
}

/** What a tokenizer template makes of a session. https://www.ory.com/docs/identities/session-to-jwt-cors */
export const kratos: VendorToken = {
  config: { preset: 'kratos', issuer: 'https://acme.projects.oryapis.com', jwks_url: 'https://acme.example/kratos.json' },
  keys: 'https://acme.example/kratos.json',
  claims: {
    ...times,
    nbf: times.iat,
    iss: 'https://acme.projects.oryapis.com',
    jti: '7a8b',
    sid: 'b1c2d3e4-0000-4000-8000-000000000000',
    sub: '880a52d9',
    email: 'ada@example.com',
  },
}

/** Of the jwt plug-in: the user, and whose it is. https://www.better-auth.com/docs/plugins/jwt */
export const betterAuth: VendorToken = {
  config: { preset: 'better-auth', issuer: 'https://shop.acme.example' },
  keys: 'https://shop.acme.example/api/auth/jwks',
  claims: {
    ...times,
    id: 'ba1',
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    emailVerified: true,
    image: 'https://acme.example/ada.png',
    createdAt: '2025-04-01T08:00:00.000Z',
    sub: 'ba1',
    iss: 'https://shop.acme.example',
    aud: 'https://shop.acme.example',
  },
}

/** Session token, `DS`. The refresh token differs in `drn` and its end alone. https://docs.descope.com */
export const descope: VendorToken = {
  config: { preset: 'descope', issuer: 'P2acme' },
  keys: 'https://api.descope.com/P2acme/.well-known/jwks.json',
  claims: {
    amr: ['email'],
    drn: 'DS',
    ...times,
    iss: 'P2acme',
    rexp: '2026-01-30T03:00:00Z',
    sub: 'U2ada',
  },
}

/** Session cookie of Firebase. https://firebase.google.com/docs/auth/admin/manage-cookies */
export const firebaseCookie: VendorToken = {
  config: {
    preset: 'firebase',
    issuer: ['https://securetoken.google.com/acme-prod', 'https://session.firebase.google.com/acme-prod'],
    audience: 'acme-prod',
  },
  keys: 'https://identitytoolkit.googleapis.com/v1/sessionCookiePublicKeys',
  claims: {
    iss: 'https://session.firebase.google.com/acme-prod',
    aud: 'acme-prod',
    auth_time: 1_767_300_000,
    user_id: 'fB9x',
    sub: 'fB9x',
    ...times,
    email: 'ada@example.com',
    email_verified: true,
    firebase: {
      identities: { 'google.com': ['1082'], 'apple.com': ['001.ab'], email: ['ada@example.com'] },
      sign_in_provider: 'google.com',
    },
  },
}

/** What the session cookie of Auth.js holds. https://authjs.dev/reference/core/jwt */
export const authjs: VendorToken = {
  config: { preset: 'authjs', secret: SECRET },
  keys: undefined,
  claims: {
    ...times,
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    picture: 'https://acme.example/ada.png',
    sub: 'aj-1',
    jti: 'b5d1c9a4',
  },
}
