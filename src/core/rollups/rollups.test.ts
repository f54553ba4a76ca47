import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { undo } from '../../platform/db.ts'
import { scheduleJobs } from '../../platform/jobs/jobs.ts'
import { jobs } from '../../server.ts'
import { countUp, writeCounted } from './count.ts'
import { DAY_MS, HOUR_MS } from './rollup.ts'
import { listRollups, totalRollups } from './store.ts'

const EVER = [0, Number.MAX_SAFE_INTEGER] as const

for (const { engine, w } of await stages()) {
  test(`${engine}: what happened is counted by the hour, what was undone is not, and another application has its own`, async () => {
    const app = await application(w)
    const other = await application(w)
    const { deps } = w
    await deps.transact(async () => countUp(deps, app.id, 'session_started', { way: 'code' }))
    await deps.transact(async () => {
      countUp(deps, app.id, 'session_started', { way: 'code' })
      return undo(undefined)
    })
    countUp(deps, app.id, 'session_started', { way: 'legacy' }, 3)
    countUp(deps, other.id, 'session_started', { way: 'code' })
    await writeCounted(deps)
    const first = Math.floor(deps.now() / HOUR_MS) * HOUR_MS
    w.advance(HOUR_MS)
    countUp(deps, app.id, 'session_started', { way: 'code' })
    await writeCounted(deps)
    await writeCounted(deps)
    assert.deepEqual(await listRollups(deps.db, app.id, 'session_started', ...EVER), [
      { labels: { way: 'code' }, hour: first, count: 1, sum: 0 },
      { labels: { way: 'legacy' }, hour: first, count: 3, sum: 0 },
      { labels: { way: 'code' }, hour: first + HOUR_MS, count: 1, sum: 0 },
    ])
    assert.deepEqual(await listRollups(deps.db, app.id, 'session_started', first + 1, first + HOUR_MS), [])
    assert.deepEqual(await totalRollups(deps.db, app.id, 'session_started'), [
      { labels: { way: 'code' }, count: 2 },
      { labels: { way: 'legacy' }, count: 3 },
    ])
  })

  test(`${engine}: after ninety days hours become days, and nothing is lost`, async () => {
    const app = await application(w)
    const { deps } = w
    await scheduleJobs(deps, jobs)
    const day = Math.floor(deps.now() / DAY_MS) * DAY_MS
    for (let hour = 0; hour < 30; hour++) {
      countUp(deps, app.id, 'exchange', { outcome: 'exchanged' })
      w.advance(HOUR_MS)
    }
    await writeCounted(deps)
    w.advance(90 * DAY_MS)
    await w.drain()
    const hours = (await listRollups(deps.db, app.id, 'exchange', ...EVER)).map(({ hour }) => hour)
    assert.deepEqual(hours.slice(0, 2), [day, day + DAY_MS])
    w.advance(2 * DAY_MS)
    await w.drain()
    const rows = await listRollups(deps.db, app.id, 'exchange', ...EVER)
    assert.deepEqual(new Set(rows.map(({ hour }) => hour % DAY_MS)), new Set([0]))
    assert.equal(
      rows.reduce((sum, { count }) => sum + count, 0),
      30,
    )
  })
}
