/** What was said, with which status and body, and what it means: the tokens in the order in which they are tried. */
export type RefreshAnswer = readonly [
  said: string,
  status: number,
  json: unknown,
  expected: 'refused' | 'doubt' | readonly string[],
]

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const form = (members: Record<string, string>) =>
  new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'rt/1+x', ...members }).toString()

/** Token endpoints as vendors document them: how they are asked with the refresh token `rt/1+x`, and what they answer. */
export const VENDORS = {
  /** https://auth0.com/docs/api/authentication#refresh-token */
  Auth0: {
    config: {
      preset: 'auth0',
      issuer: 'https://acme.eu.auth0.com/',
      audience: 'web',
      refresh: { client_id: 'web' },
    },
    clientSecret: 'shh',
    request: {
      url: 'https://acme.eu.auth0.com/oauth/token',
      headers: FORM,
      body: form({ client_id: 'web', client_secret: 'shh' }),
    },
    answers: [
      ['new tokens', 200, { access_token: 'at', id_token: 'it', refresh_token: 'rt2', expires_in: 86_400, token_type: 'Bearer' }, ['it', 'at']],
      ['without the scope openid', 200, { access_token: 'at', expires_in: 86_400, token_type: 'Bearer' }, ['at']],
      ['an unknown token', 403, { error: 'invalid_grant', error_description: 'Unknown or invalid refresh token.' }, 'refused'],
      ['a wrong client', 401, { error: 'access_denied', error_description: 'Unauthorized' }, 'doubt'],
      ['too many', 429, { error: 'too_many_requests' }, 'doubt'],
    ],
  },
  /** https://firebase.google.com/docs/reference/rest/auth#section-refresh-token */
  Firebase: {
    config: {
      preset: 'firebase',
      issuer: 'https://securetoken.google.com/acme-prod',
      audience: 'acme-prod',
      refresh: { api_key: 'AIza-1&x' },
    },
    clientSecret: undefined,
    request: {
      url: 'https://securetoken.googleapis.com/v1/token?key=AIza-1%26x',
      headers: FORM,
      body: form({}),
    },
    answers: [
      ['new tokens', 200, { access_token: 'it', expires_in: '3600', id_token: 'it', refresh_token: 'rt2', user_id: 'fB9x' }, ['it']],
      ['a disabled user', 400, { error: { code: 400, message: 'USER_DISABLED', status: 'INVALID_ARGUMENT' } }, 'refused'],
      ['a token that has been taken back', 400, { error: { code: 400, message: 'TOKEN_EXPIRED' } }, 'refused'],
      ['no such user', 400, { error: { code: 400, message: 'USER_NOT_FOUND' } }, 'refused'],
      ['made up', 400, { error: { code: 400, message: 'INVALID_REFRESH_TOKEN' } }, 'refused'],
      ['a wrong key', 400, { error: { code: 400, message: 'API key not valid. Please pass a valid API key.' } }, 'doubt'],
      ['a key of other pages', 403, { error: { code: 403, message: 'Requests from referer <empty> are blocked.' } }, 'doubt'],
      ['too many', 400, { error: { code: 400, message: 'TOO_MANY_ATTEMPTS_TRY_LATER' } }, 'doubt'],
    ],
  },
  /** https://supabase.com/docs/guides/auth/debugging/error-codes */
  Supabase: {
    config: {
      preset: 'supabase',
      issuer: 'https://ref.supabase.co/auth/v1',
      audience: 'authenticated',
      refresh: { api_key: 'anon' },
    },
    clientSecret: undefined,
    request: {
      url: 'https://ref.supabase.co/auth/v1/token?grant_type=refresh_token',
      headers: { 'content-type': 'application/json', apikey: 'anon' },
      body: '{"refresh_token":"rt/1+x"}',
    },
    answers: [
      ['new tokens', 200, { access_token: 'at', token_type: 'bearer', expires_in: 3600, refresh_token: 'rt2', user: {} }, ['at']],
      ['an unknown token', 400, { code: 400, error_code: 'refresh_token_not_found', msg: 'Invalid Refresh Token' }, 'refused'],
      ['a used token', 400, { code: 'refresh_token_already_used', message: 'Invalid Refresh Token: Already Used' }, 'refused'],
      ['an older server', 400, { error: 'invalid_grant', error_description: 'Invalid Refresh Token' }, 'refused'],
      ['a banned user', 403, { code: 403, error_code: 'user_banned', msg: 'User is banned' }, 'refused'],
      ['a wrong key', 401, { message: 'Invalid API key' }, 'doubt'],
      ['too many', 429, { code: 429, error_code: 'over_request_rate_limit' }, 'doubt'],
    ],
  },
  /** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html */
  Cognito: {
    config: {
      preset: 'cognito',
      issuer: 'https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Shop',
      audience: 'web',
      refresh: { client_id: 'web' },
    },
    clientSecret: 'shh',
    request: {
      url: 'https://cognito-idp.eu-west-1.amazonaws.com/',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.GetTokensFromRefreshToken',
      },
      body: '{"RefreshToken":"rt/1+x","ClientId":"web","ClientSecret":"shh"}',
    },
    answers: [
      ['new tokens', 200, { AuthenticationResult: { AccessToken: 'at', IdToken: 'it', ExpiresIn: 3600, TokenType: 'Bearer', RefreshToken: 'rt2' } }, ['it', 'at']],
      ['a device that it does not know', 200, { AuthenticationResult: null }, 'doubt'],
      ['a bad token', 400, { __type: 'NotAuthorizedException', message: 'Invalid Refresh Token' }, 'refused'],
      ['an old token', 400, { __type: 'NotAuthorizedException', message: 'Refresh Token has expired' }, 'refused'],
      ['a token that was revoked', 400, { __type: 'NotAuthorizedException', message: 'Refresh Token has been revoked' }, 'refused'],
      ['a token that was used before', 400, { __type: 'RefreshTokenReuseException', message: 'Refresh token reuse detected' }, 'refused'],
      ['a disabled user', 400, { __type: 'NotAuthorizedException', message: 'User is disabled.' }, 'refused'],
      ['no such user', 400, { __type: 'com.amazonaws#UserNotFoundException', message: 'User does not exist.' }, 'refused'],
      ['a wrong secret', 400, { __type: 'NotAuthorizedException', message: 'Unable to verify secret hash for client web' }, 'doubt'],
      ['too old a way', 400, { __type: 'UnsupportedOperationException', message: 'Refresh token rotation is enabled' }, 'doubt'],
      ['no such client', 400, { __type: 'ResourceNotFoundException', message: 'User pool client web does not exist.' }, 'doubt'],
      ['too many', 400, { __type: 'TooManyRequestsException', message: 'Rate exceeded' }, 'doubt'],
    ],
  },
  /** https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html */
  'Cognito, at the pool’s own domain': {
    config: {
      preset: 'cognito',
      issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Shop',
      audience: 'web',
      refresh: { client_id: 'web', token_endpoint: 'https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token' },
    },
    clientSecret: 'shh',
    request: {
      url: 'https://shop.auth.eu-west-1.amazoncognito.com/oauth2/token',
      headers: FORM,
      body: form({ client_id: 'web', client_secret: 'shh' }),
    },
    answers: [
      ['new tokens', 200, { access_token: 'at', id_token: 'it', token_type: 'Bearer', expires_in: 3600 }, ['it', 'at']],
      ['a bad token', 400, { error: 'invalid_grant' }, 'refused'],
    ],
  },
  /** https://developer.okta.com/docs/guides/refresh-tokens/ */
  Okta: {
    config: {
      preset: 'okta',
      issuer: 'https://acme.okta.com/oauth2/default',
      audience: ['api://default', '0oa1web'],
      refresh: { client_id: '0oa1web' },
    },
    clientSecret: undefined,
    request: {
      url: 'https://acme.okta.com/oauth2/default/v1/token',
      headers: FORM,
      body: form({ client_id: '0oa1web' }),
    },
    answers: [
      ['new tokens', 200, { access_token: 'at', id_token: 'it', refresh_token: 'rt2', token_type: 'Bearer' }, ['it', 'at']],
      ['a bad token', 400, { error: 'invalid_grant', error_description: 'The refresh token is invalid or expired.' }, 'refused'],
      ['a wrong client', 401, { error: 'invalid_client', error_description: "Invalid value for 'client_id' parameter." }, 'doubt'],
      ['too many', 429, { errorCode: 'E0000047', errorSummary: 'API call exceeded rate limit' }, 'doubt'],
    ],
  },
  /** https://www.keycloak.org/docs/latest/securing_apps/ */
  Keycloak: {
    config: {
      preset: 'keycloak',
      issuer: 'https://id.acme.example/realms/shop',
      audience: 'web',
      refresh: { client_id: 'web' },
    },
    clientSecret: undefined,
    request: {
      url: 'https://id.acme.example/realms/shop/protocol/openid-connect/token',
      headers: FORM,
      body: form({ client_id: 'web' }),
    },
    answers: [
      ['new tokens', 200, { access_token: 'at', expires_in: 300, refresh_token: 'rt2', 'not-before-policy': 0 }, ['at']],
      ['a session that is over', 400, { error: 'invalid_grant', error_description: 'Token is not active' }, 'refused'],
      ['a client without this grant', 400, { error: 'unauthorized_client', error_description: 'Invalid client' }, 'doubt'],
      ['no such realm', 404, { error: 'Realm does not exist' }, 'doubt'],
    ],
  },
  /** RFC 6749 §6, §5.2. */
  'any OpenID provider': {
    config: {
      issuer: 'https://id.acme.example',
      preset: 'custom',
      audience: 'web',
      jwks_url: 'https://id.acme.example/keys',
      refresh: { client_id: 'web', token_endpoint: 'https://id.acme.example/token' },
    },
    clientSecret: undefined,
    request: { url: 'https://id.acme.example/token', headers: FORM, body: form({ client_id: 'web' }) },
    answers: [
      ['new tokens', 200, { access_token: 'at', id_token: 'it' }, ['it', 'at']],
      ['a bad token', 400, { error: 'invalid_grant' }, 'refused'],
      ['a bad request', 400, { error: 'invalid_request' }, 'doubt'],
      ['a scope that is none', 400, { error: 'invalid_scope' }, 'doubt'],
    ],
  },
} as const
