import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp, user } from '../../../test/builders.ts'
import { allow, configure, hookKnows, moveOver, personOf } from '../../../test/house/legacy.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'

const EMAIL = 'ada@example.com'

for (const { engine, w } of await stages()) {
  async function migrating() {
    const app = await application(w)
    await configure(app)
    await allow(app, 'read', 'write')
    await app.manage('/config/groups', { body: { name: 'readers', scopes: ['read'] } })
    await app.manage('/config/groups', { body: { name: 'writers', scopes: ['write'] } })
    return app
  }
  const groupsOf = async (app: TestApp, id: string) => (await app.manage(`/users/${id}/groups`)).body.groups

  test(`${engine}: whoever comes over is in the groups of their record, from the first token on`, async () => {
    const app = await migrating()
    hookKnows(w, personOf('legacy-1', EMAIL, { groups: ['readers', 'nowhere', 'Readers', 'a b'] }))
    const { userId, claims } = await moveOver(w, app)
    assert.equal(claims.scope, 'read')
    assert.deepEqual(await groupsOf(app, userId), ['readers'])
    const [event, ...others] = await eventsOf(w, app, 'migration.hook_failed')
    assert.deepEqual(
      [event?.reason, event?.members, others],
      ['unusable_details', ['groups[1]', 'groups[2]', 'groups[3]'], []],
    )
    const [added] = await eventsOf(w, app, 'user.group.added')
    assert.deepEqual([added?.user_id, added?.group], [userId, 'readers'])
  })

  test(`${engine}: whoever is linked keeps their groups and gets those of the record; the second time it says nothing any more`, async () => {
    const app = await migrating()
    const id = await user(w, app, { email: EMAIL })
    await app.manage(`/users/${id}/groups`, { body: { group: 'writers' } })
    hookKnows(w, personOf('legacy-1', EMAIL, { groups: ['readers'] }))
    const { userId, claims } = await moveOver(w, app)
    assert.equal(userId, id)
    assert.deepEqual(String(claims.scope).split(' ').sort(), ['read', 'write'])
    assert.deepEqual(await groupsOf(app, id), ['readers', 'writers'])
    await app.manage(`/users/${id}/groups/readers`, { method: 'DELETE' })
    assert.equal((await moveOver(w, app)).claims.scope, 'write')
  })

  test(`${engine}: a record whose groups are of no use keeps nobody out`, async () => {
    const app = await migrating()
    hookKnows(w, personOf('legacy-1', EMAIL, { groups: 'readers' }))
    assert.equal((await moveOver(w, app)).claims.scope, undefined)
    const [event] = await eventsOf(w, app, 'migration.hook_failed')
    assert.deepEqual(event?.members, ['groups'])
  })
}
