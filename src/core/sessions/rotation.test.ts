import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  decideRotation,
  LOGIN_COOKIE_MS,
  MAX_BEHIND,
  type Presented,
  type RotationDecision,
  type RotationState,
  SIDE_BY_SIDE_MS,
} from './rotation.ts'

const NOW = 1_800_000_000_000
const SPENT_MS = 10_000
const DAY_MS = 86_400_000
/** How far a clock may be off without a nonce. */
const WINDOW_MS = 300_000

/** A session at its twentieth token, refreshed just now, that lives for long. */
const TWENTIETH = {
  counter: 20,
  created_at: NOW - DAY_MS,
  last_seen_at: NOW,
  proof_issued_at: NOW,
  idle_expires_at: NOW * 2,
  expires_at: NOW * 3,
  ended_at: null,
}
const BOUND: RotationState = { ...TWENTIETH, jkt: 'key' }
const CARRIED: RotationState = { ...TWENTIETH, jkt: '', proof_issued_at: null }
const FRESH: RotationState = { ...BOUND, counter: 0, created_at: NOW, proof_issued_at: null }

/** With a proof made now; by no key, without one. */
const present = (counter: number, jkt: string, change: Partial<Presented> = {}): Presented => ({
  counter,
  jkt,
  proofIssuedAt: jkt === '' ? null : NOW,
  hasLoginCookie: false,
  ...change,
})
const own = (counter: number, change: Partial<Presented> = {}) => present(counter, 'key', change)
const cookie = (counter: number) => present(counter, '')
const made = (proofIssuedAt: number | null) => ({ proofIssuedAt })
const COOKIE = { hasLoginCookie: true }

const CASES: readonly (readonly [string, RotationState | undefined, Presented, RotationDecision])[] = [
  ['the current token', BOUND, own(20), 'rotate'],
  ['the current token with a proof older than the last', BOUND, own(20, made(NOW - DAY_MS)), 'rotate'],
  ['the current cookie', CARRIED, cookie(20), 'rotate'],
  ['the current cookie along with a proof', CARRIED, present(20, 'any'), 'rotate'],

  ['the token before', BOUND, own(19), 'repeat'],
  ['the token before, long after', { ...BOUND, last_seen_at: 0 }, own(19), 'repeat'],
  ['a token ten behind', BOUND, own(20 - MAX_BEHIND), 'repeat'],
  ['a token eleven behind', BOUND, own(20 - MAX_BEHIND - 1), 'reuse'],
  ['the first token', BOUND, own(0), 'reuse'],
  ['a token behind of a session that an older release moved', { ...BOUND, proof_issued_at: null }, own(17), 'repeat'],

  ['the token before, by a tab that signed a moment before', BOUND, own(19, made(NOW - SIDE_BY_SIDE_MS)), 'repeat'],
  ['the token before with an older proof', BOUND, own(19, made(NOW - SIDE_BY_SIDE_MS - 1)), 'late'],
  ['two tokens before, with a proof a moment older', BOUND, own(18, made(NOW - 1)), 'late'],
  ['a token behind with an older proof', BOUND, own(17, made(NOW - 1000)), 'late'],
  ['a token far behind with an older proof', BOUND, own(1, made(NOW - 1000)), 'late'],
  ['a token behind with the proof of the last rotation', BOUND, own(19, made(NOW)), 'repeat'],
  [
    'a token behind by a clock that was days ahead and was set right',
    { ...BOUND, proof_issued_at: NOW + 3 * DAY_MS },
    own(19),
    'repeat',
  ],
  [
    'a token behind by a clock that is days ahead still, older',
    { ...BOUND, proof_issued_at: NOW + 3 * DAY_MS },
    own(18, made(NOW + 3 * DAY_MS - 1000)),
    'late',
  ],
  [
    'a token behind by a clock that was a little ahead',
    { ...BOUND, proof_issued_at: NOW + WINDOW_MS },
    own(18, made(NOW + WINDOW_MS - 1)),
    'late',
  ],
  ['a token behind by a clock set forward', BOUND, own(15, made(NOW + 3 * DAY_MS)), 'repeat'],

  ['the cookie before', CARRIED, cookie(19), 'repeat'],
  ['the cookie before, at the end of its time', { ...CARRIED, last_seen_at: NOW - SPENT_MS }, cookie(19), 'repeat'],
  ['the cookie before, after its time', { ...CARRIED, last_seen_at: NOW - SPENT_MS - 1 }, cookie(19), 'reuse'],
  ['a cookie whose successor was used', CARRIED, cookie(18), 'reuse'],
  ['a cookie behind along with an older proof', CARRIED, present(18, 'any', made(0)), 'reuse'],

  ['a token to come', BOUND, own(21), 'restore'],
  ['a token to come with an older proof', BOUND, own(21, made(0)), 'restore'],
  ['a cookie far ahead', CARRIED, cookie(500), 'restore'],

  ['the current token by another key', BOUND, present(20, 'other'), 'wrong_key'],
  ['the current token without a key', BOUND, cookie(20), 'wrong_key'],
  ['an old token by another key', BOUND, present(1, 'other'), 'wrong_key'],
  ['a token to come by another key', BOUND, present(25, 'other'), 'wrong_key'],

  ['the first token by another key of the browser that logged in', FRESH, present(0, 'other', COOKIE), 'rebind'],
  [
    'the same in the last moment',
    { ...FRESH, created_at: NOW - LOGIN_COOKIE_MS + 1 },
    present(0, 'other', COOKIE),
    'rebind',
  ],
  ['the same too late', { ...FRESH, created_at: NOW - LOGIN_COOKIE_MS }, present(0, 'other', COOKIE), 'wrong_key'],
  ['the same without the cookie', FRESH, present(0, 'other'), 'wrong_key'],
  ['the same without a key', FRESH, present(0, '', COOKIE), 'wrong_key'],
  ['the same by the session’s own key', FRESH, own(0, COOKIE), 'rotate'],
  ['the same once the session was refreshed', { ...FRESH, counter: 1 }, present(0, 'other', COOKIE), 'wrong_key'],
  ['the second token by another key', { ...FRESH, counter: 1 }, present(1, 'other', COOKIE), 'wrong_key'],
  ['a token to come, by another key', FRESH, present(1, 'other', COOKIE), 'wrong_key'],
  ['the first token of a session that ended', { ...FRESH, ended_at: NOW }, present(0, 'other', COOKIE), 'ended'],
  ['the first token of a session past its end', { ...FRESH, expires_at: NOW }, present(0, 'other', COOKIE), 'ended'],

  ['a token of no session', undefined, own(20), 'ended'],
  ['a token of a session that ended', { ...BOUND, ended_at: 1 }, own(20), 'ended'],
  ['an old token of a session that ended', { ...BOUND, ended_at: 1 }, own(1), 'ended'],
  ['a token of a session that ended, by another key', { ...BOUND, ended_at: 1 }, present(20, 'x'), 'ended'],
  ['a token of a session past its end', { ...BOUND, expires_at: NOW }, own(20), 'ended'],
  ['a token of a session idle too long', { ...BOUND, idle_expires_at: NOW }, own(20), 'ended'],
  ['a token of a session in its last moment', { ...BOUND, expires_at: NOW + 1 }, own(20), 'rotate'],
]

