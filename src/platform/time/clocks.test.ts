import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Clocks, firstLook, isBelieved, isUndisputed, lookAgain, standingOf, timeOf } from './clocks.ts'

const SECOND_MS = 1_000
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const WALL = Date.UTC(2026, 4, 6)

/** Looks after `passed` ms each, between which the wall clock was set by `set` ms. */
function looks(steps: readonly { passed: number; set?: number }[], from = firstLook(WALL, 5_000)): Clocks {
  return steps.reduce(
    (clocks, { passed, set = 0 }) => lookAgain(clocks, clocks.wallMs + passed + set, clocks.monotonicMs + passed),
    from,
  )
}

const STEPS: readonly [what: string, steps: { passed: number; set?: number }[], standing: string, offMs: number][] = [
  ['nothing happens', [], 'believed', 0],
  ['days pass', [{ passed: 9 * DAY_MS }], 'believed', 0],
  ['it is set by half a minute', [{ passed: 5_000, set: 30 * SECOND_MS }], 'believed', 0],
  ['it is set by half a minute, three times', Array(3).fill({ passed: 5_000, set: 30_000 }), 'wrong', 90_000],
  ['it is set by a minute', [{ passed: 5_000, set: 60_000 }], 'believed', 0],
  ['it is set by more', [{ passed: 5_000, set: 60_001 }], 'wrong', 60_001],
  ['it is set forward by a year', [{ passed: 1, set: 365 * DAY_MS }], 'wrong', 365 * DAY_MS],
  ['it is set back by two hours', [{ passed: 1, set: -2 * HOUR_MS }], 'wrong', -2 * HOUR_MS],
  [
    'it is set forward and back',
    [
      { passed: 1, set: DAY_MS },
      { passed: 9, set: -DAY_MS },
    ],
    'believed',
    0,
  ],
  ['nobody looked for an hour, and it was set by ten minutes', [{ passed: HOUR_MS, set: 600_000 }], 'wrong', 600_000],
  ['it was set an hour ago, less a moment', [{ passed: 1, set: DAY_MS }, { passed: HOUR_MS - 1 }], 'wrong', DAY_MS],
  ['it was set an hour ago', [{ passed: 1, set: DAY_MS }, { passed: HOUR_MS }], 'believed', 0],
]

for (const [what, steps, standing, offMs] of STEPS) {
  test(`a clock is ${standing} when ${what}`, () => {
    const clocks = looks(steps)
    assert.equal(standingOf(clocks), standing)
    assert.equal(timeOf(clocks), clocks.wallMs - offMs)
  })
}

const GAPS: readonly [gapMs: number, standing: string][] = [
  [0, 'believed'],
  [60_000, 'believed'],
  [60_001, 'wrong'],
  [-60_001, 'wrong'],
  [40 * DAY_MS, 'wrong'],
]
for (const [gapMs, standing] of GAPS) {
  test(`a clock ${gapMs} ms ahead of the database's is ${standing}`, () => {
    const clocks = { ...firstLook(WALL, 0), gapMs }
    assert.equal(standingOf(clocks), standing)
    assert.equal(timeOf(clocks), standing === 'wrong' ? WALL - gapMs : WALL)
  })
}

test('what the database says wins over the monotonic clock, which may have stood still; for an hour nothing is deleted', () => {
  const resumed = { ...looks([{ passed: 10, set: 8 * HOUR_MS }]), gapMs: 20 }
  assert.deepEqual([isBelieved(resumed), isUndisputed(resumed)], [true, false])
  assert.equal(timeOf(resumed), resumed.wallMs)
  assert.ok(isUndisputed(looks([{ passed: HOUR_MS }], resumed)))
})

test('a clock that is set after the database was asked is as wrong at once as it will be told', () => {
  const asked = { ...firstLook(WALL, 0), gapMs: 300 }
  const set = looks([{ passed: 1_000, set: 3 * HOUR_MS }], asked)
  assert.equal(set.gapMs, 3 * HOUR_MS + 300)
  assert.equal(standingOf(set), 'wrong')
})

const slew = fc.array(
  fc.record({
    passed: fc.integer({ min: 1, max: HOUR_MS }),
    rate: fc.integer({ min: -80, max: 80 }).map((perMille) => perMille / 1_000),
  }),
)

test('a time server that turns the clock, as fast as any does, disputes nothing', () => {
  fc.assert(
    fc.property(slew, (turns) => {
      const steps = turns.map(({ passed, rate }) => {
        const set = Math.round(passed * rate)
        return { passed, set: Math.max(-60_000, Math.min(60_000, set)) }
      })
      assert.equal(standingOf(looks(steps)), 'believed')
    }),
  )
})

const sets = fc.array(
  fc.record({ passed: fc.nat(60_000), set: fc.integer({ min: -400 * DAY_MS, max: 400 * DAY_MS }) }),
  {
    maxLength: 12,
  },
)

test('however often the clock is set within an hour, the time goes on as the monotonic clock does, to a minute', () => {
  fc.assert(
    fc.property(sets, (steps) => {
      const clocks = looks(steps)
      const passed = steps.reduce((sum, { passed }) => sum + passed, 0)
      const ignored = steps.filter(({ passed, set }) => Math.abs(set) <= 1_000 + passed / 10).length * 7_000
      assert.ok(Math.abs(timeOf(clocks) - WALL - passed) <= 60_000 + ignored)
    }),
  )
})
