import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, mock } from 'node:test'
import { exportJWK, generateKeyPair } from 'jose'
import { OAuth2Server, type OAuth2Service } from 'oauth2-mock-server'
import type { AdapterPayload, Configuration } from 'oidc-provider'
import type { OutboundOutcome, OutboundRequest } from '../../src/platform/safe-fetch.ts'
import type { World } from '../world.ts'
import { CLIENT_ID, ENDPOINTS } from './oauth.ts'

/** A provider as software of others plays it, over HTTP on 127.0.0.1. */
export interface Foreign {
  readonly service: OAuth2Service
  /** Claims of its tokens, over the server's own. */
  claims: Record<string, unknown>
  /** The page of the provider: what it sends back with the browser. */
  consent(authorizationUrl: string): Promise<Record<string, string>>
}

const pathOf = (url: string) => new URL(url).pathname
const API = ['https://api.github.com/user', 'https://api.github.com/user/emails', 'https://graph.facebook.com/v23.0/me']

async function privateJwk(alg: string, kid: string) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return { ...(await exportJWK(privateKey)), kid, alg, use: 'sig' }
}

const RSA_KEY = await privateJwk('RS256', 'foreign-1')

/** Have `oauth2-mock-server` be a provider of this name from now on: at the paths of its addresses, which alone lead there. `key`: members of its public key. */
export async function startForeign(w: World, name: string, key: object = {}): Promise<Foreign> {
  const at = ENDPOINTS[name]
  assert.ok(at)
  const server = new OAuth2Server(undefined, undefined, {
    endpoints: {
      authorize: pathOf(at.authorize),
      token: pathOf(at.token),
      ...(at.keys && { jwks: pathOf(at.keys) }),
      ...(at.userinfo && { userinfo: pathOf(at.userinfo) }),
      ...(at.userinfo && { wellKnownDocument: pathOf(`${at.issuer}/.well-known/openid-configuration`) }),
    },
  })
  await server.issuer.keys.add({ ...RSA_KEY, ...key })
  await server.start(0, '127.0.0.1')
  after(() => server.stop())
  server.issuer.url = at.issuer
  const base = `http://127.0.0.1:${server.address().port}`
  const known = [at.token, at.keys, at.userinfo, `${at.issuer}/.well-known/openid-configuration`, ...API]
  const isKnown = (url: string) => known.includes(url.split('?')[0])
  w.fakeNetwork((request) => (isKnown(request.url) ? forward(request, base) : undefined))
  const foreign: Foreign = {
    service: server.service,
    claims: {},
    async consent(authorizationUrl) {
      const { origin, pathname, search } = new URL(authorizationUrl)
      assert.equal(origin + pathname, at.authorize)
      const answer = await fetch(base + pathname + search, { redirect: 'manual' })
      assert.equal(answer.status, 302, await answer.text())
      return Object.fromEntries(new URL(answer.headers.get('location') ?? '').searchParams)
    },
  }
  server.service.on('beforeTokenSigning', ({ payload }) => Object.assign(payload, foreign.claims))
  server.service.on('beforeWellKnownOpenIdConfiguration', ({ body }) => {
    const { issuer, authorize: authorization_endpoint, token: token_endpoint } = at
    const more = { jwks_uri: at.keys, userinfo_endpoint: at.userinfo }
    Object.assign(body, { issuer, authorization_endpoint, token_endpoint, ...more })
  })
  return foreign
}

async function forward({ method, url, headers, body }: OutboundRequest, base: string): Promise<OutboundOutcome> {
  const { pathname, search } = new URL(url)
  const request = { method, headers: { ...headers }, redirect: 'manual' as const, ...(body !== undefined && { body }) }
  const answer = await fetch(base + pathname + search, request)
  return {
    kind: 'answered',
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    body: Buffer.from(await answer.arrayBuffer()),
  }
}

