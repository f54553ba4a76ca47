import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, user } from '../../../test/builders.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { scheduleJobs } from '../../platform/jobs/jobs.ts'
import { jobs } from '../../server.ts'

const DAY_MS = 86_400_000

for (const { engine, w } of await stages()) {
  test(`${engine}: an event is kept for thirty days, and no longer`, async () => {
    const app = await application(w)
    await scheduleJobs(w.deps, jobs)
    const createdIn = async () => (await eventsOf(w, app, 'user.created')).map(({ user_id }) => user_id)
    const first = await user(w, app)
    w.advance(DAY_MS)
    const second = await user(w, app)
    w.advance(29 * DAY_MS)
    await w.drain()
    assert.deepEqual(await createdIn(), [first, second])
    // The sweep looks again some minutes later.
    w.advance(600_000)
    await w.drain()
    assert.deepEqual(await createdIn(), [second])
    w.advance(DAY_MS)
    await w.drain()
    assert.deepEqual(await createdIn(), [])
  })
}
