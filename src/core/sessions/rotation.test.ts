import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideRotation, type Presented, type RotationDecision, type RotationState } from './rotation.ts'

const NOW = 1_000_000
const GRACE_MS = 10_000

/** A session at its fifth token, refreshed just now, that lives for long. */
const FIFTH = { counter: 5, last_seen_at: NOW, idle_expires_at: NOW * 2, expires_at: NOW * 3, ended_at: null }
const BOUND: RotationState = { ...FIFTH, jkt: 'key' }
const CARRIED: RotationState = { ...FIFTH, jkt: '' }

const CASES: readonly (readonly [string, RotationState | undefined, Presented, RotationDecision])[] = [
  ['the current token', BOUND, { counter: 5, jkt: 'key' }, 'rotate'],
  ['the current cookie', CARRIED, { counter: 5, jkt: '' }, 'rotate'],
  ['the current cookie along with a proof', CARRIED, { counter: 5, jkt: 'any' }, 'rotate'],
  ['the token before', BOUND, { counter: 4, jkt: 'key' }, 'repeat'],
  ['the token before, long after', { ...BOUND, last_seen_at: 0 }, { counter: 4, jkt: 'key' }, 'repeat'],
  ['the cookie before', CARRIED, { counter: 4, jkt: '' }, 'repeat'],
  [
    'the cookie before, at the end of the grace',
    { ...CARRIED, last_seen_at: NOW - GRACE_MS },
    { counter: 4, jkt: '' },
    'repeat',
  ],
  [
    'the cookie before, after the grace',
    { ...CARRIED, last_seen_at: NOW - GRACE_MS - 1 },
    { counter: 4, jkt: '' },
    'reuse',
  ],
  ['a token before that', BOUND, { counter: 3, jkt: 'key' }, 'reuse'],
  ['a cookie before that', CARRIED, { counter: 3, jkt: '' }, 'reuse'],
  ['the first token', BOUND, { counter: 0, jkt: 'key' }, 'reuse'],
  ['a token to come', BOUND, { counter: 6, jkt: 'key' }, 'restore'],
  ['a cookie far ahead', CARRIED, { counter: 500, jkt: '' }, 'restore'],
  ['the current token by another key', BOUND, { counter: 5, jkt: 'other' }, 'wrong_key'],
  ['the current token without a key', BOUND, { counter: 5, jkt: '' }, 'wrong_key'],
  ['an old token by another key', BOUND, { counter: 1, jkt: 'other' }, 'wrong_key'],
  ['a token to come by another key', BOUND, { counter: 9, jkt: 'other' }, 'wrong_key'],
  ['a token of no session', undefined, { counter: 5, jkt: 'key' }, 'ended'],
  ['a token of a session that ended', { ...BOUND, ended_at: 1 }, { counter: 5, jkt: 'key' }, 'ended'],
  ['an old token of a session that ended', { ...BOUND, ended_at: 1 }, { counter: 1, jkt: 'key' }, 'ended'],
  ['a token of a session that ended, by another key', { ...BOUND, ended_at: 1 }, { counter: 5, jkt: 'x' }, 'ended'],
  ['a token of a session past its end', { ...BOUND, expires_at: NOW }, { counter: 5, jkt: 'key' }, 'ended'],
  ['a token of a session idle too long', { ...BOUND, idle_expires_at: NOW }, { counter: 5, jkt: 'key' }, 'ended'],
  ['a token of a session in its last moment', { ...BOUND, expires_at: NOW + 1 }, { counter: 5, jkt: 'key' }, 'rotate'],
]

for (const [what, session, presented, expected] of CASES) {
  test(`${what}: ${expected}`, () => {
    assert.equal(decideRotation(session, presented, NOW, GRACE_MS), expected)
  })
}