for (const [what, session, presented, expected] of CASES) {
  test(`${what}: ${expected}`, () => {
    assert.equal(decideRotation(session, presented, NOW, SPENT_MS), expected)
  })
}

const keys = fc.constantFrom('', 'key', 'other')
const times = fc.integer({ min: NOW - 3, max: NOW + 3 })
const states: fc.Arbitrary<RotationState> = fc.record({
  counter: fc.nat(15),
  jkt: keys,
  created_at: fc.integer({ min: NOW - 2 * LOGIN_COOKIE_MS, max: NOW }),
  last_seen_at: fc.integer({ min: NOW - 2 * SPENT_MS, max: NOW }),
  proof_issued_at: fc.option(times),
  idle_expires_at: times,
  expires_at: times,
  ended_at: fc.option(times),
})
const presentations: fc.Arbitrary<Presented> = fc.record({
  counter: fc.nat(18),
  jkt: keys,
  proofIssuedAt: fc.option(times),
  hasLoginCookie: fc.boolean(),
})
const anyCase = (check: (session: RotationState, presented: Presented, decided: RotationDecision) => void) =>
  fc.assert(
    fc.property(states, presentations, (session, presented) => {
      check(session, presented, decideRotation(session, presented, NOW, SPENT_MS))
    }),
    { numRuns: 5000 },
  )

test('only a live session answers with a token, and only to its own key', () => {
  anyCase((session, presented, decided) => {
    if (!['rotate', 'repeat', 'restore'].includes(decided)) return
    assert.ok(session.ended_at === null && session.expires_at > NOW && session.idle_expires_at > NOW)
    assert.ok(session.jkt === '' || session.jkt === presented.jkt)
  })
})

test('a session is only ever ended over an older token that came with the right key and no older proof', () => {
  anyCase((session, presented, decided) => {
    if (decided !== 'reuse') return
    assert.ok(presented.counter < session.counter)
    assert.ok(session.jkt === '' || session.jkt === presented.jkt)
    assert.equal(session.ended_at, null)
    if (session.jkt === '') return
    assert.ok(presented.counter < session.counter - MAX_BEHIND)
    const { proofIssuedAt: since } = presented
    assert.ok(since === null || session.proof_issued_at === null || since >= session.proof_issued_at)
  })
})

