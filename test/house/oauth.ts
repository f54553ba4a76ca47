import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync } from 'node:crypto'
import { exportJWK, type JWTHeaderParameters, generateKeyPair as newKeyPair, SignJWT } from 'jose'
import type { OutboundOutcome, OutboundRequest } from '../../src/platform/safe-fetch.ts'
import { type Answer, application, pkce, type TestApp } from '../builders.ts'
import type { World } from '../world.ts'

export const CONFIG = '/config/login/oauth'
export const REDIRECT_URI = 'https://www.shop.example/cb'
export const CLIENT_ID = 'client-1'
export const CLIENT_SECRET = 'secret-1'
/** An OpenID provider of the operator's own. */
export const OWN_ISSUER = 'https://id.acme.example/realm'
export const OKTA_ISSUER = 'https://acme.okta.com/oauth2/default'
export const TENANT = '11111111-2222-3333-4444-555555555555'

interface Endpoints {
  readonly issuer: string
  readonly authorize: string
  readonly token: string
  readonly keys?: string
  readonly userinfo?: string
}

const discovered = (issuer: string): Endpoints => ({
  issuer,
  authorize: `${issuer}/v1/authorize`,
  token: `${issuer}/v1/token`,
  keys: `${issuer}/v1/keys`,
  userinfo: `${issuer}/v1/userinfo`,
})

/** As the providers document them. */
export const ENDPOINTS: Readonly<Record<string, Endpoints>> = {
  google: {
    issuer: 'https://accounts.google.com',
    authorize: 'https://accounts.google.com/o/oauth2/v2/auth',
    token: 'https://oauth2.googleapis.com/token',
    keys: 'https://www.googleapis.com/oauth2/v3/certs',
  },
  apple: {
    issuer: 'https://appleid.apple.com',
    authorize: 'https://appleid.apple.com/auth/authorize',
    token: 'https://appleid.apple.com/auth/token',
    keys: 'https://appleid.apple.com/auth/keys',
  },
  microsoft: {
    issuer: `https://login.microsoftonline.com/${TENANT}/v2.0`,
    authorize: 'https://login.microsoftonline.com/common/oauth2/v2.0/authorize',
    token: 'https://login.microsoftonline.com/common/oauth2/v2.0/token',
    keys: 'https://login.microsoftonline.com/common/discovery/v2.0/keys',
  },
  github: {
    issuer: '',
    authorize: 'https://github.com/login/oauth/authorize',
    token: 'https://github.com/login/oauth/access_token',
  },
  facebook: {
    issuer: '',
    authorize: 'https://www.facebook.com/v23.0/dialog/oauth',
    token: 'https://graph.facebook.com/v23.0/oauth/access_token',
  },
  okta: discovered(OKTA_ISSUER),
  acme: discovered(OWN_ISSUER),
}

export const PROVIDER_NAMES = Object.keys(ENDPOINTS)

export const EC_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const APPLE_KEY = EC_KEY.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

const MEMBERS: Readonly<Record<string, object>> = {
  apple: { client_secret: undefined, apple: { team_id: 'TEAM123456', key_id: 'KEY1234567', p8_key: APPLE_KEY } },
  okta: { okta: { issuer_url: OKTA_ISSUER } },
  acme: { oidc: { issuer_url: OWN_ISSUER } },
}

/** A configuration of a provider, as a customer would send it. */
export const configOf = (provider: string, change: object = {}) => ({
  client_id: CLIENT_ID,
  client_secret: CLIENT_SECRET,
  options: { use_email_as_identifier: true },
  ...MEMBERS[provider],
  ...change,
})

/** An application that logs in by a provider. */
export async function withProvider(w: World, provider: string, change: object = {}, uris = [REDIRECT_URI]) {
  const app = await application(w, { redirectUris: uris })
  const played = await play(w, provider)
  const answer = await app.manage(`${CONFIG}/${provider}`, { body: configOf(provider, change) })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return { app, played }
}

const FOREVER = 3_600

type Claims = Record<string, unknown>

