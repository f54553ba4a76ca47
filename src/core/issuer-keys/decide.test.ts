import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { afterFetch, decideStep, type KeySet, type Look, type Step } from './decide.ts'
import { NO_KEYS } from './signature.ts'

const NOW = 10_000_000
const HOUR = 3_600_000
/** So long ago, by both clocks. */
const ago = (ms: number, wallMs = ms) => ({ monotonic: NOW - ms, wall: NOW - wallMs })

/** Keys that were fetched a minute ago. */
const set = (change: Partial<KeySet> = {}): KeySet => ({
  published: NO_KEYS,
  state: 'fetched',
  fetchedAt: ago(60_000),
  triedAt: NOW - 60_000,
  paidUntil: NOW - 50_000,
  ...change,
})
const look = (verdict: Look['verdict'], change: Partial<Look> = {}): Look => ({
  verdict,
  hasAsked: false,
  isKnownAbsent: false,
  ...change,
})
const down = (change: Partial<KeySet> = {}) => set({ state: 'down', triedAt: NOW - 9_999, ...change })

const CASES: readonly [name: string, set: KeySet | undefined, look: Look, step: Step][] = [
  ['nothing is known', undefined, look('missing'), 'fetch'],
  ['a good signature', set(), look('verified'), 'accept'],
  ['a bad signature by a known key', set(), look('forged'), 'refuse'],
  ['an unknown key', set(), look('missing'), 'fetch'],
  ['an unknown key, just asked for', set({ fetchedAt: ago(0) }), look('missing', { hasAsked: true }), 'refuse'],
  ['an unknown key, the allowance used up', set({ paidUntil: NOW + 90_001 }), look('missing'), 'doubt'],
  ['an unknown key, a bit of the allowance left', set({ paidUntil: NOW + 90_000 }), look('missing'), 'fetch'],
  ['a key known to be absent', set({ fetchedAt: ago(29_999) }), look('missing', { isKnownAbsent: true }), 'refuse'],
  [
    'a key known to be absent thirty seconds ago',
    set({ fetchedAt: ago(30_000) }),
    look('missing', { isKnownAbsent: true }),
    'fetch',
  ],
  ['keys at the end of their time', set({ fetchedAt: ago(599_999) }), look('verified'), 'accept'],
  ['keys that are old', set({ fetchedAt: ago(600_000) }), look('verified'), 'fetch'],
  ['keys that are old, forged', set({ fetchedAt: ago(600_000) }), look('forged'), 'fetch'],
  ['old keys, the allowance used up', set({ fetchedAt: ago(600_000), paidUntil: NOW + HOUR }), look('forged'), 'fetch'],
  ['old keys, the issuer down', down({ fetchedAt: ago(600_000) }), look('verified'), 'accept'],
  ['old keys, the issuer down, forged', down({ fetchedAt: ago(600_000) }), look('forged'), 'refuse'],
  ['old keys, the issuer down, unknown', down({ fetchedAt: ago(600_000) }), look('missing'), 'doubt'],
  ['keys an hour beyond their time, nearly', down({ fetchedAt: ago(600_000 + HOUR - 1) }), look('verified'), 'accept'],
  ['keys an hour beyond their time', down({ fetchedAt: ago(600_000 + HOUR) }), look('verified'), 'silence'],
  ['keys an hour beyond their time, forged', down({ fetchedAt: ago(600_000 + HOUR) }), look('forged'), 'silence'],
  [
    'keys an hour beyond their time, just asked for',
    down({ fetchedAt: ago(600_000 + HOUR), triedAt: NOW }),
    look('verified', { hasAsked: true }),
    'silence',
  ],
  [
    'old keys by the wall clock alone: the machine slept',
    set({ fetchedAt: ago(1, 600_000) }),
    look('verified'),
    'fetch',
  ],
  ['old keys by the monotonic clock alone', set({ fetchedAt: ago(600_000, -HOUR) }), look('verified'), 'fetch'],
  [
    'keys that may not be believed, by the wall clock alone',
    down({ fetchedAt: ago(1, 2 * HOUR) }),
    look('verified'),
    'silence',
  ],
  ['keys from the future of the wall clock', set({ fetchedAt: ago(1, -HOUR) }), look('verified'), 'accept'],
  ['down for ten seconds', down({ triedAt: NOW - 10_000 }), look('missing'), 'fetch'],
  ['down for ten seconds, keys known', down({ triedAt: NOW - 10_000 }), look('verified'), 'accept'],
  ['down, never reached', down({ fetchedAt: undefined }), look('missing'), 'silence'],
  ['gone a moment ago', set({ state: 'gone', fetchedAt: ago(29_999) }), look('missing'), 'refuse'],
  ['gone half a minute ago', set({ state: 'gone', fetchedAt: ago(30_000) }), look('missing'), 'fetch'],
  ['gone, just asked', set({ state: 'gone', fetchedAt: ago(0) }), look('missing', { hasAsked: true }), 'refuse'],
  ['gone, the allowance used up', set({ state: 'gone', paidUntil: NOW + HOUR }), look('missing'), 'refuse'],
]

