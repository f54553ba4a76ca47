import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { assertNoContent } from '../../../test/house/answers.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { PASSWORD_CONFIG, passwordApp, passwordConfig } from '../../../test/house/passwords.ts'
import { stages } from '../../../test/house/stages.ts'
import { world } from '../../../test/world.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { loginPasswordFeature } from './index.ts'

const bucket = { ttl: 600_000_000_000, limit: 10 }
const password_compliancy = { min_length: 8, max_length: 128, uppercase: 1, lowercase: 1, numbers: 1, symbols: 1 }
/** As the guides show it. */
const DOCUMENTED = {
  hash_method: 'argon2id',
  enabled: true,
  rate_limit_login_ip: bucket,
  rate_limit_login_identifier: bucket,
  password_compliancy,
}
/** What we add to it. */
const OURS = {
  sign_up_enabled: false,
  reveal_password_not_set: false,
  refuse_common: true,
  argon2: { memory_kib: 19_456, iterations: 2 },
  breached_lookup: { enabled: false, range_url: 'https://api.pwnedpasswords.com/range' },
}

const rules = (change: object) => ({ ...DOCUMENTED, password_compliancy: { ...password_compliancy, ...change } })
const { enabled: _, ...WITHOUT_ENABLED } = DOCUMENTED
const { symbols: __, ...FIVE } = password_compliancy

const BAD: readonly [name: string, body: unknown, place: string][] = [
  ['nothing', {}, 'body.enabled'],
  ['no enabled', WITHOUT_ENABLED, 'body.enabled'],
  ['no limit by address', { ...DOCUMENTED, rate_limit_login_ip: undefined }, 'body.rate_limit_login_ip'],
  ['no limit by identifier', { ...DOCUMENTED, rate_limit_login_identifier: undefined }, 'rate_limit_login_identifier'],
  ['a limit without ttl', { ...DOCUMENTED, rate_limit_login_ip: { limit: 1 } }, 'body.rate_limit_login_ip.ttl'],
  ['seconds for nanoseconds', { ...DOCUMENTED, rate_limit_login_ip: { ttl: 3600, limit: 1 } }, 'nanoseconds'],
  ['a limit of none', { ...DOCUMENTED, rate_limit_login_ip: { ttl: 1e9, limit: 0 } }, 'rate_limit_login_ip.limit'],
  ['no rules', { ...DOCUMENTED, password_compliancy: undefined }, 'body.password_compliancy'],
  ['five rules', { ...DOCUMENTED, password_compliancy: FIVE }, 'body.password_compliancy.symbols'],
  ['a negative rule', rules({ numbers: -1 }), 'body.password_compliancy.numbers'],
  ['half a character', rules({ min_length: 8.5 }), 'body.password_compliancy.min_length'],
  ['longest below shortest', rules({ max_length: 7 }), 'no password could be as short'],
  ['classes beyond the longest', rules({ max_length: 10, numbers: 9 }), 'no password could be as short'],
  ['an unknown hash', { ...DOCUMENTED, hash_method: 'md5' }, 'body.hash_method'],
  ['argon2 too cheap', { ...DOCUMENTED, argon2: { memory_kib: 7168, iterations: 4 } }, 'too little'],
  ['argon2 too dear', { ...DOCUMENTED, argon2: { memory_kib: 131_072, iterations: 6 } }, 'too much'],
  ['argon2 beyond memory', { ...DOCUMENTED, argon2: { memory_kib: 131_073 } }, 'body.argon2.memory_kib'],
  [
    'a lookup over http',
    { ...DOCUMENTED, breached_lookup: { enabled: true, range_url: 'http://ranges.example.com' } },
    'range_url: is no https URL',
  ],
  [
    'a lookup with a query',
    { ...DOCUMENTED, breached_lookup: { range_url: 'https://ranges.example.com/?key=secret' } },
    'body.breached_lookup.range_url',
  ],
]

