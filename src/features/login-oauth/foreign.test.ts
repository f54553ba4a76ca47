import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import { jwtVerify } from 'jose'
import { application, claimsOf, dpopKey, type TestApp } from '../../../test/builders.ts'
import { type Foreign, startForeign, startIssuer } from '../../../test/house/foreign.ts'
import {
  begin,
  CLIENT_ID,
  CLIENT_SECRET,
  CONFIG,
  comeBack,
  configOf,
  EC_KEY,
  REDIRECT_URI,
  returned,
  TENANT,
} from '../../../test/house/oauth.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { ENGINES, world } from '../../../test/world.ts'

// The foreign servers know the true time alone.
const now = Date.now

const ANA = 'ana@example.com'
/** All that a form escapes, and some that it does not. */
const SECRET = 's-e_c.r*e:t+%/ ~&=!'
const FACEBOOK_ERROR = { message: 'Bad code.', type: 'OAuthException', code: 100, fbtrace_id: 'A1' }

for (const engine of ENGINES) {
  const w = await world(engine, { wallClock: now() })

  /** The user whom a token logs in, as whoever runs the application sees them. */
  async function userOf(app: TestApp, gone: Record<string, string>, verifier: string) {
    assert.deepEqual(Object.keys(gone), ['challenge_token'], JSON.stringify([gone, w.log.at(-1)]))
    const session = await finalizeWith(app, await dpopKey(w), gone.challenge_token ?? '', { verifier })
    assert.equal(session.status, 200, JSON.stringify(session.body))
    const { sub } = claimsOf(session.body.access_token)
    const { user } = (await app.manage(`/users/${sub}`)).body
    const [{ subject }] = (await app.manage(`/users/${sub}/federated_identities`)).body.federated_identities
    return { subject, addresses: user.identifiers.map(({ value }: { value: string }) => value), profile: user.profile }
  }

  async function stage(name: string, key: object = {}) {
    w.setWallClock(now())
    const app = await application(w, { redirectUris: [REDIRECT_URI] })
    const foreign = await startForeign(w, name, key)
    const made = await app.manage(`${CONFIG}/${name}`, { body: configOf(name) })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    /** A whole login. `more`: what the provider's page adds to what it sends back. */
    const logIn = async (more: Record<string, string> = {}) => {
      const { url, verifier } = await begin(app, name)
      const gone = returned(await comeBack(app, name, { ...(await foreign.consent(url)), ...more }))
      return { gone, user: () => userOf(app, gone, verifier) }
    }
    return { app, foreign, logIn }
  }

  /** The next answer of the token endpoint is another one. */
  const answerOnce = ({ service }: Foreign, statusCode: number, body: Record<string, unknown>) =>
    service.once('beforeResponse', (answer) => Object.assign(answer, { statusCode, body }))

  test(`${engine}: Google, by another's server: its bare issuer, its hd and what it sends along`, async () => {
    const { foreign, logIn } = await stage('google')
    foreign.claims = { iss: 'accounts.google.com', email: ANA, email_verified: true, hd: 'example.com' }
    const along = { iss: 'https://accounts.google.com', scope: 'email openid', authuser: '0', prompt: 'none' }
    const { user } = await logIn(along)
    assert.deepEqual(await user(), { subject: 'johndoe', addresses: [ANA], profile: {} })
    foreign.claims = { ...foreign.claims, iss: 'https://accounts.google.com.evil.example' }
    assert.equal((await logIn(along)).gone.error, 'server_error')
  })

  test(`${engine}: Apple, by another's server: a posted form, a secret that is a token, flags as texts`, async () => {
    const { foreign, logIn } = await stage('apple')
    const secrets: unknown[] = []
    foreign.service.on('beforeResponse', (_answer, { body }) => {
      secrets.push((body as { client_secret?: unknown }).client_secret)
      assert.equal(body.code_verifier, undefined)
    })
    const address = 'x1y2z3@privaterelay.appleid.com'
    foreign.claims = { email: address, email_verified: 'true', is_private_email: 'true', nonce_supported: true }
    const { user } = await logIn({ user: JSON.stringify({ name: { firstName: 'Ana', lastName: 'Sá' }, email: ANA }) })
    assert.deepEqual(await user(), {
      subject: 'johndoe',
      addresses: [address],
      profile: { given_name: 'Ana', family_name: 'Sá' },
    })
    const options = { issuer: 'TEAM123456', subject: CLIENT_ID, audience: 'https://appleid.apple.com' }
    const { protectedHeader } = await jwtVerify(String(secrets[0]), EC_KEY.publicKey, options)
    assert.deepEqual(protectedHeader, { alg: 'ES256', typ: 'JWT', kid: 'KEY1234567' })
  })

  test(`${engine}: Microsoft, by another's server: the issuer of the tenant, the key's own, and a word on the address`, async () => {
    const key = { issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0' }
    const { foreign, logIn } = await stage('microsoft', key)
    const person = { tid: TENANT, oid: 'o1', ver: '2.0', email: ANA, preferred_username: 'ana@corp.example' }
    foreign.claims = { ...person, xms_edov: '1' }
    assert.deepEqual((await (await logIn()).user()).addresses, [ANA])
    foreign.claims = { ...person, sub: 'typed-by-an-administrator', email: 'boss@example.com' }
    assert.deepEqual((await (await logIn()).user()).addresses, [])
    for (const claims of [{ ver: '1.0' }, { tid: '99999999-2222-3333-4444-555555555555' }]) {
      foreign.claims = { ...person, ...claims }
      assert.equal((await logIn()).gone.error, 'server_error', JSON.stringify(claims))
    }
  })

  test(`${engine}: GitHub, by another's server: an error with status 200, and two calls of its API`, async () => {
    const { foreign, logIn } = await stage('github')
    const { service } = foreign
    const calls: unknown[] = []
    const api = (path: string, body: object) =>
      service.addRoute('GET', path, ({ headers }, response) => {
        calls.push([path, headers.authorization, headers.accept])
        response.statusCode = headers['user-agent'] === 'Antiphon' ? 200 : 403
        response.setHeader('content-type', 'application/json; charset=utf-8').end(JSON.stringify(body))
      })
    api('/user', { id: 583231, login: 'ana', email: 'public@example.com' })
    api('/user/emails', [
      { email: '1+ana@users.noreply.github.com', primary: false, verified: true, visibility: null },
      { email: ANA, primary: true, verified: true, visibility: 'private' },
    ])
    answerOnce(foreign, 200, { error: 'bad_verification_code', error_uri: 'https://docs.github.com/' })
    assert.equal((await logIn()).gone.error, 'server_error')
    assert.match(w.log.at(-1) ?? '', /"cause":"token endpoint: bad_verification_code"/)
    assert.deepEqual(calls, [])
    answerOnce(foreign, 200, { access_token: 'gho_1', token_type: 'bearer', scope: 'read:user,user:email' })
    const named = await logIn({ iss: 'https://github.com/login/oauth' })
    assert.deepEqual(await named.user(), { subject: '583231', addresses: [ANA], profile: {} })
    const asked = ['Bearer gho_1', 'application/vnd.github+json']
    assert.deepEqual(calls, [
      ['/user', ...asked],
      ['/user/emails', ...asked],
    ])
  })

  test(`${engine}: Facebook, by another's server: an error that is an object, and a call that proves the secret`, async () => {
    const { foreign, logIn } = await stage('facebook')
    foreign.service.addRoute('GET', '/v23.0/me', ({ query, headers }, response) => {
      const token = headers.authorization?.replace('Bearer ', '') ?? ''
      const proof = createHmac('sha256', CLIENT_SECRET).update(token).digest('hex')
      const fits = query.fields === 'id,name,email' && query.appsecret_proof === proof
      response.statusCode = fits ? 200 : 400
      response.setHeader('content-type', 'text/javascript; charset=UTF-8')
      response.end(JSON.stringify(fits ? { id: '10158', name: 'Ana', email: ANA } : { error: FACEBOOK_ERROR }))
    })
    answerOnce(foreign, 400, { error: FACEBOOK_ERROR })
    assert.equal((await logIn()).gone.error, 'server_error')
    assert.match(w.log.at(-1) ?? '', /"cause":"token endpoint: OAuthException"/)
    answerOnce(foreign, 200, { access_token: 'EAAB1', token_type: 'bearer', expires_in: 5_183_944 })
    assert.deepEqual(await (await logIn()).user(), { subject: '10158', addresses: [], profile: {} })
  })

  test(`${engine}: Okta, by another's server: discovered, with a thin ID token and a userinfo endpoint`, async () => {
    const { foreign, logIn } = await stage('okta')
    foreign.service.on('beforeUserinfo', ({ body }, { headers }) => {
      assert.match(headers.authorization ?? '', /^Bearer \w+\.\w+\./)
      Object.assign(body, { email: ANA, email_verified: true, given_name: 'Ana', zoneinfo: 'Europe/Lisbon' })
    })
    const { user } = await logIn()
    assert.deepEqual(await user(), { subject: 'johndoe', addresses: [ANA], profile: { given_name: 'Ana' } })
    foreign.service.once('beforeUserinfo', (answer) => Object.assign(answer.body, { sub: 'somebody-else' }))
    assert.equal((await logIn()).gone.error, 'server_error')
  })

  /** An application whose people log in by an OpenID provider over plain HTTP, which a private network allows. */
  async function withIssuer() {
    const open = await world(engine, {
      wallClock: now(),
      config: { allowPrivateHooks: true },
      network: { allowPrivate: true },
    })
    const app = await application(open, { redirectUris: [REDIRECT_URI] })
    const redirectUri = `${app.origin}/v1/session/login/oauth/inhouse/callback`
    const issuer = await startIssuer({ secret: SECRET, redirectUri })
    const body = configOf('inhouse', { client_secret: SECRET, oidc: { issuer_url: issuer.issuer } })
    const made = await app.manage(`${CONFIG}/inhouse`, { body })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    assert.equal(made.body.config.redirect_uri, redirectUri)
    const cause = () => /"cause":"([^"]*)"/.exec(open.log.at(-1) ?? '')?.[1] ?? ''
    return { open, app, issuer, cause }
  }

  test(`${engine}: oidc-provider, over HTTP: a person logs in and consents on its pages`, async () => {
    const { open, app, issuer, cause } = await withIssuer()
    const { url, verifier } = await begin(app, 'inhouse')
    const back = await issuer.browse(url, 'ana')
    assert.deepEqual(Object.keys(back).sort(), ['code', 'iss', 'state'])
    const { iss, ...nameless } = back
    assert.equal(iss, issuer.issuer)
    for (const answer of [nameless, { ...back, iss: 'http://127.0.0.1' }])
      assert.equal(returned(await comeBack(app, 'inhouse', answer)).error, 'invalid_request')
    const gone = returned(await comeBack(app, 'inhouse', back))
    assert.deepEqual(Object.keys(gone), ['challenge_token'], cause())
    assert.deepEqual(await userOf(app, gone, verifier), {
      subject: 'ana',
      addresses: [ANA],
      profile: { given_name: 'Ana' },
    })
    const asked = open.outbound.map((request) => `${request.method} ${new URL(request.url).pathname}`)
    assert.deepEqual(asked.slice(-3), ['POST /token', 'GET /jwks', 'GET /me'])
  })

  test(`${engine}: oidc-provider: keys that change while somebody is on its pages, and a person who declines`, async () => {
    const { open, app, issuer, cause } = await withIssuer()
    const logIn = async (person: string, between?: () => Promise<void>) => {
      const back = await issuer.browse((await begin(app, 'inhouse')).url, person)
      await between?.()
      return returned(await comeBack(app, 'inhouse', back))
    }
    assert.ok((await logIn('ana')).challenge_token, cause())
    // Keys are asked for again once a minute, if one is not known.
    assert.equal((await logIn('ben', issuer.rotate)).error, 'server_error')
    const minute = async () => {
      await issuer.rotate()
      open.advance(61_000)
    }
    assert.ok((await logIn('ben', minute)).challenge_token, cause())
    open.setWallClock(now())
    assert.equal((await logIn('cancel')).error, 'access_denied')
    const users = (await app.manage('/users')).body.users
    assert.equal(users.length, 2)
  })

  test(`${engine}: oidc-provider: a code challenge and a nonce that are others' end the login`, async () => {
    const { app, issuer, cause } = await withIssuer()
    const tampered = async (change: (parameters: URLSearchParams) => void) => {
      const url = new URL((await begin(app, 'inhouse')).url)
      change(url.searchParams)
      return returned(await comeBack(app, 'inhouse', await issuer.browse(url.href, 'ana'))).error
    }
    const without = await tampered((parameters) => parameters.delete('code_challenge'))
    assert.deepEqual([without, cause()], ['invalid_request', 'the provider says invalid_request'])
    const other = await tampered((parameters) => parameters.set('code_challenge', 'a'.repeat(43)))
    assert.deepEqual([other, cause()], ['server_error', 'token endpoint: invalid_grant'])
    const nonce = await tampered((parameters) => parameters.set('nonce', 'of-another-login'))
    assert.deepEqual([nonce, cause()], ['server_error', 'OAUTH_JWT_CLAIM_COMPARISON_FAILED: nonce'])
    const none = await tampered((parameters) => parameters.delete('nonce'))
    assert.deepEqual([none, cause()], ['server_error', 'OAUTH_INVALID_RESPONSE'])
  })
}
