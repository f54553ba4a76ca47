import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { DAY_MS, HOUR_MS, writeLabels } from './rollup.ts'
import { seriesOf, startsOf } from './series.ts'

const rollup = fc.record({
  labels: fc.constantFrom({ way: 'code' }, { way: 'password' }, { way: 'code', reason: 'late' }),
  hour: fc.integer({ min: -50, max: 150 }).map((n) => n * HOUR_MS),
  count: fc.nat(1000),
  sum: fc.constant(0),
})
const spans = fc
  .record({ first: fc.nat(3), days: fc.nat(3), spanMs: fc.constantFrom(HOUR_MS, DAY_MS) })
  .map(({ first, days, spanMs }) => ({ from: first * DAY_MS, to: (first + days) * DAY_MS, spanMs }))

test('series hold whatever was counted within, once, in as many spans as there are, the most first', () => {
  fc.assert(
    fc.property(fc.array(rollup), spans, (rollups, within) => {
      const series = seriesOf(rollups, within)
      const starts = startsOf(within)
      const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
      for (const { counts, total } of series) {
        assert.equal(counts.length, starts.length)
        assert.equal(sum(counts), total)
      }
      const counted = rollups.filter(({ hour }) => hour >= within.from && hour < within.to)
      assert.equal(sum(series.map(({ total }) => total)), sum(counted.map(({ count }) => count)))
      assert.equal(new Set(series.map(({ labels }) => writeLabels(labels))).size, series.length)
      const totals = series.map(({ total }) => total)
      assert.deepEqual(
        totals,
        totals.toSorted((a, b) => b - a),
      )
      for (const [i, start] of starts.entries()) {
        const there = counted.filter(({ hour }) => hour >= start && hour < start + within.spanMs)
        assert.equal(sum(series.map(({ counts }) => counts[i] ?? 0)), sum(there.map(({ count }) => count)))
      }
    }),
  )
})
