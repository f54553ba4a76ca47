import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from 'jose'
import {
  answered,
  CLIENT_ID,
  CLIENT_SECRET,
  type Played,
  TENANT,
  through,
  withProvider,
} from '../../../test/house/oauth.ts'
import { stages } from '../../../test/house/stages.ts'
import { world } from '../../../test/world.ts'
import type { OutboundOutcome } from '../../platform/safe-fetch.ts'

const SERVER_ERROR = 'The login by this provider failed. Try again.'
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad'
const failed = (reason: 'timeout' | 'too_large' | 'network'): OutboundOutcome => ({ kind: 'failed', reason })

const html = '<html>Sorry</html>'
/** What a token endpoint may answer, and which word of it reaches the log. */
const ANSWERS: readonly [number, string, OutboundOutcome, RegExp][] = [
  [40, 'status 200 with an error', answered(200, { error: 'bad_verification_code' }), /bad_verification_code/],
  [40, 'an error that is an object', answered(400, { error: { type: 'OAuthException', code: 190 } }), /OAuthException/],
  [40, 'an error by another name', answered(401, { errorCode: 'E0000011', errorSummary: 'ana' }), /E0000011/],
  [41, 'a form', answered(200, 'access_token=a&token_type=bearer', 'application/x-www-form-urlencoded'), /OAUTH_/],
  [42, 'a page', answered(200, html, 'text/html'), /OAUTH_/],
  [43, 'status 500', answered(500, html, 'text/html'), /OAUTH_/],
  [44, 'nothing in time', failed('timeout'), /timeout/],
  [
    45,
    'a redirect',
    { kind: 'answered', status: 302, headers: { location: 'https://evil.example' }, body: Buffer.alloc(0) },
    /OAUTH_/,
  ],
  [46, 'more than it may', failed('too_large'), /too_large/],
  [47, 'no ID token', answered(200, { access_token: 'a', token_type: 'bearer' }), /OAUTH_/],
  [
    47,
    'an ID token that is none',
    answered(200, { access_token: 'a', token_type: 'bearer', id_token: 'a.b.c' }),
    /cannot be read/,
  ],
  [
    47,
    'an ID token without end',
    answered(200, { access_token: 'a', token_type: 'bearer', id_token: 'a'.repeat(20_000) }),
    /cannot be read/,
  ],
]

/** What an ID token of Google must not say. `seconds`: now. */
const CLAIMS: readonly [number, string, (seconds: number) => Record<string, unknown>][] = [
  [52, 'another issuer', () => ({ iss: 'https://evil.example' })],
  [53, 'an issuer that begins like it', () => ({ iss: 'https://accounts.google.com.evil' })],
  [53, 'a bare issuer that begins like it', () => ({ iss: 'accounts.google.com.evil' })],
  [53, 'the issuer by http', () => ({ iss: 'http://accounts.google.com' })],
  [56, 'another audience', () => ({ aud: 'client-2' })],
  [57, 'several audiences and no azp', () => ({ aud: [CLIENT_ID, 'client-2'] })],
  [57, 'several audiences and another azp', () => ({ aud: [CLIENT_ID, 'client-2'], azp: 'client-2' })],
  [58, 'that it expired a minute ago', (now) => ({ exp: now - 62 })],
  [58, 'no end', () => ({ exp: undefined })],
  [58, 'that it lives for more than a day', (now) => ({ exp: now + 86_402 })],
  [59, 'that it is from in a minute', (now) => ({ iat: now + 62 })],
  [59, 'no beginning', () => ({ iat: undefined })],
  [60, 'no nonce', () => ({ nonce: undefined })],
  [60, 'no nonce, and that its device cannot', () => ({ nonce: 'other', nonce_supported: false })],
  [61, 'the nonce of another login', () => ({ nonce: 'other' })],
  [62, 'nobody', () => ({ sub: '' })],
  [62, 'no subject', () => ({ sub: undefined })],
  [62, 'a subject without end', () => ({ sub: 'x'.repeat(256) })],
  [62, 'a number as its subject', () => ({ sub: 108 })],
]

