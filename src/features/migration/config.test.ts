import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import { CONFIG, configure, HOOK, hookKnows, migrate, personOf } from '../../../test/house/legacy.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { ENGINES, world } from '../../../test/world.ts'
import { rfc3339 } from '../../platform/clock.ts'

const hook = { session_validation_url: HOOK }
const jwt = {
  mode: 'jwt',
  preset: 'custom',
  jwks_url: 'https://id.example.com/keys',
  issuer: 'https://id.example.com/',
  audience: 'web',
}
const KEY = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo', kid: 'legacy' }
const pinned = { ...jwt, jwks_url: undefined, jwks: { keys: [KEY] }, cut_over_at: '2026-06-30T22:00:00+02:00' }
const { jwks_url: _url, ...withoutUrl } = jwt
const withEncryptionKey = {
  ...withoutUrl,
  jwks: { keys: [KEY, { ...KEY, use: 'enc' }] },
  cut_over_at: pinned.cut_over_at,
}
const claims = { external_id: 'uid', email: 'https://example.com/email', profile: { first_name: 'given_name' } }

const BAD: readonly [name: string, body: unknown, place: string][] = [
  ['no object', '"https://legacy.example.com"', 'body: '],
  ['nothing', {}, 'body.session_validation_url: '],
  ['a URL that is a number', { session_validation_url: 1 }, 'body.session_validation_url: '],
  ['a URL without scheme', { session_validation_url: 'legacy.example.com/validate' }, 'body.session_validation_url: '],
  ['another scheme', { session_validation_url: 'ftp://legacy.example.com/' }, 'body.session_validation_url: '],
  [
    'plain http',
    { session_validation_url: 'http://legacy.example.com/' },
    'body.session_validation_url: is no https URL',
  ],
  ['a password', { session_validation_url: 'https://a:secret@legacy.example.com/' }, 'body.session_validation_url: '],
  ['a URL of 2 KiB', { session_validation_url: `${HOOK}?${'x'.repeat(2048)}` }, 'body.session_validation_url: '],
  ['an unknown mode', { ...hook, mode: 'oauth' }, 'body.mode: '],
  ['an unknown preset', { ...jwt, preset: 'wordpress' }, 'body.preset: '],
  ['no issuer', { ...jwt, issuer: undefined }, 'body.issuer: '],
  ['no JWKS, where the preset has none', { ...jwt, jwks_url: undefined }, 'body.jwks_url: is required for this preset'],
  ['a JWKS over http', { ...jwt, jwks_url: 'http://id.example.com/keys' }, 'body.jwks_url: is no https URL'],
  ['no audience', { ...jwt, audience: undefined }, 'body.audience: is required for this preset'],
  ['an empty audience', { ...jwt, audience: '' }, 'body.audience: '],
  ['Auth0 without audience', { mode: 'jwt', preset: 'auth0', issuer: 'https://a.auth0.com/' }, 'body.audience: '],
  [
    'an issuer that is no URL, and is to lead to the keys',
    { mode: 'jwt', preset: 'clerk', issuer: 'clerk' },
    'body.issuer: ',
  ],
  ['an issuer over http', { mode: 'jwt', preset: 'clerk', issuer: 'http://clerk.example.com' }, 'body.issuer: '],
  ['an audience with white space', { ...jwt, audience: ['web', 'ios '] }, 'body.audience: has white space around it'],
  ['a list of no audience', { ...jwt, audience: [] }, 'body.audience: '],
  ['an empty audience in a list', { ...jwt, audience: ['web', ''] }, 'body.audience'],
  ['an issuer with white space', { ...jwt, issuer: ' https://id.example.com/' }, 'body.issuer: has white space'],
  [
    'Auth0 by its host alone',
    { mode: 'jwt', preset: 'auth0', issuer: 'shop.us.auth0.com', audience: 'web' },
    'body.issuer: is no https URL; tokens of this preset have https://tenant.region.auth0.com/',
  ],
  [
    'Supabase by its project alone',
    { mode: 'jwt', preset: 'supabase', issuer: 'https://shop.supabase.co', audience: 'authenticated' },
    'body.issuer: is none of this preset’s, whose tokens have https://project-ref.supabase.co/auth/v1',
  ],
  [
    'Cognito by its login page',
    { ...jwt, preset: 'cognito', issuer: 'https://shop.auth.eu-west-1.amazoncognito.com' },
    'body.issuer: is none of this preset’s',
  ],
  [
    'Firebase with another audience than its project',
    { mode: 'jwt', preset: 'firebase', issuer: 'https://securetoken.google.com/shop', audience: 'web' },
    'body.audience: is the project',
  ],
  [
    'Clerk with a page that has a path',
    { mode: 'jwt', preset: 'clerk', issuer: 'https://clerk.shop.example', audience: 'https://shop.example/' },
    'body.audience: names no page',
  ],
  [
    'Cognito whose tokens are to be of another use',
    {
      mode: 'jwt',
      preset: 'cognito',
      issuer: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Shop',
      audience: 'web',
      required_claims: { token_use: 'access' },
    },
    'body.required_claims: ',
  ],
  [
    'the discovery document for the keys',
    { ...jwt, jwks_url: 'https://id.example.org/.well-known/openid-configuration' },
    'body.jwks_url: is the discovery document',
  ],
  ['pinned keys without end', { ...pinned, cut_over_at: undefined }, 'body.cut_over_at: is required with jwks'],
  ['an end that is over', { ...pinned, cut_over_at: '2026-01-02T03:04:05Z' }, 'body.cut_over_at: is over'],
  ['an end that is no time', { ...pinned, cut_over_at: 'summer' }, 'body.cut_over_at: '],
  ['keys from two places', { ...pinned, jwks_url: jwt.jwks_url }, 'body.jwks: is given beside jwks_url'],
  ['no pinned key', { ...pinned, jwks: { keys: [] } }, 'body.jwks.keys: '],
  ['pinned keys that are a list', { ...pinned, jwks: [KEY] }, 'body.jwks: '],
  [
    'a pinned private key',
    { ...pinned, jwks: { keys: [KEY, { ...KEY, d: 'c2VjcmV0' }] } },
    'body.jwks.keys[1]: holds a private or symmetric key',
  ],
  [
    'a pinned secret',
    { ...pinned, jwks: { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] } },
    'body.jwks.keys[0]: holds a private or symmetric key',
  ],
  [
    'pinned keys that encrypt',
    { ...pinned, jwks: { keys: [{ ...KEY, use: 'enc' }] } },
    'body.jwks.keys: holds no key that verifies signatures',
  ],
  [
    'pinned keys of more than 32 KiB',
    { ...pinned, jwks: { keys: [{ ...KEY, x5c: ['A'.repeat(33_000)] }] } },
    'body.jwks: is longer than 32 KiB',
  ],
  ['more than twenty pinned keys', { ...pinned, jwks: { keys: Array(21).fill(KEY) } }, 'body.jwks.keys: '],
  ['a demand for an object', { ...jwt, required_claims: { org: { id: 1 } } }, 'body.required_claims.org: '],
  ['a demand for nothing', { ...jwt, required_claims: { org: [] } }, 'body.required_claims.org: '],
  ['an empty type', { ...jwt, token_type: '' }, 'body.token_type: '],
  ['a mapping to a number', { ...jwt, claims: { email: 1 } }, 'body.claims.email: '],
  ['an empty mapping', { ...jwt, claims: { external_id: '' } }, 'body.claims.external_id: '],
  ['a profile mapping to a list', { ...jwt, claims: { profile: { name: ['a'] } } }, 'body.claims.profile.name: '],
]

