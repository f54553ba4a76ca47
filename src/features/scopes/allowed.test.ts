import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp, user } from '../../../test/builders.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { listAllowedScopesForUpdate, updateAllowedScopes } from '../../core/scopes/store.ts'

const PATH = '/config/scopes'

const list = (app: TestApp) => app.manage(PATH)
const allow = (app: TestApp, scope: unknown) => app.manage(PATH, { body: { scope } })
const disallow = (app: TestApp, scope: unknown) => app.manage(PATH, { method: 'DELETE', body: { scope } })

for (const { engine, w } of await stages()) {
  test(`${engine}: scopes are allowed one by one and listed in that order`, async () => {
    const app = await application(w)
    assert.deepEqual((await list(app)).body, { scopes: [] })
    const first = await allow(app, 'orders:write')
    assert.equal(first.status, 201)
    assert.deepEqual(first.body, { scopes: ['orders:write'] })
    assert.deepEqual((await allow(app, 'admin')).body, { scopes: ['orders:write', 'admin'] })
    const answer = await list(app)
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, { scopes: ['orders:write', 'admin'] })
    assert.deepEqual((await list(await application(w))).body, { scopes: [] })
  })

  test(`${engine}: a scope is allowed once; upper and lower case differ`, async () => {
    const app = await application(w)
    await allow(app, 'admin')
    assertDenied(await allow(app, 'admin'), 'scope_already_exists', 'conflict')
    assert.equal((await allow(app, 'Admin')).status, 201)
    assert.deepEqual((await list(app)).body, { scopes: ['admin', 'Admin'] })
  })

  test(`${engine}: reserved scopes may be listed, and every character that a scope may hold`, async () => {
    const app = await application(w)
    for (const scope of ['prld:pwd:write', 'aZ09.-_:', 'x'.repeat(128)])
      assert.equal((await allow(app, scope)).status, 201)
  })

  test(`${engine}: what is no scope is refused`, async () => {
    const app = await application(w)
    for (const scope of ['', 'a b', 'a/b', 'é', 'a\n', '*', 'x'.repeat(129), 7, null, ['admin'], undefined]) {
      assertInvalid(await allow(app, scope), 'body.scope')
      assertInvalid(await disallow(app, scope), 'body.scope')
    }
    assertInvalid(await app.manage(PATH, { method: 'DELETE' }), 'body')
    assert.deepEqual((await list(app)).body, { scopes: [] })
  })

  test(`${engine}: a removed scope is gone and may come back; users who have it keep it`, async () => {
    const app = await application(w)
    const userId = await user(w, app, { scopes: ['admin'] })
    for (const scope of ['read', 'admin', 'write']) await allow(app, scope)
    const answer = await disallow(app, 'admin')
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, { scopes: ['read', 'write'] })
    assertNotFound(await disallow(app, 'admin'))
    assertNotFound(await disallow(await application(w), 'read'))
    assert.deepEqual((await list(app)).body, { scopes: ['read', 'write'] })
    assert.deepEqual((await app.manage(`/users/${userId}`)).body.user.scopes, ['admin'])
    assert.deepEqual((await allow(app, 'admin')).body, { scopes: ['read', 'write', 'admin'] })
  })

  test(`${engine}: an application allows at most a thousand scopes`, async () => {
    const app = await application(w)
    const scopes = Array.from({ length: 999 }, (_, i) => `scope${i}`)
    await w.deps.transact(async (tx) => {
      await listAllowedScopesForUpdate(tx, app.id)
      await updateAllowedScopes(tx, app.id, scopes)
    })
    assert.equal((await allow(app, 'last')).status, 201)
    assertDenied(await allow(app, 'more'), 'too_many_scopes', 'bad_request')
    assertDenied(await allow(app, 'last'), 'scope_already_exists', 'conflict')
    await disallow(app, 'scope0')
    assert.equal((await allow(app, 'more')).status, 201)
    assert.equal((await list(app)).body.scopes.length, 1000)
  })
}
