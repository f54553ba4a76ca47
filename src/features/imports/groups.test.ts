import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, login, type TestApp } from '../../../test/builders.ts'
import { imported, loadFile, reportOf } from '../../../test/house/imports.ts'
import { allow } from '../../../test/house/legacy.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { exportUsers } from '../../core/imports/export.ts'
import { findUserByExternalId } from '../../core/users/store/ids.ts'

for (const { engine, w } of await stages()) {
  async function story() {
    const app = await application(w)
    await allow(app, 'read', 'write')
    await make(app, 'readers', 'read')
    return app
  }
  const make = (app: TestApp, name: string, scope: string) =>
    app.manage('/config/groups', { body: { name, scopes: [scope] } })
  const idOf = async (app: TestApp, externalId: string) =>
    (await findUserByExternalId(w.deps.db, app.id, externalId))?.id ?? ''
  const groupsOf = async (app: TestApp, externalId: string) =>
    (await app.manage(`/users/${await idOf(app, externalId)}/groups`)).body.groups
  const exported = async (app: TestApp) =>
    (await exportUsers(w.deps, app.id, { limit: 10, hashes: false })).map(({ record }) => record.groups.toSorted())

  test(`${engine}: people of a file are in its groups when they first log in; of those that are not there it is told`, async () => {
    const app = await story()
    const people = [imported('ada', { groups: ['readers', 'editors'] }), imported('bob', { groups: ['editors'] })]
    const { id, outcomes } = await loadFile(w, app, people)
    assert.deepEqual(outcomes, { created: 2 })
    assert.deepEqual([await groupsOf(app, 'ada'), await groupsOf(app, 'bob')], [['readers'], []])
    assert.equal(claimsOf((await login(w, app, await idOf(app, 'ada'))).accessToken).scope, 'read')
    assert.deepEqual((await reportOf(app, id)).unknown_groups, { editors: 2 })
    const [completed] = await eventsOf(w, app, 'import.completed')
    assert.deepEqual(completed?.unknown_groups, ['editors'])
    assert.deepEqual(await eventsOf(w, app, 'user.group.added'), [])
    assert.deepEqual(await exported(app), [['editors', 'readers'], ['editors']])
  })

  test(`${engine}: the same file, once there is such a group, puts people into it`, async () => {
    const app = await story()
    const file = [imported('ada', { groups: ['editors'] })]
    await loadFile(w, app, file)
    assert.deepEqual((await loadFile(w, app, file)).outcomes, { unchanged: 1 })
    await make(app, 'editors', 'write')
    assert.deepEqual((await loadFile(w, app, file)).outcomes, { updated: 1 })
    assert.deepEqual(await groupsOf(app, 'ada'), ['editors'])
    assert.deepEqual((await loadFile(w, app, file)).outcomes, { unchanged: 1 })
    assert.deepEqual(await exported(app), [['editors']])
  })

  test(`${engine}: a later file takes out of what an earlier one named, and of nothing else`, async () => {
    const app = await story()
    await make(app, 'editors', 'write')
    await make(app, 'ours', 'write')
    await loadFile(w, app, [imported('ada', { groups: ['readers', 'editors'] })])
    const id = await idOf(app, 'ada')
    await app.manage(`/users/${id}/groups`, { body: { group: 'ours' } })
    await login(w, app, id)
    assert.deepEqual((await loadFile(w, app, [imported('ada', { groups: ['editors'] })])).outcomes, { updated: 1 })
    assert.deepEqual(await groupsOf(app, 'ada'), ['editors', 'ours'])
    await app.manage(`/users/${id}/groups/editors`, { method: 'DELETE' })
    assert.deepEqual((await loadFile(w, app, [imported('ada', { groups: ['editors'] })])).outcomes, { unchanged: 1 })
    assert.deepEqual(await groupsOf(app, 'ada'), ['ours'])
    assert.deepEqual(await exported(app), [['ours']])
  })
}
