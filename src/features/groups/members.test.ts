import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Client } from '../../../test/builders.ts'
import { application, claimsOf, grant, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { allow } from '../../../test/house/legacy.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { eventsOf, sessionRow } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { addToGroups } from '../../core/groups/membership.ts'
import { insertGroup, listGroups } from '../../core/groups/store.ts'
import type { GroupTables } from '../../core/groups/tables.ts'
import { rfc3339 } from '../../platform/clock.ts'

const add = (app: TestApp, id: string, group: unknown) => app.manage(`/users/${id}/groups`, { body: { group } })
const remove = (app: TestApp, id: string, group: string) =>
  app.manage(`/users/${id}/groups/${group}`, { method: 'DELETE' })
const groupsOf = async (app: TestApp, id: string) => (await app.manage(`/users/${id}/groups`)).body.groups
const make = async (app: TestApp, name: string, scopes: readonly string[] = []) =>
  assert.equal((await app.manage('/config/groups', { body: { name, scopes } })).status, 201)

const scopeOf = ({ accessToken }: Client) => claimsOf(accessToken).scope
const scopeNow = async (client: Client) => {
  await client.post(REFRESH)
  return scopeOf(client)
}

for (const { engine, w } of await stages()) {
  async function story() {
    const app = await application(w)
    await allow(app, 'read', 'write', 'refund')
    await make(app, 'readers', ['read'])
    await make(app, 'support', ['read', 'refund'])
    return { app, id: await user(w, app, { scopes: ['write'] }) }
  }

  test(`${engine}: a user is put into a group however often, and taken out of one they may not be in`, async () => {
    const { app, id } = await story()
    for (let i = 0; i < 2; i++) {
      const answer = await add(app, id, 'support')
      assert.equal(answer.status, 200)
      assert.deepEqual(answer.body, { success: true })
    }
    await add(app, id, 'readers')
    assert.deepEqual(await groupsOf(app, id), ['readers', 'support'])
    const at = rfc3339(w.deps.now())
    assert.deepEqual(await eventsOf(w, app, 'user.group.added'), [
      { user_id: id, group: 'support', added_at: at },
      { user_id: id, group: 'readers', added_at: at },
    ])
    for (const group of ['support', 'support', 'nobody', 'a b'])
      assert.equal((await remove(app, id, encodeURIComponent(group))).status, 204)
    assert.deepEqual(await groupsOf(app, id), ['readers'])
    assert.deepEqual(await eventsOf(w, app, 'user.group.removed'), [{ user_id: id, group: 'support', removed_at: at }])
  })

  test(`${engine}: a session has the groups of its login, whatever becomes of the membership`, async () => {
    const { app, id } = await story()
    const before = await login(w, app, id)
    await add(app, id, 'support')
    const after = await login(w, app, id, 'cookie')
    assert.deepEqual([scopeOf(before), scopeOf(after)], ['write', 'write read refund'])
    await remove(app, id, 'support')
    assert.deepEqual([await scopeNow(before), await scopeNow(after)], ['write', 'write read refund'])
    assert.equal(scopeOf(await login(w, app, id)), 'write')
  })

  test(`${engine}: what a group gives is looked up at every refresh, and merged with what the user has`, async () => {
    const { app, id } = await story()
    await add(app, id, 'support')
    await add(app, id, 'readers')
    const client = await login(w, app, id)
    assert.equal(scopeOf(client), 'write read refund')
    await grant(w, app, client, 'once')
    assert.equal(scopeOf(client), 'write once read refund')
    await app.manage('/config/groups/support', { method: 'PUT', body: { scopes: ['write'] } })
    assert.equal(await scopeNow(client), 'write once read')
    await app.manage('/config/scopes', { method: 'DELETE', body: { scope: 'read' } })
    assert.equal(await scopeNow(client), 'write once')
    await app.manage('/config/groups/support', { method: 'PUT', body: { scopes: ['refund'] } })
    assert.equal(await scopeNow(client), 'write once refund')
  })

  test(`${engine}: a deleted group gives nothing, nor does another one of its name, and its memberships go`, async () => {
    const { app, id } = await story()
    await add(app, id, 'support')
    const client = await login(w, app, id)
    await app.manage('/config/groups/support', { method: 'DELETE' })
    assert.equal(await scopeNow(client), 'write')
    await make(app, 'support', ['refund'])
    assert.equal(await scopeNow(client), 'write')
    assert.deepEqual(await groupsOf(app, id), [])
    assert.equal(scopeOf(await login(w, app, id)), 'write')
    await w.drain()
    const left = await w.deps.db
      .withTables<GroupTables>()
      .selectFrom('group_members')
      .selectAll()
      .where('app_id', '=', app.id)
      .execute()
    assert.deepEqual(left, [])
  })

  test(`${engine}: a repeated refresh has the groups of the session`, async () => {
    const { app, id } = await story()
    await add(app, id, 'support')
    const client = await login(w, app, id)
    const { group_ids } = await sessionRow(w, app, client.sessionId)
    assert.match(group_ids, /^grp_\w+$/)
    const spent = client.refreshToken
    await client.post(REFRESH)
    client.refreshToken = spent
    assert.equal(await scopeNow(client), 'write read refund')
  })

  test(`${engine}: who is not there is in no group, and no group is none`, async () => {
    const { app, id } = await story()
    for (const nobody of ['usr_nobody', (await story()).id]) {
      assertNotFound(await add(app, nobody, 'support'))
      assertNotFound(await remove(app, nobody, 'support'))
      assertNotFound(await app.manage(`/users/${nobody}/groups`))
    }
    assertDenied(await add(app, id, 'admins'), 'unknown_group', 'bad_request')
    for (const group of ['', 'a b', 'x'.repeat(65), null, undefined])
      assertInvalid(await add(app, id, group), 'body.group')
    assert.deepEqual(await groupsOf(app, id), [])
  })

  test(`${engine}: a user is in a hundred groups at most`, async () => {
    const { app, id } = await story()
    const now = w.deps.now()
    const groups = Array.from({ length: 100 }, (_, i) => ({ id: `grp_${i}`, name: `g${i}`, scopes: [] }))
    await w.deps.transact(async (tx) => {
      for (const one of groups) await insertGroup(tx, app.id, { ...one, createdAt: now, updatedAt: now })
      await addToGroups(
        tx,
        w.deps,
        app.id,
        id,
        (await listGroups(tx, app.id)).filter(({ name }) => /^g\d/.test(name)),
      )
    })
    assertDenied(await add(app, id, 'support'), 'too_many_groups', 'bad_request')
    assert.equal((await add(app, id, 'g7')).status, 200)
    await remove(app, id, 'g7')
    assert.equal((await add(app, id, 'support')).status, 200)
    assert.equal((await sessionRow(w, app, (await login(w, app, id)).sessionId)).group_ids.split(' ').length, 100)
  })

  test(`${engine}: a deleted user leaves no membership`, async () => {
    const { app, id } = await story()
    await add(app, id, 'support')
    await app.manage(`/users/${id}`, { method: 'DELETE' })
    const rows = await w.deps.db
      .withTables<GroupTables>()
      .selectFrom('group_members')
      .selectAll()
      .where('app_id', '=', app.id)
      .execute()
    assert.deepEqual(rows, [])
  })
}
