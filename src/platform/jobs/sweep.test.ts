import assert from 'node:assert/strict'
import { test } from 'node:test'
import { world } from '../../../test/world.ts'
import type { Tx } from '../db.ts'
import { runDueJobs, scheduleJobs } from './jobs.ts'
import { listJobs } from './store.ts'
import { sweepJob } from './sweep.ts'

test('a sweep goes on, each piece in its own transaction, until a piece is not full', async () => {
  const { deps } = await world('sqlite')
  const transactions = new Set<Tx>()
  const counts = [10, 20, 7, 1000]
  const asked: unknown[] = []
  const sweep = sweepJob('dust', async (tx, now, count) => {
    transactions.add(tx)
    asked.push([now, count])
    return counts.shift() ?? 0
  })
  assert.equal(sweep.kind, 'sweep/dust')
  assert.equal(await sweep.run(null, { appId: '', jobId: 'job_1' }, deps), undefined)
  assert.deepEqual(
    asked,
    [10, 20, 40].map((count) => [deps.now(), count]),
  )
  assert.equal(transactions.size, 3)
  assert.deepEqual(counts, [1000])
})

test('a long sweep gives its place back every three seconds and comes round at once, and then in five minutes', async () => {
  const w = await world('sqlite')
  let left = 5_000
  const slices: number[] = []
  const sweep = sweepJob('sand', async (_tx, _now, count) => {
    w.advance(count * 2)
    const done = Math.min(count, left)
    left -= done
    return done
  })
  await scheduleJobs(w.deps, [sweep])
  const due = async () => (await listJobs(w.deps.db)).find(({ kind }) => kind === 'sweep/sand')
  while ((await due())?.run_at !== undefined && ((await due())?.run_at ?? 0) <= w.deps.now()) {
    const begun = w.deps.monotonic()
    assert.equal(await runDueJobs(w.deps, [sweep]), 1)
    slices.push(w.deps.monotonic() - begun)
  }
  assert.equal(left, 0)
  assert.equal(slices.length, 4)
  assert.ok(slices.every((ms) => ms <= 3_080))
  const row = await due()
  assert.deepEqual([row?.run_at, row?.attempts, row?.leased_until], [w.deps.now() + 300_000, 0, null])
})
