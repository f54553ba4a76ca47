import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { inBatches } from './batches.ts'

test('every row comes once and in order, however many go into a batch', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 30 }), fc.integer({ min: 1, max: 12 }), async (count, size) => {
      const rows = Array.from({ length: count }, (_, i) => i)
      const asked: number[] = []
      const list = async (after: number | undefined, limit: number) => {
        asked.push(limit)
        return rows.filter((row) => row > (after ?? -1)).slice(0, limit)
      }
      const found: number[] = []
      for await (const row of inBatches(size, list)) found.push(row)
      assert.deepEqual(found, rows)
      assert.ok(asked.every((limit) => limit === size))
      assert.equal(asked.length, Math.floor(count / size) + 1)
    }),
  )
})
