import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { mock } from 'node:test'
import { EMAIL_FORMAT } from '../../src/crypto/saml/rules.ts'
import type { OutboundOutcome } from '../../src/platform/safe-fetch.ts'
import type { FakeNetwork } from '../world.ts'
import { certificateOf, type Key, keyOf } from './saml.ts'
import type { KnownSp, Person, Posted } from './saml-idp.ts'

type Middleware = (request: object, response: object, next: (error: Error) => void) => void

/** What of samlp's options differs from answer to answer; it has them in its README. */
export interface SamlpOptions {
  readonly signAssertion?: boolean
  readonly signResponse?: boolean
  readonly destination?: string
  readonly recipient?: string
}
/** It has no types of its own. */
const samlp = createRequire(import.meta.url)('samlp') as {
  auth(options: object): Middleware
  metadata(options: object): Middleware
}

/** samlp, an identity provider that others wrote, over HTTP on 127.0.0.1; its addresses are those that lead there. */
export interface Samlp {
  readonly entityId: string
  readonly ssoUrl: string
  readonly metadataUrl: string
  /** PEM. */
  readonly certificate: string
  /** Its metadata, to whoever asks at that address: for `w.fakeNetwork`. */
  readonly serve: FakeNetwork
  /** Have it answer this service provider, and no other. */
  trust(sp: KnownSp): void
  /** Whoever was sent to `redirect_url` has logged in: the form of its page. It is an error when samlp refuses the request. */
  login(redirectUrl: string, person: Person, options?: SamlpOptions): Promise<Posted>
  stop(): void
}

const HOST = 'samlp.acme.example'
const ENTITY_ID = 'urn:acme:samlp'

/** Start it; what it says is of the time that `clock` tells. */
export async function startSamlp(clock: () => number, key: Key = 'idp'): Promise<Samlp> {
  let known: KnownSp | undefined
  let current: { readonly person: Person; readonly options: SamlpOptions }
  const certificate = certificateOf(key)
  const common = { issuer: ENTITY_ID, cert: certificate, key: keyOf(key) }
  const auth = () =>
    samlp.auth({
      ...common,
      nameIdentifierFormat: EMAIL_FORMAT,
      signingCert: known?.signing_certificate,
      getUserFromRequest: () => profileOf(current.person),
      getPostURL: (issuer: string, _document: object, _request: object, done: (error: null, url?: string) => void) =>
        done(null, issuer === known?.entity_id ? known.acs_url : undefined),
      ...current.options,
    })
  const metadata = samlp.metadata({ ...common, redirectEndpointPath: '/sso', postEndpointPath: '/sso' })
  const server = createServer((request, response) => {
    const middleware = request.url === '/metadata' ? metadata : auth()
    void atTimeOf(clock(), () => answer(middleware, request, response))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    entityId: ENTITY_ID,
    ssoUrl: `https://${HOST}/sso`,
    metadataUrl: `https://${HOST}/metadata`,
    certificate,
    serve: ({ url }) => (url === `https://${HOST}/metadata` ? forward(`${base}/metadata`) : undefined),
    trust(sp) {
      known = sp
    },
    async login(redirectUrl, person, options = {}) {
      current = { person, options }
      const { origin, pathname, search } = new URL(redirectUrl)
      assert.equal(origin + pathname, `https://${HOST}/sso`)
      const page = await fetch(base + pathname + search)
      return postedBy(page.status, await page.text())
    },
    stop: () => void server.close(),
  }
}

/** As Passport describes somebody, which is what samlp takes. */
const profileOf = ({ nameId, email, given_name, family_name, groups }: Person) => ({
  id: nameId,
  emails: [{ value: email }],
  name: { givenName: given_name, familyName: family_name },
  ...(groups && { groups }),
})

/** It reads the clock of the machine. */
async function atTimeOf(now: number, work: () => Promise<void>): Promise<void> {
  mock.timers.enable({ apis: ['Date'], now })
  await work().finally(() => mock.timers.reset())
}

/** Calls a middleware with what it needs of Express. */
async function answer(middleware: Middleware, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { searchParams } = new URL(request.url ?? '', 'http://127.0.0.1')
  Object.assign(request, { query: Object.fromEntries(searchParams) })
  const [status, body] = await new Promise<readonly [number, string]>((resolve) => {
    const send = (said: string | number) => resolve(typeof said === 'number' ? [said, ''] : [200, said])
    const set = (name: string, value: string) => response.setHeader(name, value)
    middleware(request, Object.assign(response, { send, set }), ({ message }) => resolve([400, message]))
  })
  response.writeHead(status).end(body)
}

function postedBy(status: number, page: string): Posted {
  assert.equal(status, 200, page)
  const [, action = ''] = /action="([^"]*)"/.exec(page) ?? []
  const [, SAMLResponse = ''] = /name="SAMLResponse"\s+value="([^"]*)"/.exec(page) ?? []
  const [, RelayState = ''] = /name="RelayState" value="([^"]*)"/.exec(page) ?? []
  return { action, fields: { SAMLResponse, RelayState } }
}

/** As a proxy would, which knows by which name it was called. */
async function forward(url: string): Promise<OutboundOutcome> {
  const answered = await fetch(url, { headers: { 'x-forwarded-proto': 'https', 'x-forwarded-host': HOST } })
  const body = Buffer.from(await answered.arrayBuffer())
  return { kind: 'answered', status: answered.status, headers: Object.fromEntries(answered.headers), body }
}
