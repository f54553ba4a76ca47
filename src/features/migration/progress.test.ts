import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, instanceKey, send, user } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import {
  answered,
  CONFIG,
  configure,
  hookKnows,
  migrate,
  moveOver,
  personOf,
  progressOf,
  rowsOf,
} from '../../../test/house/legacy.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { listFailures } from './store.ts'

const hookAnswers = (w: World, body: unknown, status = 200) => w.fakeNetwork(async () => answered(body, status))

for (const { engine, w } of await stages()) {
  test(`${engine}: before anything happened, nobody is known and nothing failed`, async () => {
    const app = await application(w)
    assert.deepEqual(await progressOf(app), { users_known: 0, users_migrated: 0, first_logins: {}, failures: [] })
  })

  test(`${engine}: users are counted when they come over, once each`, async () => {
    const app = await application(w)
    await configure(app)
    await user(w, app, { email: 'ours@example.com' })
    await user(w, app, { externalId: 'legacy-2' })
    assert.deepEqual(await progressOf(app), { users_known: 2, users_migrated: 0, first_logins: {}, failures: [] })
    for (const [id, known, migrated] of [
      ['legacy-1', 3, 1],
      ['legacy-1', 3, 1],
      ['legacy-2', 3, 2],
    ] as const) {
      hookKnows(w, personOf(id, `${id}@example.com`))
      await moveOver(w, app)
      const counts = { users_known: known, users_migrated: migrated, first_logins: { legacy: migrated } }
      assert.deepEqual(await progressOf(app), { ...counts, failures: [] })
    }
  })

  test(`${engine}: failures are counted by reason, with the time of the last`, async () => {
    const app = await application(w)
    const other = await application(w)
    await configure(app)
    hookAnswers(w, '', 401)
    assertRefused(await migrate(app), 'bad_request', 'bad_request')
    const first = rfc3339(w.deps.now())
    w.advance(5_000)
    hookAnswers(w, 'no JSON')
    assertRefused(await migrate(app), 'internal', 'internal')
    assertRefused(await migrate(app), 'internal', 'internal')
    const second = rfc3339(w.deps.now())
    const decode = { reason: 'response_decode_failed', count: 2, last_at: second }
    const status = { reason: 'invalid_status_code', count: 1, last_at: first }
    assert.deepEqual((await progressOf(app)).failures, [status, decode])
    assert.deepEqual((await progressOf(other)).failures, [])

    w.advance(5_000)
    hookAnswers(w, '', 401)
    await migrate(app)
    const again = { ...status, count: 2, last_at: rfc3339(w.deps.now()) }
    assert.deepEqual((await progressOf(app)).failures, [again, decode])
  })

  test(`${engine}: deleting the configuration keeps the counters`, async () => {
    const app = await application(w)
    await configure(app)
    hookKnows(w, personOf('legacy-1', 'ada@example.com'))
    await moveOver(w, app)
    await app.manage(CONFIG, { method: 'DELETE' })
    assert.deepEqual(await progressOf(app), {
      users_known: 1,
      users_migrated: 1,
      first_logins: { legacy: 1 },
      failures: [],
    })
  })

  test(`${engine}: with the application goes all that migration kept, and nothing of its neighbour's`, async () => {
    const headers = { authorization: `Bearer ${await instanceKey(w)}` }
    const [gone, stays] = [await application(w), await application(w)]
    for (const app of [gone, stays]) {
      await configure(app)
      hookKnows(w, personOf('legacy-1', 'ada@example.com'))
      await moveOver(w, app)
      hookAnswers(w, '', 401)
      await migrate(app)
    }
    const before = await rowsOf(w, stays)
    assertNoContent(await send(w, `/v2/session/apps/${gone.id}`, { method: 'DELETE', headers }))
    w.advance(60_000)
    await w.drain()
    assert.deepEqual((await rowsOf(w, gone)).migration_configs, [])
    assert.deepEqual(await listFailures(w.deps.db, gone.id), [])
    assert.equal((await listFailures(w.deps.db, stays.id)).length, 1)
    assert.deepEqual(await rowsOf(w, stays), before)
    assertRefused(await migrate(gone), 'not_found', 'not_found')
  })
}
