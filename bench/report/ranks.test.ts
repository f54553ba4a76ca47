import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bound, medianDifference, probabilityGreater, resolution, standardError } from './ranks.ts'

/** Numerical Recipes' generator: the same numbers in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** Times as a server gives them: skewed to the right, from 1 ms on. */
const skewed = (count: number, random: () => number, shift = 0) =>
  Array.from({ length: count }, () => 1 + shift - 0.2 * Math.log(1 - random()))

test('the probability counts every pair, and a tie for half', () => {
  assert.equal(probabilityGreater([1, 2], [3, 4]), 1)
  assert.equal(probabilityGreater([3, 4], [1, 2]), 0)
  assert.equal(probabilityGreater([1, 3], [2]), 0.5)
  assert.equal(probabilityGreater([1, 1, 2], [1]), 1 / 3)
  assert.equal(probabilityGreater([5, 5], [5, 5, 5]), 0.5)
})

test('the bound for two thousand samples of each kind is 0.030', () => {
  assert.equal(bound(2_000, 2_000).toFixed(3), '0.030')
  assert.equal(standardError(1, 1), 0.5)
})

test('of equal kinds few exceed the bound, and their probabilities vary as the standard error says', () => {
  const random = seeded(1)
  const runs = Array.from({ length: 300 }, () => probabilityGreater(skewed(200, random), skewed(200, random)) - 0.5)
  assert.ok(runs.filter((off) => Math.abs(off) > bound(200, 200)).length <= 2)
  const deviation = Math.sqrt(runs.reduce((sum, off) => sum + off * off, 0) / runs.length)
  assert.ok(Math.abs(deviation / standardError(200, 200) - 1) < 0.1, String(deviation))
})

test('a delay of the stated resolution is found nine times in ten', () => {
  const random = seeded(2)
  const delay = resolution(skewed(2_000, random))
  const found = Array.from({ length: 100 }, () => {
    const p = probabilityGreater(skewed(2_000, random), skewed(2_000, random, delay))
    return Math.abs(p - 0.5) > bound(2_000, 2_000)
  }).filter(Boolean).length
  assert.ok(found >= 80 && found <= 98, String(found))
})

test('the interval of the difference of medians holds the true difference', () => {
  const random = seeded(3)
  const { difference, low, high } = medianDifference(skewed(500, random), skewed(500, random, 0.1), random)
  assert.ok(low < difference && difference < high)
  assert.ok(low < 0.1 && 0.1 < high && high - low < 0.1, `${low} … ${high}`)
})