for (const [name, known, seen, step] of CASES) {
  test(`${name}: ${step}`, () => assert.equal(decideStep(known, seen, ago(0)), step))
}

const anySet = fc.record({
  published: fc.constant(NO_KEYS),
  state: fc.constantFrom('fetched', 'gone', 'down'),
  fetchedAt: fc.record({
    monotonic: fc.integer({ min: NOW - 2 * HOUR, max: NOW }),
    wall: fc.integer({ min: NOW - 2 * HOUR, max: NOW + HOUR }),
  }),
  triedAt: fc.integer({ min: NOW - 20_000, max: NOW }),
  paidUntil: fc.integer({ min: NOW - 20_000, max: NOW + 120_000 }),
}) as fc.Arbitrary<KeySet>
const anyLook = fc.record({
  verdict: fc.constantFrom('verified', 'forged', 'missing'),
  hasAsked: fc.boolean(),
  isKnownAbsent: fc.boolean(),
}) as fc.Arbitrary<Look>

test('whatever is known, nothing is accepted but a good signature by keys that may be believed, and who has asked is not sent again', () => {
  fc.assert(
    fc.property(anySet, anyLook, (known, seen) => {
      const step = decideStep(known, seen, ago(0))
      const age = NOW - Math.min(known.fetchedAt?.monotonic ?? 0, known.fetchedAt?.wall ?? 0)
      if (step === 'accept') assert.ok(seen.verdict === 'verified' && age < 600_000 + HOUR, 'accepted')
      if (step === 'refuse') assert.notEqual(seen.verdict, 'verified')
      if (seen.hasAsked) assert.notEqual(step, 'fetch')
      if (seen.verdict === 'missing' && known.state === 'down' && !seen.isKnownAbsent) assert.notEqual(step, 'refuse')
    }),
  )
})

test('fetches that follow each other use up the allowance: ten in a row, then one in ten seconds', () => {
  let known: KeySet | undefined
  const fetches: number[] = []
  for (let second = 0; second < 60; second += 1) {
    for (let call = 0; call < 20; call += 1) {
      const now = { monotonic: second * 1000, wall: NOW + second * 1000 }
      if (decideStep(known, look('missing'), now) !== 'fetch') continue
      fetches.push(second)
      known = afterFetch(known, NO_KEYS, now, now.monotonic)
    }
  }
  assert.deepEqual(fetches, [...Array(10).fill(0), 10, 20, 30, 40, 50])
})

test('an issuer that cannot be asked leaves the keys of before, as old as they are', () => {
  const before = set({ paidUntil: NOW })
  assert.deepEqual(afterFetch(before, 'down', ago(0), NOW + 5_000), {
    published: before.published,
    state: 'down',
    fetchedAt: before.fetchedAt,
    triedAt: NOW + 5_000,
    paidUntil: NOW + 10_000,
  })
  assert.equal(afterFetch(undefined, 'down', ago(0), NOW).fetchedAt, undefined)
  const gone = afterFetch(before, 'gone', ago(0), NOW + 5_000)
  assert.equal(gone.published, NO_KEYS)
  assert.deepEqual(gone.fetchedAt, ago(0))
})
