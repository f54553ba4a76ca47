import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { getHeapSpaceStatistics } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { world } from '../../test/world.ts'
import { giveBack, giveBackSoon } from './give-back.ts'
import { lastAnswer } from './traffic.ts'

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

test('soon after a start it is given back, but not where people have come by then', async () => {
  const w = await world('sqlite')
  mock.timers.enable({ apis: ['setTimeout'] })
  const after = (answeredAt: number) => {
    lastAnswer(w.deps).at = answeredAt
    giveBackSoon(w.deps)
    churn()
    const before = youngMib()
    mock.timers.tick(1_000)
    return youngMib() / before
  }
  assert.equal(after(0), 1)
  assert.ok(after(Number.NEGATIVE_INFINITY) <= 0.5)
  mock.timers.reset()
})
