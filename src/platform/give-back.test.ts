import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { giveBack } from './give-back.ts'

const MIB = 2 ** 20

test('memory that nobody needs any more is given back at once, and nobody else is given the means', () => {
  let kept: number[][] | undefined = Array.from({ length: 64 }, () => Array<number>(MIB / 8).fill(0.5))
  assert.equal(kept.length, 64)
  const before = process.memoryUsage().heapTotal
  kept = undefined
  giveBack()
  assert.ok(process.memoryUsage().heapTotal < before - 48 * MIB)
  assert.equal(runInNewContext('typeof gc'), 'undefined')
})
