import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideSignCount } from './sign-count.ts'

const REGRESSED = { kind: 'regressed' }
const fine = (signCount: number) => ({ kind: 'fine', signCount })

for (const [what, stored, presented, backupEligible, decided] of [
  ['a key that never counts', 0, 0, false, fine(0)],
  ['a key that counts on', 7, 8, false, fine(8)],
  ['a key that skips some', 7, 900, false, fine(900)],
  ['a key that begins to count', 0, 1, false, fine(1)],
  ['35 the same count again', 7, 7, false, REGRESSED],
  ['35 a lower count', 7, 6, false, REGRESSED],
  ['35 a count that stops', 7, 0, false, REGRESSED],
  ['35 a synced key, the same count', 7, 7, true, fine(7)],
  ['35 a synced key, a lower count', 7, 6, true, fine(7)],
  ['35 a synced key that stops', 7, 0, true, fine(7)],
  ['36 a key that is synced from now on', 7, 0, true, fine(7)],
  ['a synced key that counts on', 7, 8, true, fine(8)],
  ['the end of the numbers', 2 ** 32 - 2, 2 ** 32 - 1, false, fine(2 ** 32 - 1)],
] as const) {
  test(`the sign count of ${what}`, () => {
    assert.deepEqual(decideSignCount(stored, presented, backupEligible), decided)
  })
}

const count = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }))

test('what is kept never falls, a synced key is never refused, and no count above zero passes twice', () => {
  const property = fc.property(count, count, fc.boolean(), (stored, presented, backupEligible) => {
    const decided = decideSignCount(stored, presented, backupEligible)
    if (decided.kind === 'regressed') {
      assert.ok(!backupEligible && presented <= stored && stored > 0)
      return
    }
    assert.ok(decided.signCount >= stored && decided.signCount >= presented)
    assert.ok([stored, presented].includes(decided.signCount))
    const again = decideSignCount(decided.signCount, presented, backupEligible)
    assert.equal(again.kind, !backupEligible && presented > 0 ? 'regressed' : 'fine')
  })
  fc.assert(property, { numRuns: 1000 })
})
