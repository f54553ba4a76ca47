/** A token as a legacy system writes it: its claims, and the configuration that reads it. */
export interface LegacyToken {
  readonly preset: 'auth0' | 'clerk' | 'firebase' | 'supabase' | 'cognito' | 'custom'
  /** As the legacy system signs by default. */
  readonly alg: 'RS256' | 'ES256' | 'EdDSA'
  readonly issuer: string
  readonly audience?: string | readonly string[]
  /** Where its keys are published. */
  readonly jwks: string
  readonly claims: Readonly<Record<string, unknown>>
}

/** Unix seconds; within the hour after the clock of a test world begins. */
const times = { iat: 1_767_322_800, exp: 1_767_326_400 }

/**
 * ID token of Auth0.
 * https://auth0.com/docs/secure/tokens/id-tokens/id-token-structure
 * https://auth0.com/docs/manage-users/user-accounts/user-profiles/user-profile-structure
 */
export const auth0: LegacyToken = {
  preset: 'auth0',
  alg: 'RS256',
  issuer: 'https://acme.eu.auth0.com/',
  audience: 'kQ4mZ1dR7uTn2xVb9sLpWc3YfGhJ8eAo',
  jwks: 'https://acme.eu.auth0.com/.well-known/jwks.json',
  claims: {
    given_name: 'Ada',
    family_name: 'Lovelace',
    nickname: 'ada',
    name: 'Ada Lovelace',
    picture: 'https://s.gravatar.com/avatar/9e26471d35a78862c17e467d87cddedf?s=480&r=pg&d=mm',
    updated_at: '2026-01-02T02:58:11.402Z',
    email: 'ada@example.com',
    email_verified: true,
    iss: 'https://acme.eu.auth0.com/',
    aud: 'kQ4mZ1dR7uTn2xVb9sLpWc3YfGhJ8eAo',
    ...times,
    sub: 'auth0|6584f2b1c0a3d9e87f6b5a41',
    sid: 'Uq1r7cKoZ5s4TnLkVb2hYd8mXw0aEJfG',
    nonce: 'bWVtb3J5IGlzIGEgbm9uY2U=',
  },
}

/**
 * Access token of Auth0 for an API, with claims that an Action added under a name of the customer's own.
 * https://auth0.com/docs/secure/tokens/json-web-tokens/create-custom-claims
 */
export const auth0AccessToken: LegacyToken = {
  ...auth0,
  // The API, and the client that was given the token.
  audience: ['https://api.example.com/', 'kQ4mZ1dR7uTn2xVb9sLpWc3YfGhJ8eAo'],
  claims: {
    'https://example.com/email': 'ada@example.com',
    'https://example.com/email_verified': true,
    'https://example.com/profile': { first: 'Ada' },
    iss: 'https://acme.eu.auth0.com/',
    sub: 'auth0|6584f2b1c0a3d9e87f6b5a41',
    aud: ['https://api.example.com/', 'https://acme.eu.auth0.com/userinfo'],
    ...times,
    azp: 'kQ4mZ1dR7uTn2xVb9sLpWc3YfGhJ8eAo',
    scope: 'openid profile email',
  },
}

/**
 * Session token of Clerk, version 2; `email` and `email_verified` are what a customer added to the session claims.
 * https://clerk.com/docs/guides/sessions/session-tokens
 * https://clerk.com/docs/guides/sessions/customize-session-tokens
 */
export const clerk: LegacyToken = {
  preset: 'clerk',
  alg: 'RS256',
  issuer: 'https://clerk.example.com',
  jwks: 'https://clerk.example.com/.well-known/jwks.json',
  claims: {
    azp: 'https://example.com',
    email: 'ada@example.com',
    email_verified: true,
    ...times,
    fva: [7, -1],
    iss: 'https://clerk.example.com',
    jti: '1b7d3a9f20c6e8452d41',
    nbf: 1_767_322_790,
    pla: 'u:free',
    sid: 'sess_2rTkQm8vXcLdYb5nWfZ1pHs0aGj',
    sts: 'active',
    sub: 'user_2qWbNc7vLkRtYx4mDfGh9sPz1aE',
    v: 2,
  },
}

/**
 * ID token of Firebase Authentication, signed in with an e-mail link and a phone number.
 * https://firebase.google.com/docs/auth/admin/verify-id-tokens
 * https://firebase.google.com/docs/reference/admin/node/firebase-admin.auth.decodedidtoken
 */
