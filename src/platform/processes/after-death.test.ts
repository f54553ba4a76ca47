import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { type Consequence, type Death, decideAfterDeath } from './after-death.ts'

const death = (facts: Partial<Death>): Death => ({
  code: 1,
  servedMs: undefined,
  failedStarts: 1,
  youngDeaths: 1,
  isServed: false,
  ...facts,
})

const after = (afterMs: number): Consequence => ({ kind: 'replace', afterMs })
const end = (code: number): Consequence => ({ kind: 'end', code })

describe('a process that ended without being asked to', () => {
  const table: readonly (readonly [string, Partial<Death>, Consequence])[] = [
    ['after it had served for long: at once', { servedMs: 60_000, youngDeaths: 0, code: undefined }, after(0)],
    ['soon after it began to serve: after a moment', { servedMs: 10, failedStarts: 0 }, after(200)],
    ['so for the fourth time: later', { servedMs: 10, failedStarts: 0, youngDeaths: 4 }, after(1_600)],
    ['at its start, where nobody serves: again', {}, after(200)],
    ['so for the third time: the whole ends', { failedStarts: 3, youngDeaths: 3 }, end(1)],
    ['so by a signal: with 1, for a signal has no code', { failedStarts: 3, code: undefined }, end(1)],
    ['at its start, as it is configured: the whole ends at once', { code: 2 }, end(2)],
    ['so, as it was typed', { code: 64 }, end(64)],
    [
      'at its start, where others serve: they go on',
      { isServed: true, failedStarts: 9, youngDeaths: 9 },
      after(30_000),
    ],
    ['so, as it is configured', { isServed: true, code: 2 }, after(200)],
    ['with a code of configuration, though it served', { servedMs: 10, code: 2 }, after(200)],
  ]
  for (const [what, facts, expected] of table)
    test(what, () => assert.deepEqual(decideAfterDeath(death(facts)), expected))

  test('is never the end of others that serve, and replaced within half a minute', () => {
    const facts = fc.record({
      code: fc.option(fc.nat(255), { nil: undefined }),
      servedMs: fc.option(fc.nat(), { nil: undefined }),
      failedStarts: fc.nat(2_000),
      youngDeaths: fc.nat(2_000),
    })
    fc.assert(
      fc.property(facts, (given) => {
        const what = decideAfterDeath({ ...given, isServed: true })
        assert.ok(what.kind === 'replace' && what.afterMs >= 0 && what.afterMs <= 30_000)
      }),
    )
  })
})
