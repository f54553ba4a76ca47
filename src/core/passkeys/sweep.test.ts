import assert from 'node:assert/strict'
import { test } from 'node:test'
import { passkeyLogin, signedIn, withPasskey, withPasskeys } from '../../../test/house/passkeys.ts'
import { stages } from '../../../test/house/stages.ts'
import { scheduleJobs } from '../../platform/jobs/jobs.ts'
import { jobs } from '../../server.ts'
import type { PasskeyTables } from './tables.ts'
import { TOKEN_LIFETIME_MS } from './token.ts'

const HOUR_MS = 3_600_000

for (const { engine, w } of await stages()) {
  test(`${engine}: what came of a token is kept for an hour after it died, for a clock that is behind, and no longer`, async () => {
    const it = await withPasskeys(w)
    await scheduleJobs(w.deps, jobs)
    const tokens = async () => {
      const tables = w.deps.db.withTables<PasskeyTables>()
      const rows = tables.selectFrom('consumed_passkey_tokens').select('jti').where('app_id', '=', it.app.id)
      return (await rows.execute()).length
    }
    const one = await withPasskey(it, await signedIn(it))
    await passkeyLogin(it, one)
    w.advance(TOKEN_LIFETIME_MS + HOUR_MS - 1)
    await w.drain()
    assert.equal(await tokens(), 2)
    // The sweep looks again some minutes later.
    w.advance(600_000)
    await w.drain()
    assert.equal(await tokens(), 0)
    assert.equal((await passkeyLogin(it, one)).kind, 'proven')
  })
}