const duende = { ...jwt, jwks_url: 'https://id.example.org/.well-known/openid-configuration/jwks' }

const GOOD: readonly [name: string, body: object, config: object][] = [
  ['a hook that says so', { ...hook, mode: 'hook' }, { ...hook, mode: 'hook' }],
  [
    'a hook in capitals',
    { session_validation_url: 'HTTPS://Legacy.Example.com/' },
    { mode: 'hook', session_validation_url: 'HTTPS://Legacy.Example.com/' },
  ],
  ['tokens of any issuer', jwt, jwt],
  ['no preset', { ...jwt, preset: undefined }, jwt],
  ['claims of one’s own', { ...jwt, claims }, { ...jwt, claims }],
  [
    'Firebase, whose keys are known',
    { mode: 'jwt', preset: 'firebase', issuer: 'https://securetoken.google.com/p', audience: 'p' },
    { mode: 'jwt', preset: 'firebase', issuer: 'https://securetoken.google.com/p', audience: 'p' },
  ],
  [
    'Clerk, whose tokens have no audience',
    { mode: 'jwt', preset: 'clerk', issuer: 'https://clerk.example.com' },
    { mode: 'jwt', preset: 'clerk', issuer: 'https://clerk.example.com' },
  ],
  ['the keys of Duende, below its discovery document', duende, duende],
  ['several audiences', { ...jwt, audience: ['web', 'ios'] }, { ...jwt, audience: ['web', 'ios'] }],
  [
    'demands',
    { ...jwt, token_type: 'at+jwt', required_claims: { aal: 'aal2', 'org.id': [1, 'x', true] } },
    { ...jwt, token_type: 'at+jwt', required_claims: { aal: 'aal2', 'org.id': [1, 'x', true] } },
  ],
  ['pinned keys, one of them for encryption', withEncryptionKey, withEncryptionKey],
  [
    'a stand-in for Firebase with keys of its own',
    { ...jwt, preset: 'firebase', issuer: 'https://securetoken.google.com/shop' },
    { ...jwt, preset: 'firebase', issuer: 'https://securetoken.google.com/shop' },
  ],
  ['members it does not know', { ...hook, retries: 3 }, { ...hook, mode: 'hook' }],
]