/** A provider as it is played in a test: all that it says can be changed. */
export interface Played {
  readonly name: string
  /** Claims of the next ID tokens, over those of Ana; undefined leaves one out. */
  claims: Claims
  header: Partial<JWTHeaderParameters>
  /** What the token endpoint answers in the place of tokens. */
  token: OutboundOutcome | undefined
  /** Members of the token endpoint's answer, over the ordinary ones. */
  tokens: Record<string, unknown>
  userinfo: Claims | undefined
  github: { user: Claims; emails: unknown; emailsStatus: number }
  me: Claims
  discovery: Claims
  /** The keys at its address in the place of its own. */
  published: unknown
  /** Take another key from now on. */
  rotate(): Promise<void>
  signWith(key: CryptoKey | Uint8Array): void
  /** The page of the provider: what it sends back with the browser. */
  consent(authorizationUrl: string): Record<string, string>
  answer(request: OutboundRequest): Promise<OutboundOutcome> | undefined
  /** Calls of one kind, by the path's end. */
  calls(end: string): number
}

export const answered = (status: number, body: unknown, type = 'application/json'): OutboundOutcome => ({
  kind: 'answered',
  status,
  headers: { 'content-type': type },
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})

/** One for all, for a world remembers the keys of a provider. */
const FIRST_KEY = await newKeyPair('RS256')
let codes = 0

/** Play a provider on the world's network from now on. */
export async function play(w: World, name: string): Promise<Played> {
  const at = ENDPOINTS[name] as Endpoints
  const grants = new Map<string, { nonce: string | null; challenge: string | null; redirectUri: string | null }>()
  let pair = FIRST_KEY
  let kid = 'k1'
  const asked: string[] = []
  let signer: CryptoKey | Uint8Array | undefined
  const publicKeys = async () => ({ keys: [{ ...(await exportJWK(pair.publicKey)), kid, alg: 'RS256', use: 'sig' }] })
  const seconds = () => Math.floor(w.deps.now() / 1000)

  const played: Played = {
    name,
    claims: {},
    header: {},
    token: undefined,
    tokens: {},
    userinfo: undefined,
    github: {
      user: { id: 108, login: 'ana', email: 'public@example.com' },
      emails: [{ email: 'ana@example.com', primary: true, verified: true }],
      emailsStatus: 200,
    },
    me: { id: '108', name: 'Ana', email: 'ana@example.com' },
    discovery: {},
    published: undefined,
    async rotate() {
      pair = await newKeyPair('RS256')
      kid = `k${Number(kid.slice(1)) + 1}`
    },
    signWith(key) {
      signer = key
    },
    consent(authorizationUrl) {
      const url = new URL(authorizationUrl)
      assert.equal(url.origin + url.pathname, at.authorize)
      const asked = url.searchParams
      assert.equal(asked.get('response_type'), 'code')
      assert.equal(asked.get('client_id'), CLIENT_ID)
      const code = `code/${++codes}+x`
      grants.set(code, {
        nonce: asked.get('nonce'),
        challenge: asked.get('code_challenge'),
        redirectUri: asked.get('redirect_uri'),
      })
      return { code, state: asked.get('state') ?? '' }
    },
    answer(request) {
      return request.url.startsWith('https://') ? reply(request) : undefined
    },
    calls: (end) => asked.filter((path) => path.endsWith(end)).length,
  }

  async function reply(request: OutboundRequest): Promise<OutboundOutcome> {
    const { url } = request
    asked.push(new URL(url).pathname)
    if (url === at.token) return played.token ?? (await tokens(request))
    if (url === at.keys) return answered(200, played.published ?? (await publicKeys()))
    if (url === at.userinfo) return played.userinfo ? answered(200, played.userinfo) : answered(403, {})
    if (url === `${at.issuer}/.well-known/openid-configuration`)
      return answered(200, { ...metadata(), ...played.discovery })
    if (url === 'https://api.github.com/user') return answered(200, played.github.user)
    if (url.startsWith('https://api.github.com/user/emails'))
      return answered(played.github.emailsStatus, played.github.emails)
    if (url.startsWith('https://graph.facebook.com/v23.0/me?')) return answered(200, played.me)
    return answered(404, {})
  }

  const metadata = () => ({
    issuer: at.issuer,
    authorization_endpoint: at.authorize,
    token_endpoint: at.token,
    jwks_uri: at.keys,
    userinfo_endpoint: at.userinfo,
    response_types_supported: ['code'],
    token_endpoint_auth_methods_supported: ['client_secret_post'],
  })

  /** RFC 6749 §4.1.3, with RFC 7636 §4.6: a code is good once, for its client, its redirect URI and its verifier. */
  async function tokens({ body = '' }: OutboundRequest): Promise<OutboundOutcome> {
    const form = new URLSearchParams(body)
    const grant = grants.get(form.get('code') ?? '')
    grants.delete(form.get('code') ?? '')
    if (!grant || form.get('redirect_uri') !== grant.redirectUri) return answered(400, { error: 'invalid_grant' })
    if (form.get('client_id') !== CLIENT_ID) return answered(401, { error: 'invalid_client' })
    if (name !== 'apple' && form.get('client_secret') !== CLIENT_SECRET)
      return answered(401, { error: 'invalid_client' })
    const verifier = form.get('code_verifier') ?? ''
    if (grant.challenge && createHash('sha256').update(verifier).digest('base64url') !== grant.challenge)
      return answered(400, { error: 'invalid_grant' })
    const idToken = at.keys ? { id_token: await sign(grant.nonce) } : {}
    return answered(200, { access_token: 'at', token_type: 'Bearer', expires_in: 60, ...idToken, ...played.tokens })
  }

  async function sign(nonce: string | null): Promise<string> {
    const iat = seconds()
    const claims: Claims = {
      iss: at.issuer,
      aud: CLIENT_ID,
      sub: '108',
      iat,
      exp: iat + FOREVER,
      nonce: nonce ?? undefined,
      email: 'ana@example.com',
      email_verified: true,
      ...(name === 'microsoft' && { tid: TENANT, oid: 'oid-1', ver: '2.0', email_verified: undefined, xms_edov: true }),
      ...played.claims,
    }
    const header = { alg: 'RS256', kid, ...played.header }
    return await new SignJWT(claims).setProtectedHeader(header).sign(signer ?? pair.privateKey)
  }

  w.fakeNetwork((request) => played.answer(request))
  return played
}

