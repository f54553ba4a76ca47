import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { application, through } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import {
  answered,
  authorize,
  CONFIG,
  configOf,
  OKTA_ISSUER,
  OWN_ISSUER,
  play,
  REDIRECT_URI,
  withProvider,
} from '../../../test/house/oauth.ts'
import { stages } from '../../../test/house/stages.ts'
import { rsaKeyPair } from '../../../test/rsa.ts'
import { world } from '../../../test/world.ts'
import { insertOAuthConfig } from '../../core/federation/config-store.ts'

const pem = (curve: string) =>
  generateKeyPairSync('ec', { namedCurve: curve }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const apple = { team_id: 'TEAM123456', key_id: 'KEY1234567', p8_key: pem('P-256') }
const VERIFYING = { use_email_as_identifier: true, verify_email: true }

type Refusal = readonly [string, string, object, RegExp]

/** What is refused when it is saved, and where. */
const REFUSED: readonly Refusal[] = [
  ['no secret', 'google', { client_secret: undefined }, /body\.client_secret: is required/],
  ['an empty client id', 'google', { client_id: '' }, /body\.client_id/],
  ['a scope with a blank', 'google', { scopes: ['a b'] }, /body\.scopes\[0\]/],
  [
    'a member of another provider',
    'google',
    { okta: { issuer_url: OKTA_ISSUER } },
    /body\.okta: does not belong to google/,
  ],
  [
    'an OpenID provider under Google’s name',
    'google',
    { oidc: { issuer_url: OWN_ISSUER } },
    /body\.oidc: does not belong/,
  ],
  ['Okta without an issuer', 'okta', { okta: undefined }, /body\.okta: is required/],
  ['an issuer that is no URL', 'okta', { okta: { issuer_url: 'acme.okta.com' } }, /body\.okta/],
  ['a name of one’s own without an issuer', 'acme', { oidc: undefined }, /body\.oidc: is required/],
  ...['aud', 'iss', 'azp', 'nonce', 'exp', 'email_verified'].map(
    (claim): Refusal => [
      `the claim ${claim}, which names no user`,
      'acme',
      { oidc: { issuer_url: OWN_ISSUER, subject_claim: claim } },
      /body\.oidc\.subject_claim: names no user/,
    ],
  ),
  ['a secret of Apple', 'apple', { client_secret: 'x' }, /Apple has none/],
  ['no key of Apple', 'apple', { apple: { ...apple, p8_key: undefined } }, /p8_key: is required/],
  ['a key of another curve', 'apple', { apple: { ...apple, p8_key: pem('P-384') } }, /P-256/],
  ['a key that is none', 'apple', { apple: { ...apple, p8_key: 'AAAA' } }, /P-256/],
  ['an id of Apple that is none', 'apple', { apple: { ...apple, team_id: 'team' } }, /body\.apple\.team_id/],
  ['a tenant that is none', 'microsoft', { microsoft: { tenant: 'a/b' } }, /body\.microsoft\.tenant/],
  [
    'a code for an address that is not used',
    'google',
    { options: { verify_email: true } },
    /needs use_email_as_identifier/,
  ],
  ['a code without a configuration', 'google', { options: VERIFYING }, /needs a configuration of login by code/],
  ['a reserved word as a scope to grant', 'google', { granted_scopes: ['a b'] }, /body\.granted_scopes\[0\]/],
]

for (const { engine, w } of await stages()) {
  for (const [name, provider, change, reason] of REFUSED) {
    test(`${engine}: ${name} is refused when it is saved`, async () => {
      const app = await application(w, { mode: 'prod' })
      await play(w, provider)
      const answer = await app.manage(`${CONFIG}/${provider}`, { body: configOf(provider, change) })
      assert.equal(answer.status, 400, JSON.stringify(answer.body))
      assert.equal(answer.body.code, 'invalid_request')
      assert.match(answer.body.message, reason)
      assert.equal((await app.manage(`${CONFIG}/${provider}`)).status, 404)
    })
  }

  test(`${engine}: a configuration is made once, read, replaced and deleted, and its secret is shown to nobody`, async () => {
    const app = await application(w)
    await play(w, 'google')
    const scopes = ['https://www.googleapis.com/auth/calendar.readonly']
    const body = configOf('google', { scopes })
    const made = await app.manage(`${CONFIG}/google`, { body })
    assert.equal(made.status, 201)
    const { config } = made.body
    assert.deepEqual(config, {
      provider_id: 'google',
      type: 'personal',
      client_id: 'client-1',
      enabled: true,
      scopes,
      granted_scopes: [],
      options: { use_email_as_identifier: true, allow_email_account_merge: false, verify_email: false },
      redirect_uri: `${app.origin}/v1/session/login/oauth/google/callback`,
      created_at: config.created_at,
      updated_at: config.created_at,
    })
    const again = await app.manage(`${CONFIG}/google`, { body })
    assert.deepEqual([again.status, again.body.code], [409, 'oauth_config_already_exists'])
    w.advance(1_000)
    const { client_secret: _, ...kept } = configOf('google', { enabled: false })
    const replaced = await app.manage(`${CONFIG}/google`, { method: 'PUT', body: kept })
    assert.equal(replaced.status, 200)
    assert.deepEqual([replaced.body.config.enabled, replaced.body.config.scopes], [false, []])
    assert.notEqual(replaced.body.config.updated_at, config.updated_at)
    const list = await app.manage(CONFIG)
    assert.deepEqual(list.body, { configs: [replaced.body.config] })
    assert.deepEqual((await app.manage(`${CONFIG}/google`)).body, replaced.body)
    for (const answer of [made, replaced, list]) assert.ok(!JSON.stringify(answer.body).includes('secret'))
    assert.equal((await app.manage(`${CONFIG}/google`, { method: 'DELETE' })).status, 204)
    for (const method of ['GET', 'DELETE', 'PUT'])
      assert.equal((await app.manage(`${CONFIG}/google`, { method, ...(method === 'PUT' && { body }) })).status, 404)
  })

  test(`${engine}: of two who replace one configuration at once, one is told to read it again`, async () => {
    const { app, played } = await withProvider(w, 'acme')
    const both = Promise.withResolvers<void>()
    let asked = 0
    w.fakeNetwork(async (request) => {
      if (++asked === 2) both.resolve()
      await both.promise
      return (await played.answer(request)) ?? { kind: 'failed', reason: 'network' }
    })
    const put = (scopes: string[]) =>
      app.manage(`${CONFIG}/acme`, { method: 'PUT', body: configOf('acme', { scopes }) })
    const answers = await Promise.all([put(['one']), put(['two'])])
    const codes = answers.map(({ status, body }) => body.code ?? status)
    assert.deepEqual(codes.toSorted(), [200, 'oauth_config_changed'].toSorted())
  })

  test(`${engine}: an application has a hundred providers and connections at most`, async () => {
    const app = await application(w)
    const row = {
      app_id: app.id,
      provider: 'x',
      config: '{}',
      issuer: '',
      sealed_secrets: '',
      created_at: 0,
      updated_at: 0,
    }
    const insert = (from: number, to: number) =>
      w.deps.transact(async (tx) => {
        for (let i = from; i < to; i++) await insertOAuthConfig(tx, { ...row, id: `x${i}` })
      })
    await insert(0, 99)
    const made = await app.manage(`${CONFIG}/google`, { body: configOf('google') })
    assert.equal(made.status, 201)
    const more = await app.manage(`${CONFIG}/github`, { body: configOf('github') })
    assert.deepEqual([more.status, more.body.code], [409, 'too_many_oauth_configs'])
  })

  test(`${engine}: another application’s configuration is not there`, async () => {
    const { app } = await withProvider(w, 'google')
    const other = await application(w)
    assert.equal((await other.manage(`${CONFIG}/google`)).status, 404)
    assert.equal((await app.manage(`${CONFIG}/google`)).status, 200)
  })

  test(`${engine}: older members are read: Okta’s domain, Apple’s private_key`, async () => {
    const app = await application(w)
    w.fakeNetwork(async () =>
      answered(200, {
        issuer: 'https://acme.okta.com',
        authorization_endpoint: 'https://acme.okta.com/oauth2/v1/authorize',
        token_endpoint: 'https://acme.okta.com/oauth2/v1/token',
        jwks_uri: 'https://acme.okta.com/oauth2/v1/keys',
      }),
    )
    const okta = await app.manage(`${CONFIG}/okta`, { body: configOf('okta', { okta: { domain: 'acme.okta.com' } }) })
    assert.deepEqual(okta.body.config?.okta, { issuer_url: 'https://acme.okta.com' }, JSON.stringify(okta.body))
    const { p8_key, ...ids } = apple
    const made = await app.manage(`${CONFIG}/apple`, {
      body: configOf('apple', { apple: { ...ids, private_key: p8_key } }),
    })
    assert.deepEqual(made.body.config?.apple, ids)
  })

  test(`${engine}: 80 a new issuer needs its secret again`, async () => {
    const { app, played } = await withProvider(w, 'acme')
    const issuer = 'https://other.example'
    played.discovery = {}
    w.fakeNetwork(async () =>
      answered(200, {
        issuer,
        authorization_endpoint: `${issuer}/a`,
        token_endpoint: `${issuer}/t`,
        jwks_uri: `${issuer}/k`,
      }),
    )
    const { client_secret: _, ...body } = configOf('acme', { oidc: { issuer_url: issuer } })
    const refused = await app.manage(`${CONFIG}/acme`, { method: 'PUT', body })
    assert.deepEqual([refused.status, refused.body.message], [400, 'body.client_secret: is required'])
    const taken = await app.manage(`${CONFIG}/acme`, { method: 'PUT', body: { ...body, client_secret: 'new' } })
    assert.equal(taken.status, 200, JSON.stringify(taken.body))
    const same = await app.manage(`${CONFIG}/acme`, { method: 'PUT', body })
    assert.equal(same.status, 200)
  })

  const metadata = {
    issuer: OWN_ISSUER,
    authorization_endpoint: `${OWN_ISSUER}/a`,
    token_endpoint: `${OWN_ISSUER}/t`,
    jwks_uri: `${OWN_ISSUER}/k`,
  }
  for (const [name, discovery, reason] of [
    ['82 an endpoint by http', { token_endpoint: 'http://id.acme.example/t' }, /no https URL/],
    ['keys by http', { jwks_uri: 'http://id.acme.example/k' }, /no https URL/],
    ['userinfo by http', { userinfo_endpoint: 'http://id.acme.example/u' }, /no https URL/],
    ['an endpoint of a script', { authorization_endpoint: 'javascript:alert(1)' }, /no https URL/],
    ['another issuer', { issuer: 'https://evil.example' }, /discovery document|calls itself/],
    ['its issuer with a slash', { issuer: `${OWN_ISSUER}/` }, /discovery document|calls itself/],
    ['no code', { response_types_supported: ['id_token'] }, /response_type=code/],
    ['no keys', { jwks_uri: undefined }, /jwks_uri/],
  ] as const) {
    test(`${engine}: an issuer whose discovery document names ${name} is refused when it is saved`, async () => {
      const app = await application(w)
      w.fakeNetwork(async () => answered(200, { ...metadata, ...discovery }))
      const answer = await app.manage(`${CONFIG}/acme`, { body: configOf('acme') })
      assert.equal(answer.status, 400, JSON.stringify(answer.body))
      assert.match(answer.body.message, reason)
      assert.match(answer.body.message, /^body\.oidc\.issuer_url: /)
    })
  }

  test(`${engine}: Okta names endpoints of its own origin alone; others may have theirs elsewhere`, async () => {
    const app = await application(w)
    const elsewhere = (issuer: string) => ({
      issuer,
      authorization_endpoint: 'https://login.example/a',
      token_endpoint: 'https://login.example/t',
      jwks_uri: 'https://login.example/k',
    })
    w.fakeNetwork(async ({ url }) => answered(200, elsewhere(url.replace('/.well-known/openid-configuration', ''))))
    const okta = await app.manage(`${CONFIG}/okta`, { body: configOf('okta') })
    assert.match(okta.body.message, /another origin/)
    assert.equal((await app.manage(`${CONFIG}/acme`, { body: configOf('acme') })).status, 201)
  })

  test(`${engine}: 81 an issuer at a private address, or at a name that leads to one, is not asked`, async () => {
    const resolve = async (host: string) => [
      { address: host === 'meta.example' ? '169.254.169.254' : '10.0.0.1', family: 4 },
    ]
    const guarded = await world(engine, { network: { allowPrivate: false, resolve } })
    const app = await application(guarded)
    for (const issuer_url of [
      'https://169.254.169.254/',
      'https://meta.example/',
      'https://[::1]/',
      'https://2130706433/',
      'http://id.acme.example/',
    ]) {
      const answer = await app.manage(`${CONFIG}/acme`, { body: configOf('acme', { oidc: { issuer_url } }) })
      assert.equal(answer.status, 400, issuer_url)
      assert.match(answer.body.message, /^body\.oidc\.issuer_url: /, issuer_url)
      assert.ok(!answer.body.message.includes('169.254'), issuer_url)
    }
  })

  test(`${engine}: 81 a redirect of the discovery document is not followed`, async () => {
    const app = await application(w)
    w.fakeNetwork(async () => ({
      kind: 'answered',
      status: 302,
      headers: { location: 'http://169.254.169.254/' },
      body: Buffer.alloc(0),
    }))
    const answer = await app.manage(`${CONFIG}/acme`, { body: configOf('acme') })
    assert.match(answer.body.message, /no usable discovery document/)
  })

  test(`${engine}: an outage of discovery is no outage of login, for what was said last is kept`, async () => {
    const own = await world(engine)
    const { app } = await withProvider(own, 'acme')
    assert.equal((await authorize(app, 'acme')).status, 200)
    own.fakeNetwork(async () => ({ kind: 'failed', reason: 'timeout' }))
    own.advance(90_000_000)
    assert.equal((await authorize(app, 'acme')).status, 200)
    const before = own.outbound.length
    assert.equal((await authorize(app, 'acme')).status, 200)
    assert.equal(own.outbound.length, before)
  })

  test(`${engine}: an issuer that was never reached is asked once in ten seconds, however many begin a login`, async () => {
    const { app } = await withProvider(w, 'acme')
    const own = await world(engine, { databaseUrl: w.databaseUrl })
    own.fakeNetwork(async () => ({ kind: 'failed', reason: 'timeout' }))
    const other = through(own, app)
    const many = () => Promise.all(Array.from({ length: 8 }, () => authorize(other, 'acme')))
    for (const answer of [...(await many()), ...(await many())]) {
      assertRefused(answer, 'overloaded', 'unavailable')
      assert.equal(answer.headers.get('retry-after'), '30')
    }
    assert.equal(own.outbound.length, 1)
    own.advance(10_000)
    await many()
    assert.equal(own.outbound.length, 2)
  })

  test(`${engine}: a secret that was sealed with another master key logs nobody in, and says so`, async () => {
    const { app } = await withProvider(w, 'google')
    const other = { ...w.deps.config, masterKey: new Uint8Array(32).fill(9) }
    const { openClient } = await import('./configured-client.ts')
    const { findOAuthConfig } = await import('../../core/federation/config-store.ts')
    const row = await findOAuthConfig(w.deps.db, app.id, 'google')
    const outcome = row && (await openClient({ ...w.deps, config: other }, row))
    assert.deepEqual(outcome, { kind: 'unavailable', cause: 'its secrets do not open with this master key' })
  })

  test(`${engine}: RSA keys are none of Apple’s`, async () => {
    const app = await application(w)
    const { privateJwk } = await rsaKeyPair()
    const { createPrivateKey } = await import('node:crypto')
    const p8_key = createPrivateKey({ key: privateJwk, format: 'jwk' })
      .export({ type: 'pkcs8', format: 'pem' })
      .toString()
    const answer = await app.manage(`${CONFIG}/apple`, { body: configOf('apple', { apple: { ...apple, p8_key } }) })
    assert.match(answer.body.message, /P-256/)
  })

  test(`${engine}: the list of places to return to is judged when it is saved`, async () => {
    const app = await application(w)
    const save = (redirect_uris: string[]) => app.manage('', { method: 'PATCH', body: { redirect_uris } })
    const refused = await save([REDIRECT_URI, `${REDIRECT_URI}?error=x`])
    assert.equal(refused.status, 400)
    assert.match(refused.body.message, /^body\.redirect_uris\[1\]: has a parameter that the login adds/)
    assert.equal((await save([REDIRECT_URI, 'myapp://oauth-callback'])).status, 200)
  })
}