/** What a body says that nobody should read in a message: a secret, a URL, a name. */
const textsOf = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value].filter((text) => text.length > 10)
    : Object.values((value ?? {}) as object).flatMap(textsOf)

const worlds = await Promise.all(
  ENGINES.map(async (engine) => {
    const w = await world(engine)
    const [empty, configured] = [await application(w), await application(w)]
    await configure(configured)
    return { engine, w, empty, configured, open: await world(engine, { config: { allowPrivateHooks: true } }) }
  }),
)

for (const { engine, w, empty, configured, open } of worlds) {
  test(`${engine}: a configuration is created, read, replaced and deleted`, async () => {
    const app = await application(w)
    const createdAt = rfc3339(w.deps.now())
    const created = await app.manage(CONFIG, { body: hook })
    assert.equal(created.status, 201)
    const config = { mode: 'hook', ...hook, created_at: createdAt, updated_at: createdAt }
    assert.deepEqual(created.body, { config })
    assert.deepEqual((await app.manage(CONFIG)).body, { config })

    w.advance(1_000)
    const other = { session_validation_url: 'https://other.example.com/' }
    const replaced = await app.manage(CONFIG, { method: 'PUT', body: other })
    assert.equal(replaced.status, 200)
    const after = { mode: 'hook', ...other, created_at: createdAt, updated_at: rfc3339(w.deps.now()) }
    assert.deepEqual(replaced.body, { config: after })
    assert.deepEqual((await app.manage(CONFIG)).body, { config: after })

    assertNoContent(await app.manage(CONFIG, { method: 'DELETE' }))
    assertNotFound(await app.manage(CONFIG))
    assertNotFound(await app.manage(CONFIG, { method: 'DELETE' }))
    assertNotFound(await app.manage(CONFIG, { method: 'PUT', body: hook }))
    assert.equal((await app.manage(CONFIG, { body: hook })).status, 201)
  })

  test(`${engine}: a second configuration is refused, and the first stays`, async () => {
    const app = await application(w)
    await configure(app)
    const second = await app.manage(CONFIG, { body: jwt })
    assertDenied(second, 'migration_config_already_exists', 'conflict')
    assert.equal((await app.manage(CONFIG)).body.config.session_validation_url, HOOK)
  })

  test(`${engine}: replacing a hook by tokens leaves nothing of the hook`, async () => {
    const app = await application(w)
    await configure(app)
    await app.manage(CONFIG, { method: 'PUT', body: jwt })
    const { created_at: _, updated_at: __, ...config } = (await app.manage(CONFIG)).body.config
    assert.deepEqual(config, jwt)
  })

  test(`${engine}: a configuration belongs to one application, and to its key`, async () => {
    const app = await application(w)
    const other = await application(w)
    await configure(app)
    assertNotFound(await other.manage(CONFIG))
    const headers = { authorization: `Bearer ${other.managementKey}` }
    for (const method of ['GET', 'PUT', 'DELETE'])
      assertNotFound(await app.manage(CONFIG, { method, headers, ...(method === 'PUT' && { body: hook }) }))
    assertNotFound(await app.manage(CONFIG, { body: hook, headers }))
    assertNotFound(await app.manage(`${CONFIG}/progress`, { headers }))
    assert.equal((await app.manage(CONFIG)).status, 200)
  })

  for (const [name, body, place] of BAD) {
    test(`${engine}: refused, naming the place: ${name}`, async () => {
      const posted = await empty.manage(CONFIG, { body })
      assertInvalid(posted, place)
      assert.ok(!textsOf(body).some((text) => posted.body.message.includes(text)), 'the message repeats what was sent')
      assertNotFound(await empty.manage(CONFIG))
      assertInvalid(await configured.manage(CONFIG, { method: 'PUT', body }), place)
      assert.equal((await configured.manage(CONFIG)).body.config.session_validation_url, HOOK)
    })
  }

  for (const [name, body, expected] of GOOD) {
    test(`${engine}: accepted: ${name}`, async () => {
      const app = await application(w)
      await configure(app, body)
      const { created_at: _, updated_at: __, ...config } = (await app.manage(CONFIG)).body.config
      assert.deepEqual(config, expected)
    })
  }

  test(`${engine}: plain http is accepted where the operator allows private hooks`, async () => {
    const app = await application(open)
    await configure(app, { session_validation_url: 'http://localhost:3000/validate' })
    assertInvalid(await app.manage(CONFIG, { method: 'PUT', body: { session_validation_url: 'ws://localhost/' } }))
  })

  test(`${engine}: once the configuration is deleted, legacy sessions are refused and the hook is left alone`, async () => {
    const app = await application(w)
    await configure(app)
    hookKnows(w, personOf('legacy-1', 'ada@example.com'))
    assert.equal((await migrate(app)).status, 200)
    await app.manage(CONFIG, { method: 'DELETE' })
    const calls = w.outbound.length
    assertRefused(await migrate(app), 'bad_request', 'bad_request')
    assert.equal(w.outbound.length, calls)
  })
}
