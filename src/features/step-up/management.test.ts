import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { assertNoContent } from '../../../test/house/answers.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { CONFIG, configOf, delegated, direct, HOOK, JWKS, managed, step } from '../../../test/house/step-up.ts'
import { world } from '../../../test/world.ts'
import { features } from '../../features.ts'
import { rfc3339 } from '../../platform/clock.ts'

const outboundUrls = features.find(({ name }) => name === 'step-up')?.outboundUrls

for (const { engine, w } of await stages()) {
  test(`${engine}: the configuration is made once, read as it was written, replaced whole and deleted`, async () => {
    const app = await application(w)
    assertNotFound(await app.manage(CONFIG))
    assertNotFound(await app.manage(CONFIG, { method: 'PUT', body: configOf([]) }))
    assertNotFound(await app.manage(CONFIG, { method: 'DELETE' }))

    const config = configOf([direct('pay'), delegated('transfer'), managed('prld:phone:register')])
    const made = rfc3339(w.deps.now())
    const created = await app.manage(CONFIG, { body: config })
    assert.equal(created.status, 201)
    assert.deepEqual(created.body, { config: { ...config, created_at: made, updated_at: made } })
    assert.deepEqual((await app.manage(CONFIG)).body, created.body)
    assertDenied(await app.manage(CONFIG, { body: config }), 'step_up_config_already_exists', 'conflict')

    w.advance(5000)
    const other = { jwks_url: '', step_keys: [], allowed_scopes: [direct('read')] }
    const replaced = await app.manage(CONFIG, { method: 'PUT', body: other })
    assert.equal(replaced.status, 200)
    const times = { created_at: made, updated_at: rfc3339(w.deps.now()) }
    assert.deepEqual(replaced.body, { config: { ...other, ...times } })
    assert.deepEqual((await app.manage(CONFIG)).body, replaced.body)

    assertNoContent(await app.manage(CONFIG, { method: 'DELETE' }))
    assertNotFound(await app.manage(CONFIG))
    assert.equal((await app.manage(CONFIG, { body: other })).status, 201)
  })

  test(`${engine}: what may be left out has a default`, async () => {
    const app = await application(w)
    const terms = { identifier_types: ['email_address'], status: 'block', grant_mode: 'single-use' }
    const body = { step_keys: [{ key: 'approve' }], allowed_scopes: [{ scope: 'pay', mode: 'direct', direct: terms }] }
    const { config } = (await app.manage(CONFIG, { body })).body
    assert.equal(config.jwks_url, '')
    assert.deepEqual(config.step_keys, [{ key: 'approve', description: '' }])
    assert.deepEqual(config.allowed_scopes[0].direct, { ...terms, granted_for: 0, steps: [] })
  })

  test(`${engine}: each fault of a configuration is refused, and the answer says where it is`, async () => {
    const app = await application(w)
    const scope = (entry: object) => configOf([entry])
    const steps = (...list: readonly object[]) => scope(direct('pay', { steps: list }))
    const faults: readonly (readonly [string, unknown])[] = [
      ['body.step_keys', { allowed_scopes: [] }],
      ['body.allowed_scopes', { step_keys: [] }],
      ['body.step_keys[0].key', configOf([], { step_keys: [{ key: 'a b' }] })],
      ['body.step_keys[0].key', configOf([], { step_keys: [{ key: '' }] })],
      ['body.step_keys', configOf([], { step_keys: [{ key: 'verify_sms' }] })],
      ['body.step_keys', configOf([], { step_keys: [{ key: 'verify_passkey' }] })],
      ['body.step_keys', configOf([], { step_keys: [{ key: 'completed' }] })],
      ['body.step_keys', configOf([], { step_keys: [{ key: 'x' }, { key: 'x' }] })],
      ['body.step_keys', configOf([], { step_keys: Array.from({ length: 51 }, (_, i) => ({ key: `k${i}` })) })],
      ['body.jwks_url', configOf([], { jwks_url: 'bank' })],
      ['body.jwks_url', configOf([], { jwks_url: 'ftp://bank.example.com' })],
      ['body.jwks_url', configOf([], { jwks_url: 'http://bank.example.com' })],
      ['body.jwks_url', configOf([], { jwks_url: 'https://user:pass@bank.example.com' })],
      ['body.jwks_url: is required', configOf([delegated('pay')], { jwks_url: '' })],
      ['body.jwks_url: is required', configOf([direct('pay', { steps: [step('approve')] })], { jwks_url: '' })],
      ['body.allowed_scopes[0].scope', scope(direct('a b'))],
      ['body.allowed_scopes[0].scope', scope(direct(''))],
      ['body.allowed_scopes', scope({ scope: 'pay', mode: 'open' })],
      ['body.allowed_scopes[0].direct', scope({ scope: 'pay', mode: 'direct' })],
      ['body.allowed_scopes[0].delegated', scope({ scope: 'pay', mode: 'delegated' })],
      ['body.allowed_scopes[0].scope', scope(managed('pay'))],
      ['body.allowed_scopes[0].mode', scope(direct('prld:phone:register'))],
      ['body.allowed_scopes[1].mode', configOf([direct('pay'), delegated('prld:email:register')])],
      ['body.allowed_scopes[0].delegated.delegation_hook', scope(delegated('pay', 'http://bank.example.com'))],
      ['body.allowed_scopes[0].delegated.delegation_hook', scope(delegated('pay', 'bank'))],
      ['body.allowed_scopes[0].direct.identifier_types', scope(direct('pay', { identifier_types: [] }))],
      ['body.allowed_scopes[0].direct.identifier_types', scope(direct('pay', { identifier_types: ['name'] }))],
      ['body.allowed_scopes[0].direct.status', scope(direct('pay', { status: 'allow' }))],
      ['body.allowed_scopes[0].direct.grant_mode', scope(direct('pay', { grant_mode: 'session-start' }))],
      ['body.allowed_scopes[0].direct.granted_for', scope(direct('pay', { granted_for: -1 }))],
      ['body.allowed_scopes[0].direct.granted_for', scope(direct('pay', { granted_for: 86_401 }))],
      ['body.allowed_scopes[0].direct.granted_for', scope(direct('pay', { granted_for: 0 }))],
      [
        'body.allowed_scopes[0].direct.granted_for',
        scope(direct('pay', { granted_for: 0, grant_mode: 'profile-bound', status: 'continue' })),
      ],
      ['body.allowed_scopes[0].direct.steps: are required', steps()],
      ['body.allowed_scopes[0].direct.steps', steps(step('unknown'))],
      ['body.allowed_scopes[0].direct.steps', steps(step('verify_passkey', 1), step('verify_passkey', 2))],
      ['body.allowed_scopes[0].direct.steps', steps(step('verify_sms', 1), step('verify_email', 1))],
      ['body.allowed_scopes[0].direct.steps', steps(step('approve', 1), step('approve', 2))],
      ['body.allowed_scopes[0].direct.steps[0].order', steps(step('approve', 0))],
      ['body.allowed_scopes[0].direct.steps[0].expiration_duration', steps(step('approve', 1, 86_401))],
    ]
    for (const [place, body] of faults) assertInvalid(await app.manage(CONFIG, { body }), place)
    assertNotFound(await app.manage(CONFIG))

    await app.manage(CONFIG, { body: configOf([]) })
    const [place, body] = faults.at(-1) ?? ['', {}]
    assertInvalid(await app.manage(CONFIG, { method: 'PUT', body }), place)
    assertInvalid(await app.manage(CONFIG, { method: 'PUT', body: scope(managed('pay')) }), 'scope')
    assert.deepEqual((await app.manage(CONFIG)).body.config.allowed_scopes, [])
  })

  test(`${engine}: a scope has ten steps at most, and a configuration a hundred scopes`, async () => {
    const app = await application(w)
    const step_keys = Array.from({ length: 11 }, (_, i) => ({ key: `approve-${i}` }))
    const withSteps = (count: number) =>
      configOf([direct('pay', { steps: step_keys.slice(0, count).map(({ key }, i) => step(key, i + 1)) })], {
        step_keys,
      })
    const withScopes = (count: number) => configOf(Array.from({ length: count }, (_, i) => direct(`pay-${i}`)))
    assertInvalid(await app.manage(CONFIG, { body: withSteps(11) }), 'body.allowed_scopes[0].direct.steps')
    assertInvalid(await app.manage(CONFIG, { body: withScopes(101) }), 'body.allowed_scopes')
    assert.equal((await app.manage(CONFIG, { body: withSteps(10) })).status, 201)
    assert.equal((await app.manage(CONFIG, { method: 'PUT', body: withScopes(100) })).status, 200)
  })

  test(`${engine}: the server tells which URLs it will call`, async () => {
    const app = await application(w)
    assert.deepEqual(await outboundUrls?.(w.deps, app.id), [])
    await app.manage(CONFIG, { body: configOf([delegated('a'), delegated('b'), direct('pay')]) })
    assert.deepEqual(await outboundUrls?.(w.deps, app.id), [HOOK, JWKS])
    const plain = configOf([direct('pay', { steps: [step('verify_passkey')] })], { jwks_url: '' })
    await app.manage(CONFIG, { method: 'PUT', body: plain })
    assert.deepEqual(await outboundUrls?.(w.deps, app.id), [])
  })

  test(`${engine}: a server that allows private hooks takes http, too`, async () => {
    const open = await world(engine, { config: { allowPrivateHooks: true } })
    const app = await application(open)
    const body = configOf([delegated('pay', 'http://127.0.0.1:9100/hook')], { jwks_url: 'http://127.0.0.1:9100/jwks' })
    assert.equal((await app.manage(CONFIG, { body })).status, 201)
  })
}
