import * as oauth from 'oauth4webapi'
import { hmacSha256 } from '../../crypto/hash.ts'
import { decodeJson } from '../../crypto/json.ts'
import { decodeJwt } from '../../crypto/jwt.ts'
import { unixSeconds } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import { carrier, conform, Unreachable } from './carry.ts'
import { authenticationOf, clientOf, type OAuthClient, serverOf } from './client.ts'
import { verifySignature } from './keys.ts'
import type { ApiCall, Documents, FederatedAccount, Json } from './provider.ts'

/** What an answer is checked with: of one attempt each. */
export interface Binding {
  readonly verifier: string
  readonly nonce: string
  /** The redirect URI that the provider was given. */
  readonly callbackUrl: string
}

export type Exchanged =
  /** `idToken`: its claims, where the provider has one. */
  | { kind: 'account'; account: FederatedAccount; idToken: Json | undefined }
  /** `cause`: for the log, without anything of the user's. `isDown`: nobody answered, which says nothing of the login. */
  | { kind: 'failed'; cause: string; isDown: boolean }

const failed = (cause: string): Exchanged => ({ kind: 'failed', cause, isDown: false })

/** Exchange a code for the account that it stands for. `answer`: what `oauth4webapi` has validated. */
export async function exchange(
  deps: Deps,
  client: OAuthClient,
  answer: URLSearchParams,
  binding: Binding,
  form: Json | undefined,
): Promise<Exchanged> {
  try {
    return await run(deps, client, answer, binding, form)
  } catch (thrown) {
    if (thrown instanceof Unreachable) {
      // Whoever has a profile without end at the provider must not close the way for everybody.
      return { kind: 'failed', cause: `cannot be reached: ${thrown.message}`, isDown: thrown.message !== 'too_large' }
    }
    if (thrown instanceof Refused) return failed(thrown.message)
    if (thrown instanceof oauth.ResponseBodyError) return failed(`token endpoint: ${thrown.error}`)
    if (thrown instanceof oauth.OperationProcessingError || thrown instanceof oauth.UnsupportedOperationError) {
      return failed(causeOf(thrown))
    }
    if (thrown instanceof oauth.WWWAuthenticateChallengeError) return failed('token endpoint: refuses the client')
    // Of the cryptography, which the library lets through.
    if (thrown instanceof DOMException) return failed('the key of the ID token cannot be used')
    throw thrown
  }
}

/** A check of ours failed. */
class Refused extends Error {}

/** Which check of the library failed: its code, and the claim where it is one. The message itself may repeat what came. */
function causeOf(error: oauth.OperationProcessingError | oauth.UnsupportedOperationError): string {
  const { claim } = (typeof error.cause === 'object' && error.cause !== null ? error.cause : {}) as { claim?: unknown }
  const code = error.code ?? 'unsupported'
  return typeof claim === 'string' ? `${code}: ${claim}` : code
}

async function run(
  deps: Deps,
  client: OAuthClient,
  answer: URLSearchParams,
  { verifier, nonce, callbackUrl }: Binding,
  form: Json | undefined,
): Promise<Exchanged> {
  const { provider, options } = client
  const insecure = { [oauth.allowInsecureRequests]: deps.config.allowPrivateHooks }
  const asClient = clientOf(deps, client)
  const response = await conform(
    await oauth.authorizationCodeGrantRequest(
      serverOf(client),
      asClient,
      authenticationOf(deps, client),
      answer,
      callbackUrl,
      provider.sendsPkce ? verifier : oauth.nopkce,
      { ...insecure, [oauth.customFetch]: carrier(deps) },
    ),
  )
  const unverified = provider.hasIdToken ? await readUnverified(response) : undefined
  const issuer = unverified && provider.issuerOf(unverified, options)
  if (unverified && issuer === undefined) return failed('the ID token names no issuer of this provider')
  const server = serverOf(client, issuer)
  const tokens = await oauth.processAuthorizationCodeResponse(server, asClient, response, {
    ...(provider.hasIdToken && { requireIdToken: true, expectedNonce: expectedNonce(unverified, nonce) }),
  })
  const idToken = provider.hasIdToken ? (oauth.getValidatedIdTokenClaims(tokens) as Json | undefined) : undefined
  if (idToken) {
    const keys = await verifySignature(deps, server, response, insecure)
    judge(deps, idToken, keys, String(tokens.id_token))
  }
  const api = await askApis(deps, client, idToken, tokens.access_token)
  const account = provider.accountOf({ idToken, api, form }, options)
  return 'problem' in account ? failed(account.problem) : { kind: 'account', account, idToken }
}