const keys = fc.constantFrom('', 'key', 'other')
const times = fc.integer({ min: NOW - 3, max: NOW + 3 })
const states: fc.Arbitrary<RotationState> = fc.record({
  counter: fc.nat(6),
  jkt: keys,
  last_seen_at: fc.integer({ min: NOW - 2 * GRACE_MS, max: NOW }),
  idle_expires_at: times,
  expires_at: times,
  ended_at: fc.option(times),
})
const presentations = fc.record({ counter: fc.nat(8), jkt: keys })

test('only a live session answers with a token, and only to its own key', () => {
  fc.assert(
    fc.property(states, presentations, (session, presented) => {
      const decided = decideRotation(session, presented, NOW, GRACE_MS)
      if (!['rotate', 'repeat', 'restore'].includes(decided)) return
      assert.ok(session.ended_at === null && session.expires_at > NOW && session.idle_expires_at > NOW)
      assert.ok(session.jkt === '' || session.jkt === presented.jkt)
    }),
    { numRuns: 5000 },
  )
})

test('a session is only ever ended over an older token that came with the right key', () => {
  fc.assert(
    fc.property(states, presentations, (session, presented) => {
      if (decideRotation(session, presented, NOW, GRACE_MS) !== 'reuse') return
      assert.ok(presented.counter < session.counter)
      assert.ok(session.jkt === '' || session.jkt === presented.jkt)
      assert.equal(session.ended_at, null)
    }),
    { numRuns: 5000 },
  )
})

interface Step {
  /** The answer does not reach the client. */
  readonly lost: boolean
  readonly waitMs: number
  /** How many rotations the database forgets beforehand. */
  readonly forgotten: number
}

/** Plays an honest client against the decisions; answers those that were not a token. */
function play(jkt: string, steps: readonly Step[]): RotationDecision[] {
  let session: RotationState = { ...FIFTH, jkt, idle_expires_at: Number.MAX_VALUE, expires_at: Number.MAX_VALUE }
  let held = session.counter
  let now = NOW
  const refused: RotationDecision[] = []
  for (const { lost, waitMs, forgotten } of steps) {
    now += waitMs
    session = { ...session, counter: Math.max(0, session.counter - forgotten) }
    const decided = decideRotation(session, { counter: held, jkt }, now, GRACE_MS)
    if (decided === 'rotate' || decided === 'restore') session = { ...session, counter: held + 1, last_seen_at: now }
    else if (decided !== 'repeat') refused.push(decided)
    if (!lost) held = session.counter
  }
  return refused
}

test('a client with a key is never refused, whatever answers are lost and whatever backups are restored', () => {
  const step = fc.record({ lost: fc.boolean(), waitMs: fc.nat(100 * GRACE_MS), forgotten: fc.nat(3) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => assert.deepEqual(play('key', steps), [])),
    { numRuns: 2000 },
  )
})

test('a client with a cookie is never refused if it asks again within the grace', () => {
  const step = fc.record({ lost: fc.boolean(), waitMs: fc.nat(GRACE_MS / 10), forgotten: fc.constant(0) })
  const rounds = fc.array(fc.array(step, { maxLength: 9 }), { maxLength: 5 })
  fc.assert(
    fc.property(rounds, (all) => {
      const answered = { lost: false, waitMs: 0, forgotten: 0 }
      const pause = { lost: false, waitMs: 50 * GRACE_MS, forgotten: 0 }
      assert.deepEqual(
        play(
          '',
          all.flatMap((steps) => [...steps, answered, pause]),
        ),
        [],
      )
    }),
    { numRuns: 2000 },
  )
})

test('of two who hold the same cookie and refresh further apart than the grace, the second is found out', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: GRACE_MS }), (rotations, beyondMs) => {
      const session = { ...CARRIED, counter: 5 + rotations, last_seen_at: NOW - GRACE_MS - beyondMs }
      assert.equal(decideRotation(session, { counter: 5, jkt: '' }, NOW, GRACE_MS), 'reuse')
    }),
  )
})
