import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { rfc3339 } from '../../platform/clock.ts'

const PATH = '/config/claims'

const create = (app: TestApp, mapping: unknown, more: object = {}) => app.manage(PATH, { body: { mapping, ...more } })
const replace = (app: TestApp, mapping: unknown, more: object = {}) =>
  app.manage(PATH, { method: 'PUT', body: { mapping, ...more } })
const read = (app: TestApp) => app.manage(PATH)
const remove = (app: TestApp) => app.manage(PATH, { method: 'DELETE' })

for (const { engine, w } of await stages()) {
  test(`${engine}: a mapping is made once, read, replaced as its next version, and deleted`, async () => {
    const app = await application(w)
    for (const answer of [await read(app), await replace(app, {}), await remove(app)]) assertNotFound(answer)
    const mapping = { plan: { $custom_claim: 'plan' }, context: { ip: { $input: 'ip', $type: 'string' }, n: 1 } }
    const made = await create(app, mapping)
    assert.equal(made.status, 201)
    const at = rfc3339(w.deps.now())
    const config = { mapping, as_profile: false, version: 1, created_at: at, updated_at: at }
    assert.deepEqual(made.body, { config })
    assertDenied(await create(app, {}), 'claims_mapping_already_exists', 'conflict')
    assert.deepEqual((await read(app)).body, { config })
    w.advance(5_000)
    const replaced = await replace(app, { a: [1] }, { as_profile: true })
    assert.equal(replaced.status, 200)
    const next = { ...config, mapping: { a: [1] }, as_profile: true, version: 2, updated_at: rfc3339(w.deps.now()) }
    assert.deepEqual(replaced.body, { config: next })
    assert.deepEqual((await read(app)).body, { config: next })
    assertNotFound(await read(await application(w)))
    assert.equal((await remove(app)).status, 204)
    assertNotFound(await read(app))
    assert.equal((await create(app, {})).body.config.version, 1)
  })

  test(`${engine}: what is no mapping is refused by its place, with what may stand there, and nothing changes`, async () => {
    const app = await application(w)
    const wrong = [
      ['body.mapping.user.email.$type', 'string[]', { user: { email: { $input: 'emails', $type: 'text' } } }],
      ['body.mapping.sub', 'iss', { sub: 'usr_somebody' }],
      ['body.mapping', 'object', ['a']],
      ['body.mapping', 'missing', undefined],
    ] as const
    for (const [place, allowed, mapping] of wrong) {
      assertInvalid(await create(app, mapping), place)
      assertInvalid(await create(app, mapping), allowed)
    }
    assertNotFound(await read(app))
    await create(app, { a: 1 })
    for (const [place, , mapping] of wrong) assertInvalid(await replace(app, mapping), place)
    assertInvalid(await replace(app, {}, { as_profile: 'yes' }), 'body.as_profile')
    assert.deepEqual((await read(app)).body.config.mapping, { a: 1 })
  })

  test(`${engine}: sessions that there are follow every change at their next refresh`, async () => {
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    const before = Object.keys(claimsOf(client.accessToken))
    const mapped = async () => {
      assert.equal((await client.post(REFRESH)).status, 200)
      const claims = Object.entries(claimsOf(client.accessToken))
      return Object.fromEntries(claims.filter(([name]) => !before.includes(name)))
    }
    await create(app, { a: 1 })
    assert.deepEqual(await mapped(), { a: 1 })
    await replace(app, { b: { c: 'x' } })
    assert.deepEqual(await mapped(), { b: { c: 'x' } })
    await remove(app)
    assert.deepEqual(await mapped(), {})
  })
}
