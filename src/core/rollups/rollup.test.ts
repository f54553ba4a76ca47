import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY_MS, foldIntoDays, HOUR_MS, startOf, writeLabels } from './rollup.ts'
import type { RollupRow } from './tables.ts'

const rows = fc.array(
  fc.record({
    app_id: fc.constantFrom('a', 'b'),
    metric: fc.constantFrom('exchange', 'session_started'),
    labels: fc.constantFrom('{}', '{"way":"code"}'),
    hour: fc.nat(100).map((n) => n * HOUR_MS),
    count: fc.nat(1000),
    sum: fc.nat(1000),
  }),
)

const total = (all: readonly RollupRow[], member: 'count' | 'sum') => all.reduce((sum, row) => sum + row[member], 0)

test('folding keeps every sum, leaves one row of each counter and day, and done again changes nothing', () => {
  fc.assert(
    fc.property(rows, (hours) => {
      const days = foldIntoDays(hours)
      const counters = days.map(({ app_id, metric, labels, hour }) => `${app_id} ${metric} ${labels} ${hour}`)
      assert.equal(new Set(counters).size, days.length)
      for (const { hour } of days) assert.equal(hour, startOf(hour, DAY_MS))
      for (const member of ['count', 'sum'] as const) assert.equal(total(days, member), total(hours, member))
      assert.deepEqual(foldIntoDays(days), days)
    }),
  )
})

test('labels in another order are the same labels', () => {
  assert.equal(writeLabels({ way: 'code', reason: 'replaced' }), writeLabels({ reason: 'replaced', way: 'code' }))
})
