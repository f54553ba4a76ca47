import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Client, claimsOf, dpopKey, login, REFRESH, type TestApp } from '../../../test/builders.ts'
import { allow } from '../../../test/house/legacy.ts'
import { assertInvalid } from '../../../test/house/management.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { loginBySaml, withConnection } from '../../../test/house/saml-connections.ts'
import { ADA } from '../../../test/house/saml-idp.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'

const PATH = '/config/login/saml'

for (const { engine, w } of await stages()) {
  async function company(allowed_groups: string[], groups = ['staff', 'admins']) {
    const { app, connection } = await withConnection(w, { mapping: { groups: 'groups' }, behavior: { allowed_groups } })
    await allow(app, 'read', 'write')
    for (const [i, name] of groups.entries())
      await app.manage('/config/groups', { body: { name, scopes: [i === 0 ? 'read' : 'write'] } })
    const comesWith = async (...names: string[]) => {
      const attributes = { email: [ADA.email ?? ''], ...(names.length > 0 && { groups: names }) }
      const { challenge_token, verifier } = await loginBySaml(app, connection, ADA, { login: { attributes } })
      const answer = await finalizeWith(app, await dpopKey(w), challenge_token, { verifier })
      assert.equal(answer.status, 200, JSON.stringify(answer.body))
      return claimsOf(answer.body.access_token)
    }
    return { app, connection, comesWith }
  }
  const groupsOf = async (app: TestApp, id: unknown) => (await app.manage(`/users/${id}/groups`)).body.groups
  const scopesOf = ({ scope }: Record<string, unknown>) => String(scope).split(' ').sort()
  const scopesNow = async (client: Client) => {
    await client.post(REFRESH)
    return scopesOf(claimsOf(client.accessToken))
  }

  test(`${engine}: what a company says of groups gives no scope where nobody has allowed it`, async () => {
    const { app, comesWith } = await company([])
    const { sub, scope } = await comesWith('staff', 'admins')
    assert.equal(scope, undefined)
    assert.deepEqual(await groupsOf(app, sub), [])
    assert.deepEqual((await app.manage(`/users/${sub}`)).body.user.profile.groups, ['staff', 'admins'])
  })

  test(`${engine}: people are in those groups of the list that their company says at each login, and in no others of them`, async () => {
    const { app, comesWith } = await company(['staff'])
    const { sub, scope } = await comesWith('staff', 'admins', 'Staff', 'somewhere else')
    assert.equal(scope, 'read')
    assert.deepEqual(await groupsOf(app, sub), ['staff'])
    await app.manage(`/users/${sub}/groups`, { body: { group: 'admins' } })
    assert.equal((await comesWith()).scope, 'write')
    assert.deepEqual(await groupsOf(app, sub), ['admins'])
    assert.deepEqual(scopesOf(await comesWith('staff')), ['read', 'write'])
    const of = async (type: 'user.group.added' | 'user.group.removed') =>
      (await eventsOf(w, app, type)).map(({ user_id, group }) => (user_id === sub ? group : user_id))
    assert.deepEqual(await of('user.group.added'), ['staff', 'admins', 'staff'])
    assert.deepEqual(await of('user.group.removed'), ['staff'])
    assert.deepEqual(await eventsOf(w, app, 'saml.groups_unknown'), [])
    assert.deepEqual(await scopesNow(await login(w, app, String(sub))), ['read', 'write'])
  })

  test(`${engine}: a group of the list that is not there keeps nobody out, and is told of`, async () => {
    const { app, comesWith } = await company(['staff', 'gone'])
    const { sub, scope } = await comesWith('gone', 'staff')
    assert.equal(scope, 'read')
    const [event] = await eventsOf(w, app, 'saml.groups_unknown')
    assert.deepEqual([event?.user_id, event?.groups], [sub, ['gone']])
  })

  test(`${engine}: a list of groups needs the name of the attribute, and names of groups`, async () => {
    const { app, connection } = await withConnection(w)
    const path = `${PATH}/okta/${connection.id}`
    const put = (body: object) => app.manage(path, { method: 'PUT', body })
    assertInvalid(await put({ behavior: { allowed_groups: ['staff'] } }), 'body.behavior.allowed_groups')
    assertInvalid(await put({ behavior: { allowed_groups: ['a b'] } }), 'body.behavior.allowed_groups')
    const set = await put({ behavior: { allowed_groups: ['staff', 'staff'] }, mapping: { groups: 'memberOf' } })
    assert.deepEqual(set.body.connection.behavior.allowed_groups, ['staff'])
    assertInvalid(await put({ mapping: { groups: null } }), 'body.behavior.allowed_groups')
    const changed = await put({ name: 'Another' })
    assert.deepEqual(changed.body.connection.behavior.allowed_groups, ['staff'])
    const cleared = await put({ behavior: { allowed_groups: null }, mapping: { groups: null } })
    assert.deepEqual(cleared.body.connection.behavior.allowed_groups, [])
  })
}
