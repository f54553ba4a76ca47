import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { pause } from '../../src/platform/clock.ts'
import { openDatabase } from '../../src/platform/db.ts'
import { application, type TestApp } from '../builders.ts'
import { ENGINES, freshDatabase } from '../world.ts'
import { remoteWorld, startServer } from './servers.ts'

const PEOPLE = 100
const KILLS = 2

type Job = { id: string; status: string; matched: number; done: number; unchanged: number; failed: number }
const jobOf = async (app: TestApp, id: string): Promise<Job> => (await app.manage(`/users/jobs/${id}`)).body.job

for (const engine of ENGINES) {
  test(`${engine}: however often the server is killed, a job over users does to each once what it does`, async () => {
    const databaseUrl = await freshDatabase(engine)
    let server = await startServer(databaseUrl)
    const world = await remoteWorld(databaseUrl, () => server.address)
    const app = await application(world)
    const users = Array.from({ length: PEOPLE }, (_, i) => ({
      external_id: `customer-${i}`,
      identifiers: [{ type: 'email_address', value: `person${i}@example.com` }],
    }))
    assert.equal((await app.manage('/users/bulk', { body: { users } })).body.counts.created, PEOPLE)
    const database = openDatabase(databaseUrl, () => {})
    const body = { action: 'delete', filter: { all: true }, expect_count: PEOPLE }
    const { id } = (await app.manage('/users/jobs', { body })).body.job
    for (let kill = 0; kill < KILLS; kill++) {
      const before = (await jobOf(app, id)).done
      while ((await jobOf(app, id)).done <= before && (await jobOf(app, id)).status !== 'completed') await pause(5)
      await server.kill()
      // In place of the minute in which a lease runs out.
      await database.transact((tx) => sql`update jobs set leased_until = null, run_at = 0`.execute(tx))
      server = await startServer(databaseUrl)
    }
    let job = await jobOf(app, id)
    while (job.status === 'running') {
      await pause(20)
      job = await jobOf(app, id)
    }
    assert.deepEqual(
      [job.status, job.matched, job.done, job.unchanged, job.failed],
      ['completed', PEOPLE, PEOPLE, 0, 0],
    )
    const { rows } = await sql<{ payload: string }>`
      select payload from events where app_id = ${app.id} and type = 'user.deleted'`.execute(database.db)
    const deleted = rows.map(({ payload }) => (JSON.parse(payload) as { user_id: string }).user_id)
    assert.deepEqual([deleted.length, new Set(deleted).size], [PEOPLE, PEOPLE])
    assert.deepEqual((await app.manage('/users')).body, { users: [] })
    await database.close()
    await world.close()
    await server.kill()
  })
}
