import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  application,
  applicationRecord,
  type Client,
  claimsOf,
  credentials,
  login,
  REFRESH,
  type TestApp,
  user,
} from '../../../test/builders.ts'
import { allow } from '../../../test/house/legacy.ts'
import { passkeyConfig, withPasskey } from '../../../test/house/passkeys.ts'
import { stages } from '../../../test/house/stages.ts'
import { challenged, configure, direct, doCodeStep, refreshWith } from '../../../test/house/step-up.ts'
import { REGISTERED_CLAIMS } from '../../core/claims-mapping/registered.ts'

const input = ($input: string, $type = 'string') => ({ $input, $type })

const EVERYTHING = {
  user_id: input('user_id', 'uuid'),
  external: input('external_id'),
  email: input('emails'),
  emails: input('emails', 'string[]'),
  phones: input('phone_numbers', 'string[]'),
  locale: input('locales'),
  passkey: input('has_passkey', 'boolean'),
  groups: input('groups', 'string[]'),
  here: {
    ip: input('ip'),
    country: input('country_code'),
    session: input('session_id'),
    since: input('auth_time', 'number'),
  },
  plan: { $custom_claim: 'plan' },
  missing: { $custom_claim: 'missing' },
}

const map = async (app: TestApp, mapping: object, more: object = {}) =>
  assert.equal((await app.manage('/config/claims', { body: { mapping, ...more } })).status, 201)
const refreshed = async (client: Client) => {
  assert.equal((await client.post(REFRESH)).status, 200)
  return claimsOf(client.accessToken)
}
const pick = (claims: Record<string, unknown>, names: object) =>
  Object.fromEntries(Object.keys(names).map((name) => [name, claims[name]]))

