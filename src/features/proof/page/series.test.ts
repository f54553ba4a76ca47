import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { provenFacts } from '../../../core/proof/facts.fixture.ts'
import { judgedFrom, sumExchanges } from '../../../core/proof/facts.ts'
import { DAY_MS, HOUR_MS, startOf } from '../../../core/rollups/rollup.ts'
import { burnDown, exchangesByDay, today } from './series.ts'

const NOW = Date.UTC(2026, 1, 10, 12)
const day = (n: number) => Date.UTC(2026, 1, 10) - n * DAY_MS
const { census } = provenFacts()
const arrived = {
  ...census,
  here: 4,
  notYetHere: 6,
  legacy: 10,
  idle: 1,
  byWay: { legacy: 2, code: 1, 'oauth:github': 1 },
}

test('day by day everybody is in one series, and who has come stays', () => {
  const byDay = new Map([
    [day(20), { legacy: 1 }],
    [day(3), { legacy: 1, code: 1 }],
    [day(0), { 'oauth:github': 1 }],
  ])
  const { labels, series } = burnDown(provenFacts({ census: { ...arrived, byDay } }), NOW)
  assert.deepEqual([labels[0], labels.at(-1), labels.length], ['2026-01-21', '2026-02-10', 21])
  const names = series.map(({ name }) => name)
  assert.deepEqual(names, ['by their session', 'by code', 'by other ways', 'not yet here'])
  for (const i of labels.keys())
    assert.equal(
      series.reduce((sum, { values }) => sum + (values[i] ?? 0), 0),
      10,
    )
  const at = (i: number) => series.map(({ values }) => values.at(i))
  assert.deepEqual(
    [at(0), at(-4), at(-1)],
    [
      [1, 0, 0, 9],
      [2, 1, 0, 7],
      [2, 1, 1, 6],
    ],
  )
})

test('a long time is told in longer steps, and ends today; without a total only who has come is told', () => {
  const byDay = new Map([
    [day(400), { legacy: 2 }],
    [day(0), { code: 2 }],
  ])
  const { labels, series } = burnDown(provenFacts({ imports: [], census: { ...arrived, byDay } }), NOW)
  assert.ok(labels.length <= 60 && labels.length > 50)
  assert.equal(labels.at(-1), '2026-02-10')
  assert.deepEqual(
    series.map(({ name, values }) => [name, values.at(-1)]),
    [
      ['by their session', 2],
      ['by code', 2],
      ['by other ways', 0],
    ],
  )
})

test('the bar of today is everybody', () => {
  assert.deepEqual(
    today(provenFacts({ census: { ...arrived, blocked: 2, byDay: new Map() } })).map(({ name, values }) => [
      name,
      values[0],
    ]),
    [
      ['here', 3],
      ['here, not seen for 30 days', 1],
      ['not yet here', 6],
      ['blocked, not here', 2],
    ],
  )
})

test('sessions that were brought are summed by day, a day without any is nothing', () => {
  const hours = [
    { labels: { outcome: 'exchanged' }, hour: day(1), count: 2, sum: 0 },
    { labels: { outcome: 'exchanged' }, hour: day(1) + 23 * HOUR_MS, count: 3, sum: 0 },
    { labels: { outcome: 'refused', reason: 'invalid_token' }, hour: day(0), count: 1, sum: 0 },
    { labels: { outcome: 'refused', reason: 'busy' }, hour: day(0), count: 1, sum: 0 },
  ]
  const { labels, series } = exchangesByDay(hours, NOW)
  assert.deepEqual([labels.length, labels[0], labels.at(-1)], [31, '2026-01-11', '2026-02-10'])
  assert.deepEqual(
    series.map(({ values }) => values.slice(-3)),
    [
      [0, 5, 0],
      [0, 0, 0],
      [0, 0, 2],
      [0, 0, 0],
    ],
  )
})

test('the days of the plot sum up to what is judged, at whatever hour it is looked at, and whatever clocks say', () => {
  const outcome = fc.constantFrom('exchanged', 'in_grace', 'refused', 'unclear')
  const counters = fc.array(fc.record({ outcome, hoursAgo: fc.integer({ min: -30, max: 24 * 40 }), count: fc.nat(9) }))
  fc.assert(
    fc.property(counters, fc.nat(3 * DAY_MS), (given, later) => {
      const now = NOW + later
      const rows = given
        .map(({ outcome, hoursAgo, count }) => ({
          labels: { outcome, ...(outcome === 'exchanged' || outcome === 'in_grace' ? {} : { reason: 'busy' }) },
          hour: startOf(now, HOUR_MS) - hoursAgo * HOUR_MS,
          count,
          sum: 0,
        }))
        .filter(({ hour }) => hour >= judgedFrom(now))
      const { exchanged, inGrace, refused, unclear } = sumExchanges(rows)
      const sums = exchangesByDay(rows, now).series.map(({ values }) => values.reduce((sum, one) => sum + one, 0))
      assert.deepEqual(sums, [exchanged, inGrace, refused.busy ?? 0, unclear.busy ?? 0])
      assert.ok(now - judgedFrom(now) >= 30 * DAY_MS && now - judgedFrom(now) < 31 * DAY_MS)
    }),
  )
})
