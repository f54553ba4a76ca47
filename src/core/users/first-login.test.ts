import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, login, user } from '../../../test/builders.ts'
import { configure, hookKnows, moveOver, personOf } from '../../../test/house/legacy.ts'
import { stages } from '../../../test/house/stages.ts'
import { writeCounted } from '../rollups/count.ts'
import { totalRollups } from '../rollups/store.ts'
import { countFirstLogins, markFirstLogin } from './store/arrivals.ts'
import type { UserTables } from './tables.ts'

for (const { engine, w } of await stages()) {
  const waysOf = (appId: string) => countFirstLogins(w.deps.db, appId)

  test(`${engine}: each user came in first once, by one way`, async () => {
    const app = await application(w)
    await configure(app)
    hookKnows(w, personOf('legacy-1', 'ada@example.com'))
    const { userId } = await moveOver(w, app)
    const native = await user(w, app)
    await user(w, app, { email: 'not-here-yet@example.com' })
    await login(w, app, native)
    assert.deepEqual(await waysOf(app.id), { legacy: 1, test: 1 })
    await login(w, app, userId)
    await login(w, app, native)
    await moveOver(w, app)
    // Another login that began at the same time.
    await w.deps.transact((tx) => markFirstLogin(tx, app.id, native, 'password', w.deps.now()))
    assert.deepEqual(await waysOf(app.id), { legacy: 1, test: 1 })
    await writeCounted(w.deps)
    assert.deepEqual(await totalRollups(w.deps.db, app.id, 'session_started'), [
      { labels: { way: 'legacy' }, count: 2 },
      { labels: { way: 'test' }, count: 3 },
    ])
  })

  test(`${engine}: whoever came over before this was noted came by the legacy session`, async () => {
    const app = await application(w)
    const id = await user(w, app)
    const migratedAt = w.deps.now() - 5_000
    await w.deps.transact(async (tx) => {
      await tx
        .withTables<UserTables>()
        .updateTable('users')
        .set({ migrated_at: migratedAt })
        .where('app_id', '=', app.id)
        .execute()
    })
    assert.deepEqual(await waysOf(app.id), { legacy: 1 })
    await login(w, app, id)
    assert.deepEqual(await waysOf(app.id), { legacy: 1 })
    const row = await w.deps.db
      .withTables<UserTables>()
      .selectFrom('users')
      .select(['first_login_at', 'first_login_way'])
      .where('app_id', '=', app.id)
      .executeTakeFirstOrThrow()
    assert.deepEqual({ ...row }, { first_login_at: migratedAt, first_login_way: 'legacy' })
  })
}