for (const { engine, w } of await stages()) {
  async function story() {
    const app = await application(w, { settings: { sessions: { country_header: 'x-country' } } })
    await allow(app, 'read')
    await app.manage('/config/groups', { body: { name: 'support', scopes: ['read'] } })
    const person = {
      email: 'ana@example.com',
      phone: '+436641234567',
      externalId: 'shop-7',
      profile: { plan: 'pro', locales: ['de-AT', 'en'] },
    }
    const id = await user(w, app, person)
    await app.manage(`/users/${id}/groups`, { body: { group: 'support' } })
    return { app, id }
  }

  test(`${engine}: every input is in the token of a login, of a refresh, of a repeated one and of a step-up`, async () => {
    const { app, id } = await story()
    await map(app, EVERYTHING)
    await configure(app, direct('pay', { steps: [{ order: 1, key: 'verify_email', expiration_duration: 600 }] }))
    const client = await login(w, app, id)
    const { auth_time } = claimsOf(client.accessToken)
    const expected = {
      user_id: String(claimsOf(client.accessToken).user_id),
      external: 'shop-7',
      email: 'ana@example.com',
      emails: ['ana@example.com'],
      phones: ['+436641234567'],
      locale: 'de-AT',
      passkey: false,
      groups: ['support'],
      here: { ip: '127.0.0.1', country: null, session: client.sessionId, since: auth_time },
      plan: 'pro',
      missing: null,
    }
    assert.match(expected.user_id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/)
    assert.deepEqual(pick(claimsOf(client.accessToken), expected), expected)
    const spent = client.refreshToken
    assert.deepEqual(pick(await refreshed(client), expected), expected)
    client.refreshToken = spent
    assert.deepEqual(pick(await refreshed(client), expected), expected)
    const token = await doCodeStep(w, app, client, await challenged(app, client, 'pay'))
    assert.equal((await refreshWith(client, token)).status, 200)
    assert.deepEqual(pick(claimsOf(client.accessToken), expected), expected)
    assert.equal(claimsOf(client.accessToken).scope, 'pay read')
  })

  test(`${engine}: what changes of a user is in the next token, and who has nothing has null`, async () => {
    const { app, id } = await story()
    await map(app, EVERYTHING)
    const client = await login(w, app, id)
    await app.manage(`/users/${id}/profile`, { method: 'PATCH', body: { plan: { name: 'free' }, locales: null } })
    await app.manage(`/users/${id}/identifiers`, {
      body: { identifier: { type: 'email_address', value: 'second@example.com' } },
    })
    const claims = await refreshed(client)
    assert.deepEqual(claims.emails, ['ana@example.com', 'second@example.com'])
    assert.deepEqual([claims.plan, claims.locale], [{ name: 'free' }, null])
    const nobody = claimsOf((await login(w, app, await user(w, app))).accessToken)
    const nothing = { external: null, email: null, emails: [], phones: [], locale: null, groups: [], plan: null }
    assert.deepEqual(pick(nobody, nothing), nothing)
  })

  test(`${engine}: the management API finds a user by the UUID in their token`, async () => {
    const { app, id } = await story()
    await map(app, { user_id: input('user_id', 'uuid') })
    const uuid = String(claimsOf((await login(w, app, id)).accessToken).user_id)
    for (const named of [uuid, uuid.toUpperCase()]) assert.equal((await app.manage(`/users/${named}`)).body.user.id, id)
    assert.equal((await app.manage(`/users/${uuid.replace(/^./, 'f')}`)).status, 404)
    assert.equal((await (await story()).app.manage(`/users/${uuid}`)).status, 404)
  })

  test(`${engine}: the UUID that a user was made with is the one in the token`, async () => {
    const { app } = await story()
    await map(app, { user_id: input('user_id', 'uuid') })
    const id = '018f3f9e-0000-4000-8000-000000000001'
    const identifiers = [{ type: 'email_address', value: 'made@example.com' }]
    const made = await app.manage('/users', { body: { id, identifiers } })
    assert.equal(made.status, 201, JSON.stringify(made.body))
    const client = await login(w, app, made.body.id)
    assert.equal(claimsOf(client.accessToken).user_id, id)
    assert.equal((await refreshed(client)).user_id, id)
  })

  test(`${engine}: address and country are those of the request of the moment`, async () => {
    const { app, id } = await story()
    await map(app, { country: input('country_code'), ip: input('ip') })
    const client = await login(w, app, id)
    const from = async (headers: Record<string, string>) => {
      await client.post(REFRESH, { headers: { ...(await credentials(app, client, REFRESH)), ...headers } })
      const { country, ip } = claimsOf(client.accessToken)
      return [country, ip]
    }
    assert.deepEqual(await from({ 'x-country': 'AT', 'x-forwarded-for': '203.0.113.9' }), ['AT', '203.0.113.9'])
    assert.deepEqual(await from({ 'x-country': 'nowhere' }), [null, '127.0.0.1'])
  })

  test(`${engine}: a passkey is told of from the next token on`, async () => {
    const { app, id } = await story()
    await map(app, { has_passkey: input('has_passkey', 'boolean') })
    const client = await login(w, app, id)
    const config = passkeyConfig()
    await app.manage('/config/passkey', { method: 'PUT', body: config })
    assert.equal((await refreshed(client)).has_passkey, false)
    await withPasskey({ w, app, record: await applicationRecord(w, app), config }, client)
    assert.equal((await refreshed(client)).has_passkey, true)
  })

  test(`${engine}: asked to, tokens of cookie sessions have the claims under cc too, with the user’s own id`, async () => {
    const { app, id } = await story()
    await map(app, { plan: { $custom_claim: 'plan' }, n: 1 }, { as_profile: true })
    const cookie = await login(w, app, id, 'cookie')
    for (const claims of [claimsOf(cookie.accessToken), await refreshed(cookie)]) {
      assert.deepEqual([claims.plan, claims.n], ['pro', 1])
      assert.deepEqual(claims.cc, { plan: 'pro', n: 1, sub: id })
    }
    const bound = await refreshed(await login(w, app, id))
    assert.deepEqual([bound.cc, bound.plan], [undefined, 'pro'])
    await app.manage('/config/claims', { method: 'PUT', body: { mapping: { n: 1 } } })
    assert.deepEqual((await refreshed(cookie)).cc, { sub: id })
  })

  test(`${engine}: a profile that is too large for a token costs nobody their session`, async () => {
    const { app, id } = await story()
    await map(app, { large: { $custom_claim: 'large' }, small: { $custom_claim: 'plan' } })
    await app.manage(`/users/${id}/profile`, { method: 'PATCH', body: { large: 'x'.repeat(15_000) } })
    const client = await login(w, app, id)
    const { large, small } = await refreshed(client)
    assert.deepEqual([large, small], [null, 'pro'])
    assert.equal((await client.bearer('/v1/session/me/list')).status, 200)
  })

  test(`${engine}: whatever mapping is accepted, what every token says stays as it is, and the token is good`, async () => {
    const { app, id } = await story()
    const client = await login(w, app, id)
    const own = pick(await refreshed(client), { iss: 0, sub: 0, sid: 0, scope: 0, cnf: 0, amr: 0, auth_time: 0, cc: 0 })
    const name = fc.oneof(fc.constantFrom(...REGISTERED_CLAIMS), fc.string({ minLength: 1, maxLength: 6 }))
    const value = fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.constant(input('emails')))
    await app.manage('/config/claims', { body: { mapping: {} } })
    await fc.assert(
      fc.asyncProperty(fc.dictionary(name, value, { maxKeys: 4 }), async (mapping) => {
        const put = await app.manage('/config/claims', { method: 'PUT', body: { mapping } })
        if (put.status === 200) assert.ok(!Object.keys(mapping).some((one) => REGISTERED_CLAIMS.includes(one)))
        assert.deepEqual(pick(await refreshed(client), own), own)
        assert.equal((await client.bearer('/v1/session/me/list')).status, 200)
      }),
      { numRuns: 20 },
    )
  })
}