for (const { engine, w } of await stages()) {
  test(`${engine}: a configuration is created, read, replaced and deleted`, async () => {
    const app = await application(w)
    const createdAt = rfc3339(w.deps.now())
    const created = await app.manage(PASSWORD_CONFIG, { body: DOCUMENTED })
    assert.equal(created.status, 201, JSON.stringify(created.body))
    const config = { ...DOCUMENTED, ...OURS, created_at: createdAt, updated_at: createdAt }
    assert.deepEqual(created.body, { config })
    assert.deepEqual((await app.manage(PASSWORD_CONFIG)).body, { config })

    w.advance(1_000)
    const other = passwordConfig({ enabled: false, sign_up_enabled: true })
    const replaced = await app.manage(PASSWORD_CONFIG, { method: 'PUT', body: other })
    assert.equal(replaced.status, 200)
    const after = { ...OURS, ...other, created_at: createdAt, updated_at: rfc3339(w.deps.now()) }
    assert.deepEqual(replaced.body, { config: after })
    assert.deepEqual((await app.manage(PASSWORD_CONFIG)).body, { config: after })

    assertNoContent(await app.manage(PASSWORD_CONFIG, { method: 'DELETE' }))
    assertNotFound(await app.manage(PASSWORD_CONFIG))
    assertNotFound(await app.manage(PASSWORD_CONFIG, { method: 'DELETE' }))
    assertNotFound(await app.manage(PASSWORD_CONFIG, { method: 'PUT', body: DOCUMENTED }))
    assert.equal((await app.manage(PASSWORD_CONFIG, { body: DOCUMENTED })).status, 201)
  })

  test(`${engine}: a second configuration is refused, and the first stays`, async () => {
    const app = await passwordApp(w)
    const second = await app.manage(PASSWORD_CONFIG, { body: passwordConfig({ enabled: false }) })
    assertDenied(second, 'password_config_already_exists', 'conflict')
    assert.equal((await app.manage(PASSWORD_CONFIG)).body.config.enabled, true)
  })

  test(`${engine}: booleans count as one and none, as older clients send them; bcrypt is kept as sent`, async () => {
    const app = await application(w)
    const body = { ...rules({ uppercase: true, symbols: false }), hash_method: 'bcrypt' }
    const { config } = (await app.manage(PASSWORD_CONFIG, { body })).body
    assert.deepEqual(config.password_compliancy, { ...password_compliancy, uppercase: 1, symbols: 0 })
    assert.equal(config.hash_method, 'bcrypt')
    const { hash_method: ___, ...unnamed } = DOCUMENTED
    const replaced = await app.manage(PASSWORD_CONFIG, { method: 'PUT', body: unnamed })
    assert.equal(replaced.body.config.hash_method, 'argon2id')
  })

  test(`${engine}: a configuration that is not whole or makes no sense is refused, naming the place`, async () => {
    const [app, configured] = [await application(w), await passwordApp(w)]
    const before = (await configured.manage(PASSWORD_CONFIG)).body
    for (const [name, body, place] of BAD) {
      const created = await app.manage(PASSWORD_CONFIG, { body })
      assert.ok(created.body.message?.includes(place), `${name}: ${JSON.stringify(created.body)}`)
      assertInvalid(created, place)
      assert.ok(!created.body.message.includes('secret'), name)
      assertInvalid(await configured.manage(PASSWORD_CONFIG, { method: 'PUT', body }), place)
    }
    assertNotFound(await app.manage(PASSWORD_CONFIG))
    assert.deepEqual((await configured.manage(PASSWORD_CONFIG)).body, before)
  })

  test(`${engine}: the lookup is a URL that the server calls when it is switched on, for the doctor to try`, async () => {
    const urls = (app: { id: string }) => loginPasswordFeature.outboundUrls?.(w.deps, app.id)
    const range_url = 'https://ranges.example.com/range'
    assert.deepEqual(await urls(await application(w)), [])
    assert.deepEqual(await urls(await passwordApp(w)), [])
    assert.deepEqual(await urls(await passwordApp(w, { breached_lookup: { enabled: true, range_url } })), [range_url])
  })

  test(`${engine}: a lookup of one's own may be plain http where the operator allows private hooks`, async () => {
    const open = await world(engine, { config: { allowPrivateHooks: true } })
    const breached_lookup = { enabled: true, range_url: 'http://localhost:9000/range' }
    const answer = await (await application(open)).manage(PASSWORD_CONFIG, { body: { ...DOCUMENTED, breached_lookup } })
    assert.equal(answer.status, 201)
  })
}
