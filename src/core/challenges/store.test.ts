import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, challengeToken, dpopKey, user } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { scheduleJobs } from '../../platform/jobs/jobs.ts'
import { jobs } from '../../server.ts'
import type { ChallengeTables } from './tables.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: a used challenge is remembered as long as its token lives, and no longer`, async () => {
    await scheduleJobs(w.deps, jobs)
    const app = await application(w)
    const remembered = async () => {
      await w.drain()
      const rows = await w.deps.db
        .withTables<ChallengeTables>()
        .selectFrom('consumed_challenges')
        .select('jti')
        .where('app_id', '=', app.id)
        .execute()
      return rows.length
    }
    for (let i = 0; i < 3; i++) {
      await finalizeWith(app, await dpopKey(w), await challengeToken(w, app, await user(w, app)))
    }
    assert.equal(await remembered(), 3)
    w.advance(600_000 - 1)
    assert.equal(await remembered(), 3)
    w.advance(300_001)
    assert.equal(await remembered(), 0)
  })
}
