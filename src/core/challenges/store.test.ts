import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, challengeToken, dpopKey, through, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { world } from '../../../test/world.ts'
import { scheduleJobs } from '../../platform/jobs/jobs.ts'
import { jobs } from '../../server.ts'
import type { ChallengeTables } from './tables.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: a used challenge is remembered while any process may take its token for a good one, and no longer`, async () => {
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
    w.advance(3_600_000)
    assert.equal(await remembered(), 3)
    w.advance(300_001)
    assert.equal(await remembered(), 0)
  })

  test(`${engine}: a used token is not good again for a process whose clock is behind that of the one that forgets`, async () => {
    const ahead = await world(engine)
    const behind = await world(engine, { databaseUrl: ahead.databaseUrl })
    const app = await application(ahead)
    const token = await challengeToken(ahead, app, await user(ahead, app))
    assert.equal((await finalizeWith(app, await dpopKey(ahead), token)).status, 200)
    ahead.advance(600_000 + 300_000)
    behind.advance(600_000 - 10_000)
    await scheduleJobs(ahead.deps, jobs)
    await ahead.drain()
    const again = await finalizeWith(through(behind, app), await dpopKey(behind), token)
    assertRefused(again, 'token_reused', 'conflict')
  })
}
