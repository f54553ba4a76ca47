import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Offered } from '../load/protocol.ts'
import { besideTable, type Pair } from './beside.ts'

const offered = (p99Ms: number, rest: Partial<Offered> = {}): Offered => ({
  requests: 100,
  requestsPerSecond: 1000,
  p50Ms: 1,
  p99Ms,
  maxMs: 9,
  latenessP99Ms: 1,
  lateProofs: 0,
  problems: [],
  ...rest,
})
const pair = (alone: number, beside: number, rest: Partial<Offered> = {}): Pair => ({
  alone: offered(alone),
  beside: offered(beside, rest),
  logins: offered(30, { requestsPerSecond: 20 }),
})
const conditions = { loginsPerSecond: 20, seconds: 4, share: 0.3 }
const tableOf = (pairs: Pair[]) => besideTable([{ engine: 'SQLite', rate: 1000, pairs }], conditions)

test('the ratio is the median of the quotients of each round, and is held against the aim', () => {
  assert.match(tableOf([pair(2, 2), pair(4, 5), pair(1, 10)]), /\| 1\.25 \(aim ≤ 1\.5: met\) \| 1\.00 1\.25 10\.00 \|/)
  assert.match(tableOf([pair(2, 4)]), /\| 2\.00 \(aim ≤ 1\.5: \*\*missed\*\*\) \|/)
})

test('a rate that was not kept up, and a late clock, are told', () => {
  const text = tableOf([pair(2, 2, { requestsPerSecond: 900, latenessP99Ms: 7 })])
  assert.match(text, /- SQLite: only 900 of 1000 refreshes\/s were offered in one interval\./)
  assert.match(text, /clock was up to 7\.00 ms late/)
})

test('an unexpected answer makes the row invalid', () => {
  assert.match(
    tableOf([pair(2, 2, { problems: ['status 500: |no|'] })]),
    /\| SQLite \| \*\*invalid\*\*: status 500: no /,
  )
})