export interface Begun {
  readonly url: string
  readonly verifier: string
}

export const authorize = (app: TestApp, provider: string, body: object = {}) =>
  app.call(`/v1/session/login/oauth/${provider}/authorize`, {
    body: { redirect_uri: REDIRECT_URI, code_challenge: pkce().challenge, code_challenge_method: 'S256', ...body },
  })

export async function begin(app: TestApp, provider: string, body: object = {}): Promise<Begun> {
  const { verifier, challenge } = pkce()
  const answer = await authorize(app, provider, { code_challenge: challenge, ...body })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return { url: answer.body.authorization_url, verifier }
}

/** The browser, sent back by the provider: Apple has it post a form. */
export function comeBack(app: TestApp, provider: string, parameters: Record<string, string>): Promise<Answer> {
  const path = `/v1/session/login/oauth/${provider}/callback`
  const sent = new URLSearchParams(parameters).toString()
  if (provider !== 'apple') return app.call(`${path}?${sent}`)
  const headers = { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://appleid.apple.com' }
  return app.call(path, { method: 'POST', headers, body: sent })
}

/** What the app gets with the browser. */
export function returned(answer: Answer, target = REDIRECT_URI): Record<string, string> {
  assert.equal(answer.status, 303, JSON.stringify(answer.body))
  const location = answer.headers.get('location') ?? ''
  assert.ok(location.startsWith(target), location)
  assert.equal(answer.headers.get('cache-control'), 'no-store')
  assert.equal(answer.headers.get('referrer-policy'), 'no-referrer')
  return Object.fromEntries(new URL(location).searchParams)
}

/** Through the provider's page and back. */
export async function through(app: TestApp, played: Played, body: object = {}, more: Record<string, string> = {}) {
  const begun = await begin(app, played.name, body)
  const answer = await comeBack(app, played.name, { ...played.consent(begun.url), ...more })
  return { ...begun, answer, gone: returned(answer) }
}
