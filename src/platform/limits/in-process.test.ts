import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inProcessLimit } from './in-process.ts'

test('a subject may take its budget once per window, which begins with its first taking', () => {
  const limit = inProcessLimit(1000)
  assert.deepEqual(
    [500, 900, 1499].map((now) => limit.take('a', 2, now)),
    [true, true, false],
  )
  assert.deepEqual(
    [1500, 1500, 1500].map((now) => limit.take('a', 2, now)),
    [true, true, false],
  )
})

test('each subject has its own budget', () => {
  const limit = inProcessLimit(1000)
  assert.equal(limit.take('a', 1, 0), true)
  assert.equal(limit.take('b', 1, 0), true)
  assert.equal(limit.take('a', 1, 0), false)
})

test('a budget of zero never gives', () => {
  const limit = inProcessLimit(1000)
  assert.equal(limit.take('a', 0, 0), false)
  assert.equal(limit.take('a', 0, 5000), false)
})

test('of more subjects than are remembered, the one whose window began first is forgotten', () => {
  const limit = inProcessLimit(1000, 2)
  limit.take('a', 1, 0)
  limit.take('b', 1, 500)
  limit.take('a', 1, 1000)
  limit.take('c', 1, 1001)
  assert.deepEqual(
    ['a', 'c', 'b'].map((subject) => limit.take(subject, 1, 1002)),
    [false, false, true],
  )
})

test('whether a budget is spent is told without taking of it', () => {
  const limit = inProcessLimit(1000)
  assert.equal(limit.isSpent('a', 1, 0), false)
  limit.take('a', 2, 0)
  assert.deepEqual(
    [1, 2].map((max) => limit.isSpent('a', max, 999)),
    [true, false],
  )
  assert.equal(limit.isSpent('a', 1, 1000), false)
  assert.equal(limit.isSpent('a', 0, 1000), true)
})
