import assert from 'node:assert/strict'
import { test } from 'node:test'
import { world } from '../../../test/world.ts'
import type { Tx } from '../db.ts'
import { sweepJob } from './sweep.ts'

test('a sweep goes on, each batch in its own transaction, until a batch is not full', async () => {
  const { deps } = await world('sqlite')
  const transactions = new Set<Tx>()
  const counts = [1000, 1000, 7, 1000]
  const asked: unknown[] = []
  const sweep = sweepJob('dust', async (tx, now, count) => {
    transactions.add(tx)
    asked.push([now, count])
    return counts.shift() ?? 0
  })
  assert.equal(sweep.kind, 'sweep/dust')
  await sweep.run(null, { appId: '', jobId: 'job_1' }, deps)
  assert.deepEqual(asked, Array(3).fill([deps.now(), 1000]))
  assert.equal(transactions.size, 3)
  assert.deepEqual(counts, [1000])
})
