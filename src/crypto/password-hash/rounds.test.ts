import assert from 'node:assert/strict'
import { test } from 'node:test'
import { repeatRounds } from './rounds.ts'

test('every round runs once, in order', async () => {
  const seen: number[] = []
  await repeatRounds(5000, (index) => seen.push(index))
  assert.deepEqual(seen, [...Array(5000).keys()])
})

test('other work gets through between the rounds', async () => {
  let arrived = false
  setImmediate(() => {
    arrived = true
  })
  const seen: boolean[] = []
  await repeatRounds(10_000, () => seen.push(arrived))
  assert.equal(seen.at(0), false)
  assert.equal(seen.at(-1), true)
})
