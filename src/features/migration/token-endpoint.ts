import { isRefusal } from '../../core/hooks/call.ts'
import { decodeJson } from '../../crypto/json.ts'
import type { OutboundOutcome, OutboundRequest } from '../../platform/safe-fetch.ts'
import type { JwtConfig } from './config.ts'
import type { RefreshWire } from './preset.ts'

/** What a vendor makes of a refresh token. */
export type VendorAnswer =
  /** New tokens, the one that says most of the user first. */
  | { kind: 'tokens'; tokens: readonly string[] }
  /** It says that the token is not good. */
  | { kind: 'refused' }
  /** It says something else, or nothing: nobody can tell. `isOdd`: it objects to what it was asked, which is whoever asks. */
  | { kind: 'doubt'; cause: string; isOdd: boolean }

export interface TokenClient {
  readonly url: string
  readonly wire: RefreshWire
  readonly refresh: NonNullable<JwtConfig['refresh']>
  readonly clientSecret: string | undefined
  /** The preset's way to show a secret, unless the configuration says otherwise. */
  readonly authentication: 'post' | 'basic'
}

type Json = Readonly<Record<string, unknown>>

interface Wire {
  request(client: TokenClient, token: string): Pick<OutboundRequest, 'url' | 'headers' | 'body'>
  tokens(json: Json): readonly unknown[]
  /** Whether an error is about the token, and not about the client, its key, the moment or the vendor itself. */
  refuses(json: Json): boolean
}

const form = (members: Record<string, string | undefined>): string =>
  new URLSearchParams(Object.entries(members).filter((one): one is [string, string] => one[1] !== undefined)).toString()

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

/** RFC 6749 §2.3.1. */
const basic = (id: string, secret: string) =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64')}`

const WIRES: Readonly<Record<RefreshWire, Wire>> = {
  /** RFC 6749 §6, §5.2. Auth0, Okta, Keycloak, FusionAuth, Cognito's own domain, any OpenID provider. */
  oauth: {
    request({ url, refresh: { client_id }, clientSecret, authentication }, token) {
      const isBasic = clientSecret !== undefined && authentication === 'basic'
      const own = { client_id, client_secret: isBasic ? undefined : clientSecret }
      return {
        url,
        headers: { ...FORM, ...(isBasic && { authorization: basic(client_id ?? '', clientSecret) }) },
        body: form({ grant_type: 'refresh_token', refresh_token: token, ...(isBasic ? {} : own) }),
      }
    },
    tokens: ({ id_token, access_token }) => [id_token, access_token],
    refuses: ({ error }) => error === 'invalid_grant',
  },
  /** https://firebase.google.com/docs/reference/rest/auth#section-refresh-token */
  firebase: {
    request: ({ url, refresh: { api_key = '' } }, token) => ({
      url: `${url}?key=${encodeURIComponent(api_key)}`,
      headers: FORM,
      body: form({ grant_type: 'refresh_token', refresh_token: token }),
    }),
    tokens: ({ id_token }) => [id_token],
    refuses: ({ error }) =>
      ['TOKEN_EXPIRED', 'USER_DISABLED', 'USER_NOT_FOUND', 'INVALID_REFRESH_TOKEN'].includes(
        textOf((error as Json | undefined)?.message).split(' ')[0] ?? '',
      ),
  },
  /** https://supabase.com/docs/guides/auth/debugging/error-codes; older servers write `invalid_grant`. */
  supabase: {
    request: ({ url, refresh: { api_key = '' } }, token) => ({
      url,
      headers: { 'content-type': 'application/json', apikey: api_key },
      body: JSON.stringify({ refresh_token: token }),
    }),
    tokens: ({ access_token }) => [access_token],
    refuses: ({ error, error_code, code }) =>
      error === 'invalid_grant' || SUPABASE_REFUSALS.includes(textOf(error_code ?? code)),
  },
  /**
   * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html. InitiateAuth refuses the clients
   * whose tokens rotate.
   */
  cognito: {
    request: ({ url, refresh: { client_id }, clientSecret }, token) => ({
      url,
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'AWSCognitoIdentityProviderService.GetTokensFromRefreshToken',
      },
      body: JSON.stringify({ RefreshToken: token, ClientId: client_id, ClientSecret: clientSecret }),
    }),
    tokens({ AuthenticationResult }) {
      const { IdToken, AccessToken } = (AuthenticationResult ?? {}) as Json
      return [IdToken, AccessToken]
    },
    refuses({ __type, message }) {
      const type = textOf(__type).replace(/^.*#/, '')
      // The same exception speaks of the client, too.
      const isOfUser = /refresh token|user is disabled/i.test(textOf(message))
      return COGNITO_REFUSALS.includes(type) || (type === 'NotAuthorizedException' && isOfUser)
    },
  },
}

/** A token that was used before says so of itself. */
const COGNITO_REFUSALS = ['UserNotFoundException', 'RefreshTokenReuseException']

const SUPABASE_REFUSALS = [
  'refresh_token_not_found',
  'refresh_token_already_used',
  'session_not_found',
  'session_expired',
  'user_not_found',
  'user_banned',
]

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const TIMEOUT_MS = 10_000
const MAX_ANSWER_BYTES = 64 * 1024
const MAX_TOKEN_CHARS = 16_384

/** How a vendor is asked for new tokens. */
export const requestOf = (client: TokenClient, token: string): OutboundRequest => {
  const { url, headers, body = '' } = WIRES[client.wire].request(client, token)
  const length = { 'content-length': String(Buffer.byteLength(body)) }
  return {
    method: 'POST',
    url,
    headers: { accept: 'application/json', ...headers, ...length },
    body,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
  }
}

/** Read what a vendor answers. Only its own word about this very token refuses it. */
export function readVendorAnswer(wire: RefreshWire, answer: OutboundOutcome): VendorAnswer {
  if (answer.kind === 'failed') return doubt(answer.reason)
  const said = decodeJson(answer.body)
  const json = typeof said === 'object' && said !== null && !Array.isArray(said) ? (said as Json) : {}
  if (answer.status === 200) {
    const tokens = WIRES[wire].tokens(json).filter(isToken)
    return tokens.length > 0 ? { kind: 'tokens', tokens } : doubt('answered 200 without tokens')
  }
  if (isRefusal(answer.status) && WIRES[wire].refuses(json)) return { kind: 'refused' }
  // Of 401 our own client is to blame.
  return doubt(`answered ${answer.status}`, isRefusal(answer.status) && answer.status !== 401)
}

const doubt = (cause: string, isOdd = false): VendorAnswer => ({ kind: 'doubt', cause, isOdd })

const isToken = (token: unknown): token is string =>
  typeof token === 'string' && token !== '' && token.length <= MAX_TOKEN_CHARS