test('a session moves to another key only before its first refresh, and only by the cookie of its login', () => {
  anyCase((session, presented, decided) => {
    if (decided !== 'rebind') return
    assert.ok(presented.hasLoginCookie && presented.counter === 0 && session.counter === 0)
    assert.ok(session.jkt !== '' && presented.jkt !== '' && session.jkt !== presented.jkt)
    assert.ok(session.ended_at === null && NOW - session.created_at < LOGIN_COOKIE_MS)
  })
})

interface Step {
  /** The answer does not reach the client. */
  readonly lost: boolean
  readonly waitMs: number
  /** How many rotations the database forgets beforehand. */
  readonly forgotten: number
  /** How far the client's clock is off from now on. */
  readonly clockMs: number
}

/** Plays an honest client against the decisions; answers those that were not a token. */
function play(jkt: string, steps: readonly Step[]): RotationDecision[] {
  let session: RotationState = { ...TWENTIETH, jkt, idle_expires_at: Number.MAX_VALUE, expires_at: Number.MAX_VALUE }
  let held = session.counter
  let now = NOW
  const refused: RotationDecision[] = []
  for (const { lost, waitMs, forgotten, clockMs } of steps) {
    now += waitMs
    session = { ...session, counter: Math.max(0, session.counter - forgotten) }
    const proofIssuedAt = jkt === '' ? null : now + clockMs
    const decided = decideRotation(session, present(held, jkt, { proofIssuedAt }), now, SPENT_MS)
    if (decided === 'rotate' || decided === 'restore')
      session = { ...session, counter: held + 1, last_seen_at: now, proof_issued_at: proofIssuedAt }
    else if (decided !== 'repeat') refused.push(decided)
    if (!lost) held = session.counter
  }
  return refused
}

const rightClock = fc.constant(0)

test('a client with a key is never refused, whatever answers are lost and whatever backups are restored', () => {
  const step = fc.record({
    lost: fc.boolean(),
    waitMs: fc.nat(100 * SPENT_MS),
    forgotten: fc.nat(3),
    clockMs: rightClock,
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => assert.deepEqual(play('key', steps), [])),
    { numRuns: 2000 },
  )
})

test('nor is one whose clock jumps about as long as its answers arrive, nor when a clock that was hours ahead is set right', () => {
  const jumps = fc.record({
    lost: fc.constant(false),
    waitMs: fc.nat(SPENT_MS),
    forgotten: fc.constant(0),
    clockMs: fc.integer({ min: -DAY_MS, max: DAY_MS }),
  })
  const corrected = fc.record({
    lost: fc.boolean(),
    waitMs: fc.nat(SPENT_MS),
    forgotten: fc.constant(0),
    clockMs: rightClock,
  })
  const ahead = fc.record({
    lost: fc.boolean(),
    waitMs: fc.nat(SPENT_MS),
    forgotten: fc.constant(0),
    clockMs: fc.constant(DAY_MS),
  })
  const some = (step: fc.Arbitrary<Step>) => fc.array(step, { maxLength: 20 })
  fc.assert(
    fc.property(some(jumps), (steps) => assert.deepEqual(play('key', steps), [])),
    { numRuns: 1000 },
  )
  fc.assert(
    fc.property(some(ahead), some(corrected), (one, other) => assert.deepEqual(play('key', [...one, ...other]), [])),
    { numRuns: 1000 },
  )
})

test('a client with a cookie is never refused if it asks again in time', () => {
  const step = fc.record({
    lost: fc.boolean(),
    waitMs: fc.nat(SPENT_MS / 10),
    forgotten: fc.constant(0),
    clockMs: rightClock,
  })
  const rounds = fc.array(fc.array(step, { maxLength: 9 }), { maxLength: 5 })
  fc.assert(
    fc.property(rounds, (all) => {
      const answered = { lost: false, waitMs: 0, forgotten: 0, clockMs: 0 }
      const pause = { lost: false, waitMs: 50 * SPENT_MS, forgotten: 0, clockMs: 0 }
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

test('of two who hold the same cookie, the second is found out once the first has refreshed twice, or after its time', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: SPENT_MS }), (rotations, beyondMs) => {
      const session = { ...CARRIED, counter: 5 + rotations, last_seen_at: NOW - SPENT_MS - beyondMs }
      assert.equal(decideRotation(session, cookie(5), NOW, SPENT_MS), 'reuse')
      const soon = { ...CARRIED, counter: 6 + rotations }
      assert.equal(decideRotation(soon, cookie(5), NOW, SPENT_MS), 'reuse')
    }),
  )
})
