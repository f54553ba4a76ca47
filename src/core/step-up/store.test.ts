import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { stepUpNoun } from './noun.ts'
import { consumeVerificationToken } from './store.ts'

const HOUR_MS = 3_600_000

for (const { engine, w } of await stages()) {
  test(`${engine}: a used verification token is remembered for an hour after its end, and not a millisecond more`, async () => {
    const app = await application(w)
    const end = w.deps.now()
    const use = (jti_hash: string, expires_at: number) =>
      w.deps.transact((tx) => consumeVerificationToken(tx, { app_id: app.id, jti_hash, expires_at }))
    assert.deepEqual([await use('first', end), await use('second', end + 1)], [true, true])
    assert.deepEqual([await use('first', end), await use('second', end + 1)], [false, false])

    w.advance(HOUR_MS)
    for (const sweep of stepUpNoun.jobs ?? []) await sweep.run(null, { appId: '', jobId: '' }, w.deps)
    assert.deepEqual([await use('first', end), await use('second', end + 1)], [true, false])
  })
}
