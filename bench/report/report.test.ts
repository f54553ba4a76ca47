import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Interval } from '../load/protocol.ts'
import { sharesOf } from './profile.ts'
import { replaceSection } from './results.ts'
import { median, quantile, spread } from './statistics.ts'
import { ratioOf, table } from './table.ts'

const interval = (requestsPerSecond: number, rest: Partial<Interval> = {}): Interval => ({
  requests: requestsPerSecond,
  requestsPerSecond,
  p50Ms: 1,
  p99Ms: 2,
  cpuMicrosPerRequest: 100,
  databaseCpuMicrosPerRequest: undefined,
  rssMib: 80,
  peakMib: 90,
  generatorCpuShare: 0.2,
  lateProofs: 0,
  problems: [],
  ...rest,
})

test('medians and quantiles of few values', () => {
  assert.equal(median([3, 1, 2]), 2)
  assert.equal(median([4, undefined, 1]), 2.5)
  assert.equal(median([]), undefined)
  assert.equal(quantile([1, 2, 3, 4], 0.5), 3)
  assert.equal(quantile([1], 0.99), 1)
  assert.equal(spread([90, 100, 110]), 0.2)
})

test('a ratio is taken round by round, so that a slow spell of the machine cancels out', () => {
  const ours = { name: 'ours', intervals: [interval(90), interval(45)] }
  const bound = { name: 'bound', intervals: [interval(100), interval(50)] }
  assert.equal(ratioOf(ours, bound), 0.9)
  assert.equal(ratioOf({ ...ours, problem: 'status 500' }, bound), undefined)
})

test('a row with an unexpected answer is marked and shows no figures', () => {
  const text = table([{ name: 'broken', intervals: [interval(12_345)], problem: 'status 500: |oops|' }])
  assert.match(text, /\| broken \| \*\*invalid\*\*: status 500: oops/)
  assert.doesNotMatch(text, /12,345/)
})

test('a row that the generator may have limited says so', () => {
  const text = table([{ name: 'fast', intervals: [interval(1000, { generatorCpuShare: 0.95 })] }])
  assert.match(text, /- fast: the load generator used 95 % of its CPU; the row is a lower bound\./)
})

test('a section is replaced in its place, or added at the end', () => {
  const before = '# Results\n\n<!-- a:begin -->\n\nold\n\n<!-- a:end -->\n\ntail\n'
  assert.equal(replaceSection(before, 'a', 'new'), before.replace('old', 'new'))
  assert.equal(replaceSection('# Results\n', 'a', 'new'), '# Results\n\n<!-- a:begin -->\n\nnew\n\n<!-- a:end -->\n')
})

test('a sample counts for the innermost frame with a known purpose, and idle time for none', () => {
  const frame = (functionName: string, url = '') => ({ callFrame: { functionName, url } })
  const profile = {
    nodes: [
      { id: 1, ...frame('(root)'), children: [2, 6] },
      { id: 2, ...frame('handle', 'file:///x/src/features/refresh/refresh.ts'), children: [3, 5] },
      { id: 3, ...frame('swap', 'file:///x/src/platform/db.ts'), children: [4] },
      { id: 4, ...frame('all') },
      { id: 5, ...frame('verifyOneShot', 'node:internal/crypto/sig') },
      { id: 6, ...frame('(idle)') },
    ],
    samples: [2, 4, 5, 5, 6],
    timeDeltas: [10, 20, 30, 40, 900],
  }
  assert.deepEqual(sharesOf(profile), [
    { purpose: 'signature check of the DPoP proof', share: 0.7 },
    { purpose: 'storage', share: 0.2 },
    { purpose: 'the server’s own JavaScript', share: 0.1 },
  ])
})
