import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { application, type TestApp } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { scheduleJobs } from '../../platform/jobs/jobs.ts'
import { jobs } from '../../server.ts'
import { placeOf } from './place.ts'
import { isKnownPlace, putKnownPlace } from './store.ts'

const DAY_MS = 86_400_000
const PROOF = ['code', 'ada@example.com']

for (const { engine, w } of await stages()) {
  const known = (app: TestApp, vouching: readonly string[], ip: string) =>
    isKnownPlace(w.deps.db, app.id, placeOf(w.deps, app.id, vouching, ip))
  const put = (app: TestApp, vouching: readonly string[], ip: string) =>
    w.deps.transact((tx) => putKnownPlace(tx, app.id, placeOf(w.deps, app.id, vouching, ip), w.deps.now()))

  test(`${engine}: a place is a network and what vouched there, of one application`, async () => {
    const [app, other] = [await application(w), await application(w)]
    await put(app, PROOF, '2001:db8:1:2::1')
    assert.equal(await known(app, PROOF, '2001:db8:1:2:ff::9'), true)
    assert.equal(await known(app, PROOF, '2001:db8:1:3::1'), false)
    assert.equal(await known(app, ['code', 'ada@example.co', 'm'], '2001:db8:1:2::1'), false)
    assert.equal(await known(other, PROOF, '2001:db8:1:2::1'), false)
    const rows = await sql`select * from known_places where app_id = ${app.id}`.execute(w.deps.db)
    assert.doesNotMatch(JSON.stringify(rows.rows), /2001|example/)
  })

  test(`${engine}: of too many places the one not seen for longest is forgotten, and no other holder's`, async () => {
    const app = await application(w)
    await put(app, ['other'], '198.51.100.1')
    for (let i = 0; i < 20; i++) {
      await put(app, PROOF, `203.0.113.${i}`)
      w.advance(2 * DAY_MS)
    }
    await put(app, PROOF, '203.0.113.0')
    await put(app, ['other'], '198.51.100.2')
    await put(app, PROOF, '203.0.113.200')
    const kept = await Promise.all([0, 1, 2, 200].map((i) => known(app, PROOF, `203.0.113.${i}`)))
    assert.deepEqual(kept, [true, false, true, true])
    assert.equal(await known(app, ['other'], '198.51.100.1'), true)
  })

  test(`${engine}: a place is written anew once a day, not at every login`, async () => {
    const app = await application(w)
    const seenAt = async () => {
      const query = sql<{ seen_at: number }>`select seen_at from known_places where app_id = ${app.id}`
      return (await query.execute(w.deps.db)).rows.map(({ seen_at }) => Number(seen_at))
    }
    const first = w.deps.now()
    await put(app, PROOF, '203.0.113.1')
    w.advance(DAY_MS)
    await put(app, PROOF, '203.0.113.1')
    assert.deepEqual(await seenAt(), [first])
    w.advance(1)
    await put(app, PROOF, '203.0.113.1')
    assert.deepEqual(await seenAt(), [first + DAY_MS + 1])
  })

  test(`${engine}: after 90 days without a login a place is forgotten`, async () => {
    const app = await application(w)
    const sweep = async () => {
      await scheduleJobs(w.deps, jobs)
      await w.drain()
    }
    await put(app, PROOF, '203.0.113.1')
    await put(app, PROOF, '203.0.113.2')
    w.advance(89 * DAY_MS)
    await put(app, PROOF, '203.0.113.2')
    await sweep()
    assert.equal(await known(app, PROOF, '203.0.113.1'), true)
    w.advance(2 * DAY_MS)
    await sweep()
    assert.equal(await known(app, PROOF, '203.0.113.1'), false)
    assert.equal(await known(app, PROOF, '203.0.113.2'), true)
  })
}
