import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, pkce, type TestApp, through as throughWorld, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { holderOf } from '../../../test/house/federation.ts'
import {
  answered,
  CONFIG,
  comeBack,
  configOf,
  OKTA_ISSUER,
  type Played,
  play,
  REDIRECT_URI,
  returned,
  TENANT,
} from '../../../test/house/oauth.ts'
import { stages } from '../../../test/house/stages.ts'
import { type World, world } from '../../../test/world.ts'

const AUTHORIZE = '/v1/session/login/oauth/authorize'
const ANA = 'ana@acme.com'

const ofCompany = (provider: string, domains: string[], change: object = {}) =>
  configOf(provider, {
    type: 'enterprise',
    enterprise: { email_domain_allowlist: domains, default_redirect_uri: REDIRECT_URI },
    ...(provider === 'microsoft' && { microsoft: { tenant: TENANT } }),
    ...change,
  })

async function withConnection(w: World, provider: string, domains = ['acme.com'], change: object = {}) {
  const app = await application(w, { redirectUris: [REDIRECT_URI] })
  const played = await play(w, provider)
  if (provider === 'microsoft') {
    const consent = played.consent
    w.fakeNetwork((request) =>
      played.answer({ ...request, url: request.url.replace(`.com/${TENANT}/`, '.com/common/') }),
    )
    played.consent = (url) => consent(url.replace(`.com/${TENANT}/`, '.com/common/'))
  }
  const made = await app.manage(`${CONFIG}/${provider}`, { body: ofCompany(provider, domains, change) })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  played.claims = { email: ANA, hd: 'acme.com' }
  return { app, played, id: made.body.config.connection_id as string }
}

const authorize = (app: TestApp, body: object) =>
  app.call(AUTHORIZE, { body: { code_challenge: pkce().challenge, ...body } })

/** What stands for the connection in the path that it comes back by. */
const returnNameOf = (url: string) => new URL(url).searchParams.get('redirect_uri')?.split('/').at(-2) ?? ''

/** Through the company’s page and back. */
async function through(app: TestApp, played: Played, body: object) {
  const answer = await authorize(app, body)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  const url: string = answer.body.authorization_url
  return returned(await comeBack(app, returnNameOf(url), played.consent(url)))
}

