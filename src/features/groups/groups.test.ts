import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp } from '../../../test/builders.ts'
import { allow } from '../../../test/house/legacy.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { MAX_GROUPS } from '../../core/groups/group.ts'
import { insertGroup } from '../../core/groups/store.ts'
import { rfc3339 } from '../../platform/clock.ts'

const PATH = '/config/groups'

const create = (app: TestApp, name: unknown, scopes?: unknown) => app.manage(PATH, { body: { name, scopes } })
const change = (app: TestApp, name: string, scopes: unknown) =>
  app.manage(`${PATH}/${name}`, { method: 'PUT', body: { scopes } })
const read = (app: TestApp, name: string) => app.manage(`${PATH}/${name}`)
const remove = (app: TestApp, name: string) => app.manage(`${PATH}/${name}`, { method: 'DELETE' })
const list = async (app: TestApp) => (await app.manage(PATH)).body.groups

for (const { engine, w } of await stages()) {
  test(`${engine}: a group is made, read, listed by name, changed and deleted`, async () => {
    const app = await application(w)
    await allow(app, 'read', 'write')
    const made = await create(app, 'support', ['write', 'read', 'write'])
    assert.equal(made.status, 201)
    const now = rfc3339(w.deps.now())
    const support = { name: 'support', scopes: ['write', 'read'], created_at: now, updated_at: now }
    assert.deepEqual(made.body, support)
    assert.deepEqual((await create(app, 'Ops-1_b')).body.scopes, [])
    assert.deepEqual((await read(app, 'support')).body, support)
    assert.deepEqual(
      (await list(app)).map(({ name }: { name: string }) => name),
      ['Ops-1_b', 'support'],
    )
    w.advance(5_000)
    const changed = await change(app, 'support', ['read'])
    assert.equal(changed.status, 200)
    assert.deepEqual(changed.body, { ...support, scopes: ['read'], updated_at: rfc3339(w.deps.now()) })
    assert.deepEqual((await read(app, 'support')).body, changed.body)
    assert.equal((await remove(app, 'support')).status, 204)
    for (const answer of [await read(app, 'support'), await remove(app, 'support'), await change(app, 'support', [])])
      assertNotFound(answer)
    assert.equal((await list(app)).length, 1)
    assert.deepEqual(await list(await application(w)), [])
  })

  test(`${engine}: a name is given once in an application, and a group gives only what is allowed and not reserved`, async () => {
    const app = await application(w)
    await allow(app, 'read', 'prld:pwd:write')
    await create(app, 'support')
    assertDenied(await create(app, 'support'), 'group_already_exists', 'conflict')
    assert.equal((await create(app, 'Support')).status, 201)
    for (const [scope, code] of [
      ['write', 'unknown_scope'],
      ['prld:pwd:write', 'reserved_scope'],
      ['prld:anything', 'reserved_scope'],
    ] as const) {
      assertDenied(await create(app, 'other', ['read', scope]), code, 'bad_request')
      assertDenied(await change(app, 'support', [scope]), code, 'bad_request')
    }
    assertNotFound(await read(app, 'other'))
    assert.deepEqual((await read(app, 'support')).body.scopes, [])
  })

  test(`${engine}: what is no group is refused`, async () => {
    const app = await application(w)
    for (const name of ['', 'a b', 'a.b', 'a/b', 'é', 'x'.repeat(65), 7, null, undefined])
      assertInvalid(await create(app, name), 'body.name')
    assert.equal((await create(app, 'x'.repeat(64))).status, 201)
    for (const scopes of ['read', null, [''], ['a b'], Array.from({ length: 101 }, (_, i) => `s${i}`)]) {
      assertInvalid(await create(app, 'support', scopes), 'body.scopes')
      assertInvalid(await change(app, 'support', scopes), 'body.scopes')
    }
    assertInvalid(await change(app, 'support', undefined), 'body.scopes')
  })

  test(`${engine}: a scope that is allowed no longer leaves every group, and does not come back by itself`, async () => {
    const app = await application(w)
    await allow(app, 'read', 'write')
    await create(app, 'both', ['read', 'write'])
    await create(app, 'one', ['read'])
    w.advance(1_000)
    await app.manage('/config/scopes', { method: 'DELETE', body: { scope: 'read' } })
    await allow(app, 'read')
    const groups = await list(app)
    assert.deepEqual(
      groups.map(({ scopes }: { scopes: string[] }) => scopes),
      [['write'], []],
    )
    assert.equal(groups[0].updated_at, rfc3339(w.deps.now()))
  })

  test(`${engine}: an application has so many groups`, async () => {
    const app = await application(w)
    const now = w.deps.now()
    await w.deps.transact(async (tx) => {
      for (let i = 1; i < MAX_GROUPS; i++)
        await insertGroup(tx, app.id, { id: `grp_${i}`, name: `g${i}`, scopes: [], createdAt: now, updatedAt: now })
    })
    assert.equal((await create(app, 'last')).status, 201)
    assertDenied(await create(app, 'more'), 'too_many_groups', 'bad_request')
    await remove(app, 'g1')
    assert.equal((await create(app, 'more')).status, 201)
  })
}