const MAX_ID_TOKEN_CHARS = 16_384

/** The claims of the ID token, if there is one: to see whose keys to verify it with. */
async function readUnverified(response: Response): Promise<Json | undefined> {
  const said = decodeJson(Buffer.from(await response.clone().arrayBuffer()))
  const { id_token: token } = (typeof said === 'object' && said !== null ? said : {}) as { id_token?: unknown }
  if (typeof token !== 'string') return undefined
  const claims = token.length <= MAX_ID_TOKEN_CHARS ? decodeJwt(token)?.claims : undefined
  if (!claims) throw new Refused('the ID token cannot be read')
  return claims
}

/** Old devices of Apple send none, and say so; a wrong one is refused all the same. */
const expectedNonce = (claims: Json | undefined, nonce: string) =>
  claims?.nonce_supported === false && claims.nonce === undefined ? oauth.expectNoNonce : nonce

const LEEWAY_SECONDS = 60
const MAX_LIFETIME_SECONDS = 86_400

/** What the library leaves to us: a token from the future, one that lives for ever, and a key that is kept for another issuer. */
function judge(deps: Deps, claims: Json, keys: readonly object[], token: string): void {
  const { iat, exp, iss } = claims as { iat: number; exp: number; iss: string }
  if (iat > unixSeconds(deps.now()) + LEEWAY_SECONDS) throw new Refused('the ID token is from the future')
  if (exp - iat > MAX_LIFETIME_SECONDS) throw new Refused('the ID token lives too long')
  const kid = decodeJwt(token)?.header.kid
  const key = keys.find((one) => (one as Json).kid === kid) as Json | undefined
  const keptFor = key?.issuer
  if (typeof keptFor === 'string' && keptFor.replace('{tenantid}', String(claims.tid)) !== iss) {
    throw new Refused('the ID token is signed with a key of another issuer')
  }
}

type Answers = Documents['api']

async function askApis(
  deps: Deps,
  client: OAuthClient,
  idToken: Json | undefined,
  accessToken: string,
): Promise<Answers> {
  const answers: Record<string, Answers[string]> = {}
  for (const [name, call] of Object.entries(client.provider.calls(idToken, client.server, client.options))) {
    answers[name] = await askApi(deps, client, name, call, accessToken)
  }
  return answers
}

/** Client errors that speak of the moment: RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4. Who is made a user without their address stays without. */
const PASSING = [408, 425, 429]

/** GitHub says "too many" with 403, too. */
function isRefusal({ status, headers }: Response): boolean {
  const isPassing =
    PASSING.includes(status) || headers.get('retry-after') || headers.get('x-ratelimit-remaining') === '0'
  return status >= 400 && status <= 499 && !isPassing
}

/** RFC 6749, appendix A.12. Anything else cannot be sent. */
const ACCESS_TOKEN = /^[\x20-\x7e]+$/

async function askApi(deps: Deps, { secrets }: OAuthClient, name: string, call: ApiCall, accessToken: string) {
  if (!ACCESS_TOKEN.test(accessToken)) throw new Refused('the access token is none')
  const url = new URL(call.url)
  if (call.signed) url.searchParams.set('appsecret_proof', proofOf(secrets.client_secret ?? '', accessToken))
  const headers = { accept: 'application/json', ...call.headers, authorization: `Bearer ${accessToken}` }
  const response = await carrier(deps)(url.href, { method: 'GET', headers })
  if (call.optional && isRefusal(response)) return undefined
  const said = decodeJson(Buffer.from(await response.arrayBuffer()))
  if (response.status !== 200 || typeof said !== 'object' || said === null) {
    throw new Refused(`${name}: answered ${response.status} without usable JSON`)
  }
  return said as Json | readonly Json[]
}

/** So that a token stolen from a client is of no use to others. https://developers.facebook.com/docs/graph-api/securing-requests */
const proofOf = (secret: string, accessToken: string): string =>
  hmacSha256(Buffer.from(secret), accessToken).toString('hex')