for (const { engine, w } of await stages()) {
  for (const provider of ['google', 'microsoft', 'okta', 'acme']) {
    test(`${engine}: ${provider}: the people of a company log in by its own provider, found by address or by name`, async () => {
      const { app, played, id } = await withConnection(w, provider)
      assert.match(id, /^ocon_[0-9a-z]{26}$/)
      const first = await through(app, played, { email: 'someone@ACME.com' })
      const sub = claimsOf(first.challenge_token ?? '').sub
      for (const connection_id of [id, `oidc:${id}`]) {
        const next = await through(app, played, { connection_id, redirect_uri: REDIRECT_URI })
        assert.equal(claimsOf(next.challenge_token ?? '').sub, sub)
      }
      const [identity] = (await app.manage(`/users/${sub}/federated_identities`)).body.federated_identities
      assert.deepEqual([identity.provider, identity.subject], [id, '108'])
    })
  }

  for (const [provider, member, shared] of [
    ['okta', { okta: { issuer_url: OKTA_ISSUER } }, true],
    ['okta', { okta: { issuer_url: 'https://login.acme.com' } }, false],
    ['okta', { okta: { issuer_url: 'https://acme.okta.com.evil.example' } }, false],
    ['acme', { oidc: { issuer_url: 'https://acme.okta.com' } }, false],
  ] as const) {
    test(`${engine}: the redirect URI of ${JSON.stringify(member)} is ${shared ? 'the provider’s' : 'its own'}`, async () => {
      const app = await application(w, { redirectUris: [REDIRECT_URI] })
      w.fakeNetwork(async ({ url }) => {
        const issuer = url.replace('/.well-known/openid-configuration', '')
        const at = { authorization_endpoint: `${issuer}/a`, token_endpoint: `${issuer}/t`, jwks_uri: `${issuer}/k` }
        return answered(200, { issuer, ...at })
      })
      const made = await app.manage(`${CONFIG}/${provider}`, { body: ofCompany(provider, ['acme.com'], member) })
      const { redirect_uri, connection_id } = made.body.config
      const name = shared ? provider : connection_id
      assert.equal(redirect_uri, `${app.origin}/v1/session/login/oauth/${name}/callback`)
    })
  }

  test(`${engine}: the page of the provider learns whom it may expect`, async () => {
    const { app } = await withConnection(w, 'okta')
    const url = new URL((await authorize(app, { email: ' Ana@acme.com' })).body.authorization_url)
    assert.equal(url.searchParams.get('login_hint'), ANA)
  })

  test(`${engine}: what begins no login is told apart, and of people nothing is told`, async () => {
    const { app, id } = await withConnection(w, 'okta', ['acme.com'], {
      enterprise: { email_domain_allowlist: ['acme.com'] },
    })
    const other = await withConnection(w, 'okta')
    const target = { redirect_uri: REDIRECT_URI }
    for (const body of [{ ...target }, { ...target, email: ANA, connection_id: id }, { email: ANA }])
      assertRefused(await authorize(app, body), 'bad_request', 'bad_request')
    assertRefused(await authorize(app, { ...target, email: 'nobody' }), 'invalid_identifier', 'bad_request')
    const elsewhere = { email: ANA, redirect_uri: 'https://evil.example/' }
    assertRefused(await authorize(app, elsewhere), 'invalid_redirect_uri', 'bad_request')
    for (const email of ['x@sub.acme.com', 'x@acme.com.evil.example', 'x@other.com'])
      assertRefused(await authorize(app, { ...target, email }), 'oauth_no_connection_for_email', 'not_found')
    for (const connection_id of [other.id, 'ocon_00000000000000000000000000'])
      assertRefused(await authorize(app, { ...target, connection_id }), 'oauth_connection_not_configured', 'not_found')
    assertRefused(await authorize(app, { ...target, connection_id: 'okta' }), 'bad_request', 'bad_request')
    const off = ofCompany('okta', ['acme.com'], { enabled: false })
    assert.equal((await app.manage(`${CONFIG}/okta/${id}`, { method: 'PUT', body: off })).status, 200)
    assertRefused(await authorize(app, { ...target, email: ANA }), 'oauth_connection_disabled', 'forbidden')
  })

  for (const [provider, name, claims] of [
    ['okta', 'an address of another domain', { email: 'ana@other.com' }],
    ['okta', 'an address of a subdomain', { email: 'ana@mail.acme.com' }],
    ['okta', 'an address that is not verified', { email_verified: false }],
    ['okta', 'no address', { email: undefined, email_verified: undefined }],
    ['google', 'no hd', { hd: undefined }],
    ['google', 'another hd', { hd: 'other.com' }],
    ['microsoft', 'an address without xms_edov', { xms_edov: undefined }],
  ] as const) {
    test(`${engine}: ${provider}: a connection does not speak for an account with ${name}`, async () => {
      const { app, played, id } = await withConnection(w, provider)
      await user(w, app, { email: 'ana@other.com' })
      played.claims = { email: ANA, hd: 'acme.com', ...claims }
      const gone = await through(app, played, { connection_id: id })
      assert.deepEqual(gone, {
        error: 'oauth_email_domain_not_allowed',
        error_description: 'This login is for people of another company.',
      })
      assert.equal(await holderOf(w, app, id, '108'), undefined)
    })
  }

  test(`${engine}: a token of another tenant is not the company’s`, async () => {
    const { app, played, id } = await withConnection(w, 'microsoft')
    const other = '99999999-2222-3333-4444-555555555555'
    played.claims = { email: ANA, tid: other, iss: `https://login.microsoftonline.com/${other}/v2.0` }
    assert.equal((await through(app, played, { connection_id: id })).error, 'server_error')
  })

  test(`${engine}: two connections of one provider, and the provider itself, are three parties`, async () => {
    const { app, played, id } = await withConnection(w, 'okta')
    const second = await app.manage(`${CONFIG}/okta`, { body: ofCompany('okta', ['other.com']) })
    const own = await app.manage(`${CONFIG}/okta`, { body: configOf('okta') })
    assert.deepEqual([second.status, own.status, own.body.config.type], [201, 201, 'personal'])
    const first = await through(app, played, { connection_id: id })
    played.claims = { email: 'ana@other.com' }
    const other = await through(app, played, { connection_id: second.body.config.connection_id })
    assert.notEqual(claimsOf(first.challenge_token ?? '').sub, claimsOf(other.challenge_token ?? '').sub)
    assert.equal((await app.manage(CONFIG)).body.configs.length, 3)
    assert.equal((await app.manage(`${CONFIG}/okta/okta`)).status, 404)
    assert.equal((await app.manage(`${CONFIG}/google/${id}`)).status, 404)
  })

  test(`${engine}: a domain is one connection’s`, async () => {
    const { app, id } = await withConnection(w, 'okta', ['acme.com', 'acme.net'])
    const make = (domains: string[]) => app.manage(`${CONFIG}/acme`, { body: ofCompany('acme', domains) })
    await play(w, 'acme')
    const taken = await make(['free.com', 'ACME.net'])
    assert.deepEqual([taken.status, taken.body.code], [409, 'email_domain_conflict'])
    assert.equal((await app.manage(CONFIG)).body.configs.length, 1)
    assert.equal((await make(['free.com'])).status, 201)
    await play(w, 'okta')
    const put = (domains: string[]) =>
      app.manage(`${CONFIG}/okta/${id}`, { method: 'PUT', body: ofCompany('okta', domains) })
    assert.equal((await put(['free.com'])).body.code, 'email_domain_conflict')
    assert.equal((await put(['acme.com'])).status, 200)
    await play(w, 'acme')
    assert.equal((await make(['acme.net'])).status, 201)
    assert.equal((await app.manage(`${CONFIG}/okta/${id}`, { method: 'DELETE' })).status, 204)
    assert.equal((await make(['acme.com'])).status, 201)
  })

  for (const [name, provider, change, reason] of [
    ['no domain', 'okta', { enterprise: { email_domain_allowlist: [] } }, /email_domain_allowlist/],
    ['no list', 'okta', { enterprise: undefined }, /body\.enterprise: is required/],
    [
      'a public suffix',
      'okta',
      { enterprise: { email_domain_allowlist: ['acme.com', 'co.uk'] } },
      /allowlist\[1\]: is a suffix/,
    ],
    ['a suffix of a host', 'okta', { enterprise: { email_domain_allowlist: ['github.io'] } }, /is a suffix/],
    ['a leading dot', 'okta', { enterprise: { email_domain_allowlist: ['.acme.com'] } }, /is no domain/],
    ['a wildcard', 'okta', { enterprise: { email_domain_allowlist: ['*.acme.com'] } }, /is no domain/],
    ['an address', 'okta', { enterprise: { email_domain_allowlist: ['ana@acme.com'] } }, /is no domain/],
    [
      'a place that is not listed',
      'okta',
      { enterprise: { email_domain_allowlist: ['acme.com'], default_redirect_uri: 'https://evil.example/' } },
      /default_redirect_uri/,
    ],
    ['any tenant', 'microsoft', { microsoft: { tenant: 'common' } }, /microsoft\.tenant/],
    ['no tenant', 'microsoft', { microsoft: undefined }, /microsoft\.tenant/],
    ['GitHub', 'github', {}, /has no companies/],
    ['a code', 'okta', { options: { use_email_as_identifier: true, verify_email: true } }, /personal alone/],
    ['domains of a personal one', 'okta', { type: 'personal' }, /needs type enterprise/],
  ] as const) {
    test(`${engine}: a connection with ${name} is refused when it is saved`, async () => {
      const app = await application(w, { redirectUris: [REDIRECT_URI] })
      await play(w, provider)
      const answer = await app.manage(`${CONFIG}/${provider}`, { body: ofCompany(provider, ['acme.com'], change) })
      assert.equal(answer.status, 400, JSON.stringify(answer.body))
      assert.match(answer.body.message, reason)
    })
  }

  test(`${engine}: a connection that is not there is not found, and of two who replace one at once one is told`, async () => {
    const { app, played, id } = await withConnection(w, 'okta')
    const put = (name: string, scopes: string[] = []) =>
      app.manage(`${CONFIG}/okta/${name}`, { method: 'PUT', body: ofCompany('okta', ['acme.com'], { scopes }) })
    assert.equal((await put('ocon_nobody')).status, 404)
    assert.equal((await app.manage(`${CONFIG}/okta/ocon_nobody`, { method: 'DELETE' })).status, 404)
    const both = Promise.withResolvers<void>()
    let asked = 0
    w.fakeNetwork(async (request) => {
      if (++asked === 2) both.resolve()
      await both.promise
      return (await played.answer(request)) ?? { kind: 'failed', reason: 'network' }
    })
    const answers = await Promise.all([put(id, ['one']), put(id, ['two'])])
    assert.deepEqual(answers.map(({ status }) => status).toSorted(), [200, 409])
    assert.equal(answers.find(({ status }) => status === 409)?.body.code, 'oauth_config_changed')
  })

  test(`${engine}: a company’s server that was never reached keeps nobody waiting`, async () => {
    const { app, id } = await withConnection(w, 'okta')
    const own = await world(engine, { databaseUrl: w.databaseUrl })
    own.fakeNetwork(async () => ({ kind: 'failed', reason: 'timeout' }))
    const answer = await authorize(throughWorld(own, app), { connection_id: id })
    assertRefused(answer, 'overloaded', 'unavailable')
  })

  test(`${engine}: what was made for a company stays a company’s`, async () => {
    const { app, id } = await withConnection(w, 'okta')
    const change = (body: object) => app.manage(`${CONFIG}/okta/${id}`, { method: 'PUT', body })
    assert.match((await change(configOf('okta'))).body.message, /body\.type: stays as it was made/)
    const read = (await app.manage(`${CONFIG}/okta/${id}`)).body.config
    assert.deepEqual(
      [read.type, read.connection_id, read.enterprise],
      ['enterprise', id, { email_domain_allowlist: ['acme.com'], default_redirect_uri: REDIRECT_URI }],
    )
  })

  test(`${engine}: a connection that is switched off between logs nobody in`, async () => {
    const { app, played, id } = await withConnection(w, 'okta')
    const begun = await authorize(app, { connection_id: id })
    const back = played.consent(begun.body.authorization_url)
    const off = ofCompany('okta', ['acme.com'], { enabled: false })
    await app.manage(`${CONFIG}/okta/${id}`, { method: 'PUT', body: off })
    assert.equal(returned(await comeBack(app, 'okta', back)).error, 'access_denied')
  })

  test(`${engine}: a network that asks for one company after the other has to wait`, async () => {
    const { app, id } = await withConnection(w, 'okta')
    const settings = { login_oauth: { starts_per_ip: 3 } }
    assert.equal((await app.manage('/settings', { method: 'PATCH', body: { settings } })).status, 200)
    const unknown = { connection_id: 'ocon_00000000000000000000000000' }
    const asked = [{ email: 'a@one.example' }, unknown, { email: 'a@two.example' }]
    for (const body of asked) assert.equal((await authorize(app, body)).status, 404)
    // Nor may a refusal tell those that are there.
    const elsewhere = { redirect_uri: 'https://evil.example/' }
    for (const body of [...asked, { email: ANA }, { email: ANA, ...elsewhere }, { connection_id: id, ...elsewhere }])
      assertRefused(await authorize(app, body), 'rate_limited', 'rate_limited')
    const off = ofCompany('okta', ['acme.com'], { enabled: false })
    assert.equal((await app.manage(`${CONFIG}/okta/${id}`, { method: 'PUT', body: off })).status, 200)
    assertRefused(await authorize(app, { email: ANA }), 'rate_limited', 'rate_limited')
    const on = ofCompany('okta', ['acme.com'])
    assert.equal((await app.manage(`${CONFIG}/okta/${id}`, { method: 'PUT', body: on })).status, 200)
    w.advance(600_000)
    assert.equal((await authorize(app, { email: ANA })).status, 200)
  })
}
