import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decidePasskeysUntil, decideStanding, type ProvenIdentifier, provenOf } from './standing.ts'

const DAY = 86_400_000
const NOW = 100 * DAY
const proven = (value: string, verified_at: number): ProvenIdentifier => ({ type: 'email_address', value, verified_at })

for (const [what, times, authTime, expected] of [
  ['nothing proven', [], NOW, []],
  ['one, proven just now', [NOW], NOW, [NOW]],
  ['old ones alone', [1, 2], NOW, [1, 2]],
  ['one a day old to the millisecond', [1, NOW - DAY], NOW, [1, NOW - DAY]],
  ['one a millisecond too young', [1, NOW - DAY + 1], NOW, [1]],
  ['one proven by the login itself, long ago', [1, NOW - 3 * DAY], NOW - 3 * DAY, [1, NOW - 3 * DAY]],
  ['one proven after the login, long ago', [1, NOW - 3 * DAY + 1], NOW - 3 * DAY, [1]],
  ['young ones alone: the oldest', [NOW - 20, NOW - 10], NOW, [NOW - 20]],
  ['young ones that were proven together', [NOW - 20, NOW - 20, NOW], NOW, [NOW - 20, NOW - 20]],
] as const) {
  test(`what speaks for a user: ${what}`, () => {
    const identifiers = times.map((time, i) => proven(`${i}@example.com`, time))
    const standing = decideStanding(identifiers, { authTime, now: NOW, ageMs: DAY })
    assert.deepEqual(
      standing.map(({ verified_at }) => verified_at),
      expected,
    )
  })
}

test('whoever has proven something can always prove it again, and a later proof never takes the place of an earlier one', () => {
  const times = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 6 })
  const recency = fc.record({ authTime: fc.nat(60), now: fc.nat(60), ageMs: fc.nat(60) })
  fc.assert(
    fc.property(times, recency, (all, at) => {
      const sorted = provenOf(all.map((verified_at, i) => proven(`${i}@example.com`, verified_at)))
      const standing = decideStanding(sorted, at)
      assert.equal(standing.length > 0, all.length > 0)
      const [oldest] = sorted
      if (oldest) assert.ok(standing.includes(oldest))
      const latest = standing.at(-1)?.verified_at ?? 0
      for (const one of sorted) if (one.verified_at < latest) assert.ok(standing.includes(one))
    }),
  )
})

for (const [what, madeAt, hasProven, expected] of [
  ['old ones alone', [1, NOW - DAY], true, [1, NOW - DAY]],
  ['one a millisecond too young beside an address', [NOW - DAY + 1], true, []],
  ['one beside an older one', [1, NOW], false, [1]],
  ['nothing older at all: the oldest', [NOW - 20, NOW - 10], false, [NOW - 20]],
] as const) {
  test(`which passkeys speak for a user: ${what}`, () => {
    const until = decidePasskeysUntil(madeAt, { hasProven, now: NOW, ageMs: DAY })
    assert.deepEqual(
      madeAt.filter((time) => time <= until),
      expected,
    )
  })
}

test('what is not proven does not count', () => {
  assert.deepEqual(provenOf([{ type: 'email_address', value: 'a@example.com', verified_at: null }]), [])
})
