import assert from 'node:assert/strict'
import { test } from 'node:test'
import { getHeapSpaceStatistics } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { giveBack } from './give-back.ts'

const youngMib = () =>
  (getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0) / 2 ** 20

/** Have much live for a while, as at a start, so that the room of the young grows. */
function churn(): number {
  const ring: object[] = []
  for (let i = 0; i < 2_000_000; i += 1) ring[i % 100_000] = { i, text: `${i}` }
  return ring.length
}

test('the room that the young generation has grown by is given back at once, and nobody else is given the means', () => {
  assert.equal(churn(), 100_000)
  const before = youngMib()
  assert.ok(before >= 8, `${before} MiB`)
  giveBack()
  assert.ok(youngMib() <= before / 2, `${youngMib()} of ${before} MiB`)
  assert.equal(runInNewContext('typeof gc'), 'undefined')
})
