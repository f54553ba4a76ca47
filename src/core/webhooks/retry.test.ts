import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  backoffMs,
  decideFate,
  isGivenUp,
  judgeAnswer,
  mayProbe,
  noticesDue,
  pausesAt,
  retryAfterMs,
  type TriedDelivery,
} from './retry.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

test('waits are 1, 2, 4 … 512 minutes, then 12 hours: 37 tries in 14 days', () => {
  const minutes = Array.from({ length: 12 }, (_, i) => backoffMs(i + 1, 0.5) / MINUTE_MS)
  assert.deepEqual(minutes, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 720, 720])
  let at = 0
  let tries = 0
  while (at < 14 * DAY_MS) {
    tries += 1
    at += backoffMs(tries, 0.5)
  }
  assert.equal(tries, 37)
})

test('a wait is ten percent more or less than its time, and never more than the longest that is believed', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1000 }),
      fc.double({ min: 0, max: 0.9999, noNaN: true }),
      (strikes, chance) => {
        const exact = backoffMs(strikes, 0.5)
        const waits = backoffMs(strikes, chance)
        return waits >= exact * 0.9 - 1 && waits <= exact * 1.1 + 1 && waits < 14 * HOUR_MS
      },
    ),
  )
})

for (const [status, any2xx, retryAfter, kind] of [
  [200, true, undefined, 'taken'],
  [200, false, undefined, 'taken'],
  [204, true, undefined, 'taken'],
  [204, false, undefined, 'failed'],
  [299, true, undefined, 'taken'],
  [300, true, undefined, 'failed'],
  [199, true, undefined, 'failed'],
  [302, true, undefined, 'failed'],
  [410, true, undefined, 'gone'],
  [429, true, '30', 'later'],
  [503, true, '30', 'later'],
  [429, true, undefined, 'failed'],
  [503, true, 'soon', 'failed'],
  [500, true, '30', 'failed'],
  [404, true, undefined, 'failed'],
] as const) {
  test(`${status} ${retryAfter ?? ''} is ${kind}${any2xx ? '' : ' where 200 alone is a yes'}`, () => {
    assert.equal(judgeAnswer({ status, retryAfter }, any2xx, 0).kind, kind)
  })
}

test('no answer is a failure', () => assert.equal(judgeAnswer(undefined, true, 0).kind, 'failed'))

test('Retry-After is seconds or a date, a second at least and twelve hours at most', () => {
  const now = Date.UTC(2026, 0, 1)
  assert.equal(retryAfterMs('120', now), 120_000)
  assert.equal(retryAfterMs('0', now), 1000)
  assert.equal(retryAfterMs('9999999', now), 12 * HOUR_MS)
  assert.equal(retryAfterMs('Thu, 01 Jan 2026 00:05:00 GMT', now), 300_000)
  assert.equal(retryAfterMs('Wed, 31 Dec 2025 00:00:00 GMT', now), 1000)
  for (const bad of [undefined, 'later', '', '-5x']) assert.equal(retryAfterMs(bad, now), undefined)
})

const tried = (more: Partial<TriedDelivery>): TriedDelivery => ({
  size: 1,
  strikes: 1,
  alone: 1,
  firstFailedAt: 1000,
  ...more,
})
const lane = (lastSuccessAt: number | null) => ({ lastSuccessAt })

for (const [what, delivery, lastSuccessAt, fate] of [
  ['a batch that failed twice', { size: 100, strikes: 2 }, 2000, 'stays'],
  ['a batch that failed three times', { size: 100, strikes: 3 }, null, 'halved'],
  ['half of such a batch', { size: 50, strikes: 4 }, null, 'halved'],
  ['an event that failed alone seven times while others passed', { alone: 7, strikes: 12 }, 2000, 'stays'],
  ['an event that failed alone eight times while others passed', { alone: 8, strikes: 12 }, 2000, 'stuck'],
  ['an event that failed alone eight times, as everything did', { alone: 8, strikes: 8 }, 1000, 'stays'],
  ['an event that failed alone eight times where nothing ever passed', { alone: 8, strikes: 8 }, null, 'stays'],
] as const) {
  test(`${what} ${fate}`, () => assert.equal(decideFate(tried(delivery), lane(lastSuccessAt)), fate))
}

test('whether the endpoint is down is asked by another delivery after the third failure', () => {
  assert.deepEqual(
    [1, 2, 3, 9].map((strikes) => mayProbe(tried({ strikes }))),
    [false, false, true, true],
  )
})

test('after fourteen days of failing it is given up, and told of after an hour, a day and a week', () => {
  const since = 5_000_000
  assert.equal(isGivenUp(null, since), false)
  assert.equal(isGivenUp(since, since + 14 * DAY_MS - 1), false)
  assert.equal(isGivenUp(since, since + 14 * DAY_MS), true)
  assert.equal(pausesAt(since), since + 14 * DAY_MS)
  const due = [0, HOUR_MS - 1, HOUR_MS, DAY_MS, 7 * DAY_MS, 13 * DAY_MS].map((ms) => noticesDue(since, since + ms))
  assert.deepEqual(due, [0, 0, 1, 2, 3, 3])
  assert.equal(noticesDue(null, since), 0)
})