export const firebase: LegacyToken = {
  preset: 'firebase',
  alg: 'RS256',
  issuer: 'https://securetoken.google.com/acme-prod',
  audience: 'acme-prod',
  jwks: 'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
  claims: {
    name: 'Ada Lovelace',
    picture: 'https://lh3.googleusercontent.com/a/ACg8ocJ',
    iss: 'https://securetoken.google.com/acme-prod',
    aud: 'acme-prod',
    auth_time: 1_767_300_000,
    user_id: 'pJ4xTqV9bnYc2LmRk7sWzE1dHgA3',
    sub: 'pJ4xTqV9bnYc2LmRk7sWzE1dHgA3',
    ...times,
    email: 'ada@example.com',
    email_verified: true,
    phone_number: '+447911123456',
    firebase: {
      identities: {
        'google.com': ['108234987234987234987'],
        phone: ['+447911123456'],
        email: ['ada@example.com'],
      },
      sign_in_provider: 'google.com',
    },
  },
}

/**
 * Access token of Supabase Auth. Phone numbers come without the plus sign, and an absent one as an empty text; users write
 * `user_metadata` themselves, `email_verified` in it included.
 * https://supabase.com/docs/guides/auth/jwt-fields
 * https://supabase.com/docs/guides/auth/signing-keys
 */
export const supabase: LegacyToken = {
  preset: 'supabase',
  alg: 'ES256',
  issuer: 'https://qwkzmvtbxnrplhydgscj.supabase.co/auth/v1',
  audience: 'authenticated',
  jwks: 'https://qwkzmvtbxnrplhydgscj.supabase.co/auth/v1/.well-known/jwks.json',
  claims: {
    aal: 'aal1',
    amr: [{ method: 'password', timestamp: 1_767_322_800 }],
    app_metadata: { provider: 'email', providers: ['email', 'phone'] },
    aud: 'authenticated',
    email: 'ada@example.com',
    ...times,
    iss: 'https://qwkzmvtbxnrplhydgscj.supabase.co/auth/v1',
    phone: '447911123456',
    role: 'authenticated',
    session_id: '0f5c6d1e-7a52-4f8b-9f0e-6f1b2a3c4d5e',
    sub: '4b0f6f0e-2d61-4f57-8d1a-5a2f8f1c9e77',
    user_metadata: {
      avatar_url: 'https://example.com/ada.png',
      email: 'ada@example.com',
      email_verified: true,
      full_name: 'Ada Lovelace',
      phone_verified: false,
      sub: '4b0f6f0e-2d61-4f57-8d1a-5a2f8f1c9e77',
    },
    is_anonymous: false,
  },
}

/**
 * ID token of an Amazon Cognito user pool.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
 */
export const cognito: LegacyToken = {
  preset: 'cognito',
  alg: 'RS256',
  issuer: 'https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_kR8tNv3Qz',
  audience: '7h2k9d4f1m6p3q8r5t0v2x4z6b',
  jwks: 'https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_kR8tNv3Qz/.well-known/jwks.json',
  claims: {
    sub: 'a6c2f3d4-30b1-70e5-9c3a-1f2e3d4c5b6a',
    'cognito:groups': ['editors'],
    email_verified: true,
    iss: 'https://cognito-idp.eu-west-2.amazonaws.com/eu-west-2_kR8tNv3Qz',
    phone_number_verified: true,
    'cognito:username': 'a6c2f3d4-30b1-70e5-9c3a-1f2e3d4c5b6a',
    given_name: 'Ada',
    family_name: 'Lovelace',
    origin_jti: '2f0a3c5e-91d4-4f6b-8e7a-0b1c2d3e4f50',
    aud: '7h2k9d4f1m6p3q8r5t0v2x4z6b',
    event_id: '64f513be-32db-42b0-b78e-b02127b4f463',
    token_use: 'id',
    auth_time: 1_767_322_800,
    phone_number: '+447911123456',
    ...times,
    jti: '9d8c7b6a-5f4e-4d3c-8b2a-1f0e9d8c7b6a',
    email: 'ada@example.com',
  },
}

/**
 * ID token of any OpenID provider.
 * https://openid.net/specs/openid-connect-core-1_0.html#StandardClaims
 */
export const custom: LegacyToken = {
  preset: 'custom',
  alg: 'EdDSA',
  issuer: 'https://id.example.com',
  audience: 'web',
  jwks: 'https://id.example.com/keys',
  claims: {
    iss: 'https://id.example.com',
    sub: '248289761001',
    aud: ['web', 'api'],
    azp: 'web',
    ...times,
    auth_time: 1_767_322_800,
    given_name: 'Ada',
    family_name: 'Lovelace',
    name: 'Ada Lovelace',
    picture: 'https://example.com/ada.png',
    locale: 'en-GB',
    email: 'ada@example.com',
    email_verified: true,
    phone_number: '+447911123456',
    phone_number_verified: false,
  },
}
