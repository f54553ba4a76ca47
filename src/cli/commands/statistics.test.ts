import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tellStatistics } from './statistics.ts'

const tell = (series: object[]) => {
  const outcome = tellStatistics(
    { starts: ['2026-11-28T00:00:00Z', '2026-11-29T00:00:00Z'], series },
    { args: [], originOf: undefined },
  )
  assert.equal(outcome.kind, 'done')
  return outcome.kind === 'done' ? outcome.plain : ''
}

test('counts are drawn beside the highest of all, and none as a point', () => {
  const said = tell([
    { labels: { way: 'code' }, total: 9, counts: [8, 1] },
    { labels: { reason: 'late', way: 'legacy' }, total: 4, counts: [0, 4] },
  ])
  assert.equal(
    said,
    [
      'WHAT                    TOTAL  FROM 2026-11-28T00:00:00Z ON',
      'way=code                9      █▁',
      'reason=late way=legacy  4      ·▄',
    ].join('\n'),
  )
  assert.equal(tell([]), 'Nothing since 2026-11-28T00:00:00Z.')
})

test('however many there are, they are told', () => {
  const one = { labels: { way: 'code' }, total: 1_000, counts: Array(1_000).fill(1) }
  assert.equal(tell(Array(300).fill(one)).split('\n').length, 301)
})