/** `oidc-provider`, a certified OpenID provider: an issuer over HTTP whose users log in and consent by its own pages. */
export interface ForeignIssuer {
  readonly issuer: string
  /** Sign with another key from now on, and publish that one alone. */
  rotate(): Promise<void>
  /** A browser on the provider's pages, until it is sent back to us. */
  browse(authorizationUrl: string, user: string | 'cancel'): Promise<Record<string, string>>
}

/** Everything that the provider keeps, for as long as it plays. */
class Adapter {
  static readonly kept = new Map<string, AdapterPayload>()
  readonly model: string
  constructor(model: string) {
    this.model = model
  }
  async upsert(id: string, payload: AdapterPayload): Promise<void> {
    Adapter.kept.set(`${this.model} ${id}`, payload)
  }
  async find(id: string): Promise<AdapterPayload | undefined> {
    return Adapter.kept.get(`${this.model} ${id}`)
  }
  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return Adapter.kept.values().find((one) => one.uid === uid)
  }
  async findByUserCode(): Promise<undefined> {}
  async consume(id: string): Promise<void> {
    Object.assign(Adapter.kept.get(`${this.model} ${id}`) ?? {}, { consumed: Math.floor(Date.now() / 1000) })
  }
  async destroy(id: string): Promise<void> {
    Adapter.kept.delete(`${this.model} ${id}`)
  }
  async revokeByGrantId(): Promise<void> {}
}

export async function startIssuer(client: { secret: string; redirectUri: string }): Promise<ForeignIssuer> {
  const server = createServer((request, response) => listener(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => server.close())
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let listener: RequestListener
  let keys = 0
  async function rotate() {
    const key = await privateJwk('ES256', `es-${++keys}`)
    // It warns of its own pages for login and consent, which are for tests.
    const silenced = mock.method(console, 'warn', () => {})
    const { Provider } = await import('oidc-provider')
    listener = new Provider(issuer, configuration(key, client)).callback()
    silenced.mock.restore()
  }
  await rotate()
  return { issuer, rotate, browse: (url, user) => browse(issuer, url, user) }
}

const configuration = (key: object, client: { secret: string; redirectUri: string }): Configuration => ({
  adapter: Adapter,
  jwks: { keys: [key] },
  cookies: { keys: ['test'] },
  pkce: { required: () => true },
  claims: { email: ['email', 'email_verified'], profile: ['given_name', 'family_name'] },
  ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
  async findAccount(_context, accountId) {
    const email = { email: `${accountId}@example.com`, email_verified: true }
    return { accountId, claims: async () => ({ sub: accountId, ...email, given_name: 'Ana' }) }
  },
  clients: [
    {
      client_id: CLIENT_ID,
      client_secret: client.secret,
      redirect_uris: [client.redirectUri],
      id_token_signed_response_alg: 'ES256',
    },
  ],
})

async function browse(issuer: string, authorizationUrl: string, user: string): Promise<Record<string, string>> {
  const cookies = new Map<string, string>()
  let [url, form]: [string, URLSearchParams | undefined] = [authorizationUrl, undefined]
  for (let step = 0; step < 12; step++) {
    const headers = { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') }
    const answer = await fetch(url, { headers, redirect: 'manual', ...(form && { method: 'POST', body: form }) })
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      cookies.set(name, value)
    }
    const location = answer.headers.get('location')
    if (location !== null) {
      const next = new URL(location, url)
      if (next.origin !== issuer) return Object.fromEntries(next.searchParams)
      ;[url, form] = [next.href, undefined]
      continue
    }
    const page = await answer.text()
    assert.equal(answer.status, 200, page)
    const [, prompt = ''] = /name="prompt" value="(\w+)"/.exec(page) ?? []
    assert.ok(prompt, page)
    if (user === 'cancel') url = `${url}/abort`
    else form = new URLSearchParams({ prompt, login: user, password: 'x' })
  }
  throw new Error('the provider never sends the browser back')
}