for (const { engine, w } of await stages()) {
  const seconds = () => Math.floor(w.deps.now() / 1000)
  async function assertFails(app: Parameters<typeof through>[0], played: Played, cause: RegExp, name = '') {
    const lines = w.log.length
    const { gone } = await through(app, played)
    assert.deepEqual(gone, { error: 'server_error', error_description: SERVER_ERROR }, name)
    const told = w.log.slice(lines).map((line) => JSON.parse(line))
    const line = told.find(({ msg }) => msg === 'a login by a provider failed')
    assert.match(line?.cause ?? '', cause, `${name} ${JSON.stringify(told)}`)
    assert.match(line.request_id, /^req_/)
    assert.ok(!/ana@|evil|secret/.test(JSON.stringify(line)), name)
    const [counted] = (await app.manage('/statistics?metric=login_refused')).body.series
    assert.deepEqual(counted?.labels, { way: 'provider' }, name)
  }
  const assertNobodyNew = async (app: Parameters<typeof through>[0]) =>
    assert.deepEqual((await app.manage('/users')).body.users, [])

  for (const [number, name, answer, cause] of ANSWERS) {
    test(`${engine}: ${number} a token endpoint that answers with ${name} logs nobody in, and the log says why`, async () => {
      const { app, played } = await withProvider(w, 'google')
      played.token = answer
      await assertFails(app, played, cause)
      await assertNobodyNew(app)
    })
  }

  for (const [number, name, claims] of CLAIMS) {
    test(`${engine}: ${number} an ID token that says ${name} logs nobody in`, async () => {
      const { app, played } = await withProvider(w, 'google')
      played.claims = claims(seconds())
      await assertFails(app, played, /OAUTH_|ID token/)
      await assertNobodyNew(app)
    })
  }

  test(`${engine}: the log names the claim that a token was refused for`, async () => {
    const { app, played } = await withProvider(w, 'google')
    played.claims = { aud: 'client-2' }
    await assertFails(app, played, /^OAUTH_JWT_CLAIM_COMPARISON_FAILED: aud$/)
    played.claims = { exp: seconds() - 62 }
    await assertFails(app, played, /^OAUTH_JWT_TIMESTAMP_CHECK_FAILED: exp$/)
  })

  test(`${engine}: what is a minute off is taken, and an azp that is ours, and the other spelling of Google`, async () => {
    const { app, played } = await withProvider(w, 'google')
    for (const claims of [
      { exp: seconds() - 57 },
      { iat: seconds() + 57 },
      { aud: [CLIENT_ID, 'client-2'], azp: CLIENT_ID },
      { iss: 'accounts.google.com' },
      { exp: seconds() + 86_400 },
    ]) {
      played.claims = claims
      assert.ok((await through(app, played)).gone.challenge_token, JSON.stringify([claims, w.log.at(-1)]))
    }
  })

  test(`${engine}: 48, 49, 51 an ID token without a signature, or with one that anybody can make, logs nobody in`, async () => {
    const { app, played } = await withProvider(w, 'google')
    played.header = { alg: 'HS256' }
    played.signWith(Buffer.from(CLIENT_SECRET.padEnd(32, '0')))
    await assertFails(app, played, /OAUTH_|unsupported/i, 'HS256')
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify({ iss: 'https://accounts.google.com', aud: CLIENT_ID, sub: '1', iat: seconds(), exp: seconds() + 60 })).toString('base64url')}.`
    played.tokens = { id_token: none }
    played.header = {}
    played.signWith((await generateKeyPair('RS256')).privateKey)
    await assertFails(app, played, /OAUTH_|issuer/, 'none')
    played.tokens = {}
    await assertFails(app, played, /OAUTH_/, 'another key by the same name')
    await assertNobodyNew(app)
  })

  test(`${engine}: 54, 55 a token of Microsoft names its own tenant, and one that is taken`, async () => {
    const others: readonly [string, Record<string, unknown>][] = [
      ['common', { iss: `https://login.microsoftonline.com/${CONSUMERS}/v2.0` }],
      ['common', { tid: 'common', iss: 'https://login.microsoftonline.com/common/v2.0' }],
      ['common', { tid: `${TENANT}/v2.0?` }],
      ['common', { tid: undefined }],
      ['common', { ver: '1.0' }],
      ['organizations', { tid: CONSUMERS, iss: `https://login.microsoftonline.com/${CONSUMERS}/v2.0` }],
      ['consumers', {}],
      ['99999999-2222-3333-4444-555555555555', {}],
    ]
    for (const [tenant, claims] of others) {
      const { app, played } = await withProvider(w, 'microsoft', { microsoft: { tenant } })
      const paths = (url: string) => url.replace('/common/', `/${tenant}/`)
      played.claims = claims
      w.fakeNetwork((request) => played.answer({ ...request, url: request.url.replace(`/${tenant}/`, '/common/') }))
      const consent = played.consent
      played.consent = (url) => consent(url.replace(paths('/common/'), '/common/'))
      await assertFails(app, played, /issuer|OAUTH_/, JSON.stringify([tenant, claims]))
    }
  })

  test(`${engine}: a key that Microsoft keeps for one tenant signs for no other`, async () => {
    const own = await world(engine)
    const { app, played } = await withProvider(own, 'microsoft')
    const answer = (issuer: string) =>
      own.fakeNetwork(async (request) => {
        const outcome = await played.answer(request)
        if (!request.url.endsWith('/keys') || outcome?.kind !== 'answered') return outcome as OutboundOutcome
        const { keys } = JSON.parse(outcome.body.toString())
        return answered(200, { keys: keys.map((key: object) => ({ ...key, issuer })) })
      })
    answer(`https://login.microsoftonline.com/${CONSUMERS}/v2.0`)
    assert.equal((await through(app, played)).gone.error, 'server_error')
    own.advance(400_000)
    answer('https://login.microsoftonline.com/{tenantid}/v2.0')
    assert.ok((await through(app, played)).gone.challenge_token)
  })

  test(`${engine}: 50 a key that is not known is asked for once a minute; with its new key the provider logs in again`, async () => {
    const own = await world(engine)
    const { app, played } = await withProvider(own, 'google')
    assert.ok((await through(app, played)).gone.challenge_token)
    assert.equal(played.calls('/certs'), 1)
    await played.rotate()
    assert.equal((await through(app, played)).gone.error, 'server_error')
    assert.equal(played.calls('/certs'), 1)
    own.advance(60_000)
    assert.ok((await through(app, played)).gone.challenge_token)
    assert.equal(played.calls('/certs'), 2)
    await played.rotate()
    for (let i = 0; i < 2; i++) assert.equal((await through(app, played)).gone.error, 'server_error')
    assert.equal(played.calls('/certs'), 2)
  })

  test(`${engine}: while nobody answers for keys the last ones are kept, for an hour`, async () => {
    const own = await world(engine)
    const { app, played } = await withProvider(own, 'google')
    assert.ok((await through(app, played)).gone.challenge_token)
    own.fakeNetwork((request) =>
      request.url.endsWith('/certs') ? Promise.resolve(failed('network')) : played.answer(request),
    )
    // However many log in meanwhile: it is nobody's word that they still hold.
    for (let minutes = 20; minutes < 60; minutes += 20) {
      own.advance(1_200_000)
      assert.ok((await through(app, played)).gone.challenge_token, String(minutes))
    }
    own.advance(1_200_000)
    assert.equal((await through(app, played)).gone.error, 'server_error')
  })

  test(`${engine}: a list of more keys than anybody needs is not read`, async () => {
    const own = await world(engine)
    const { app, played } = await withProvider(own, 'google')
    played.published = {
      keys: Array.from({ length: 51 }, (_, i) => ({ kty: 'RSA', kid: `x${i}`, n: 'AQAB', e: 'AQAB' })),
    }
    assert.equal((await through(app, played)).gone.error, 'server_error')
  })

  test(`${engine}: a key that nobody can read does not keep the others from being used`, async () => {
    const own = await world(engine)
    const { app, played } = await withProvider(own, 'google')
    const odd = [7, { verify: true }].map((key_ops) => ({ kty: 'RSA', kid: 'k1', key_ops }))
    own.fakeNetwork(async (request) => {
      const said = await played.answer(request)
      if (!request.url.endsWith('/certs') || said?.kind !== 'answered') return said ?? failed('network')
      return answered(200, { keys: [...odd, ...JSON.parse(said.body.toString()).keys] })
    })
    assert.ok((await through(app, played)).gone.challenge_token)
  })

  test(`${engine}: a provider that does not answer is left alone for a while, by this application`, async () => {
    const own = await world(engine)
    const { app, played } = await withProvider(own, 'google')
    played.token = failed('timeout')
    for (let i = 0; i < 5; i++) assert.equal((await through(app, played)).gone.error, 'server_error')
    assert.equal((await through(app, played)).gone.error, 'temporarily_unavailable')
    assert.equal(played.calls('/token'), 5)
    played.token = undefined
    own.advance(10_000)
    assert.ok((await through(app, played)).gone.challenge_token)
  })

  test(`${engine}: so is one whose keys nobody answers for, and not one whose keys are known`, async () => {
    const own = await world(engine)
    const { app, played } = await withProvider(own, 'google')
    const { answer } = played
    const asked: string[] = []
    const withoutKeys: typeof answer = (request) => {
      asked.push(request.url)
      return request.url.endsWith('/certs') ? Promise.resolve(failed('timeout')) : answer(request)
    }
    played.answer = withoutKeys
    for (let i = 0; i < 5; i++) assert.equal((await through(app, played)).gone.error, 'server_error')
    assert.equal((await through(app, played)).gone.error, 'temporarily_unavailable')
    assert.equal(asked.filter((url) => url.endsWith('/certs')).length, 5)
    played.answer = answer
    own.advance(10_000)
    assert.ok((await through(app, played)).gone.challenge_token)
    played.answer = withoutKeys
    own.advance(600_000)
    for (let i = 0; i < 6; i++) assert.ok((await through(app, played)).gone.challenge_token)
  })

  for (const provider of ['okta', 'acme']) {
    test(`${engine}: 63 ${provider}: userinfo about somebody else logs nobody in`, async () => {
      const { app, played } = await withProvider(w, provider)
      played.claims = { email: undefined, email_verified: undefined }
      played.userinfo = { sub: '109', email: 'ana@example.com', email_verified: true }
      await assertFails(app, played, /userinfo/)
      await assertNobodyNew(app)
    })
  }

  test(`${engine}: Apple gets a secret that is made for each exchange, and old devices send no nonce`, async () => {
    const { app, played } = await withProvider(w, 'apple')
    played.claims = { nonce: undefined, nonce_supported: false }
    assert.ok((await through(app, played)).gone.challenge_token, String(w.log.at(-1)))
    const sent = new URLSearchParams(w.outbound.findLast(({ url }) => url.endsWith('/auth/token'))?.body ?? '')
    const [header, claims] = (sent.get('client_secret') ?? '')
      .split('.')
      .slice(0, 2)
      .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()))
    assert.deepEqual([header.alg, header.kid], ['ES256', 'KEY1234567'])
    const { iss, sub, aud, iat, exp } = claims
    assert.deepEqual(
      { iss, sub, aud, iat, life: exp - iat },
      { iss: 'TEAM123456', sub: CLIENT_ID, aud: 'https://appleid.apple.com', iat: seconds(), life: 300 },
    )
    assert.equal(sent.get('code_verifier'), null)
  })
}
