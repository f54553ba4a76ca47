import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomBytes } from './random.ts'

test('every length is honoured, also beyond the pool', () => {
  for (const length of [0, 1, 32, 4095, 4096, 4097, 10_000]) assert.equal(randomBytes(length).byteLength, length)
})

test('thousands of values, across many refills of the pool, are all different', () => {
  const seen = new Set(Array.from({ length: 5000 }, () => randomBytes(16).toString('hex')))
  assert.equal(seen.size, 5000)
})

test('a returned buffer is a copy: it stays as it was, and spoiling it does not reach the next ones', () => {
  const first = randomBytes(16)
  const before = first.toString('hex')
  for (let i = 0; i < 1000; i++) randomBytes(16).fill(0)
  assert.equal(first.toString('hex'), before)
  const zeros = Array.from({ length: 1000 }, () => randomBytes(16)).filter((bytes) => bytes.every((byte) => byte === 0))
  assert.equal(zeros.length, 0)
})
