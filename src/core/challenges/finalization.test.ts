import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideFinalization } from './finalization.ts'

const CONSUMED_AT = 1_000_000
const MINUTE_MS = 60_000

/** Everything a decision hangs on. */
interface Case {
  readonly opened: string | null
  readonly usedKey: string
  readonly session: { readonly counter: number; readonly ended_at: number | null } | undefined
  readonly key: string
  readonly verifierMatches: boolean
  readonly afterMs: number
}

const decide = ({ opened, usedKey, session, key, verifierMatches, afterMs }: Case) =>
  decideFinalization(
    { session_id: opened, jkt: usedKey, consumed_at: CONSUMED_AT },
    session,
    { jkt: key, verifierMatches },
    CONSUMED_AT + afterMs,
  )

const WITH_KEY: Case = {
  opened: 'ses_1',
  usedKey: 'key',
  session: { counter: 0, ended_at: null },
  key: 'key',
  verifierMatches: false,
  afterMs: 0,
}
const WITH_VERIFIER: Case = { ...WITH_KEY, usedKey: '', key: '', verifierMatches: true }
const REPEAT = { kind: 'repeat', sessionId: 'ses_1' }
const REUSED = { kind: 'reused' }

for (const [what, change, withKey, withVerifier] of [
  ['the same client at once', {}, REPEAT, REPEAT],
  ['at the end of the minute', { afterMs: MINUTE_MS - 1 }, REPEAT, REPEAT],
  ['after the minute', { afterMs: MINUTE_MS }, REUSED, REUSED],
  ['another key', { key: 'other' }, REUSED, REUSED],
  ['no key', { key: '' }, REUSED, REPEAT],
  ['no verifier', { verifierMatches: false }, REPEAT, REUSED],
  ['a session that was refreshed', { session: { counter: 1, ended_at: null } }, REUSED, REUSED],
  ['a session that has ended', { session: { counter: 0, ended_at: CONSUMED_AT } }, REUSED, REUSED],
  ['a session that is gone', { session: undefined }, REUSED, REUSED],
  ['a token that was burned', { opened: null }, REUSED, REUSED],
] as const) {
  test(`finalized again, ${what}`, () => {
    assert.deepEqual(decide({ ...WITH_KEY, ...change }), withKey)
    assert.deepEqual(decide({ ...WITH_VERIFIER, ...change }), withVerifier)
  })
}

const cases: fc.Arbitrary<Case> = fc.record({
  opened: fc.constantFrom('ses_1', null),
  usedKey: fc.constantFrom('', 'key', 'other'),
  session: fc.option(fc.record({ counter: fc.nat(2), ended_at: fc.option(fc.nat(), { freq: 2 }) }), {
    nil: undefined,
    freq: 5,
  }),
  key: fc.constantFrom('', 'key', 'other'),
  verifierMatches: fc.boolean(),
  afterMs: fc.integer({ min: 0, max: 2 * MINUTE_MS }),
})

test('a session is handed out again only unused, in time, and to who could have opened it', () => {
  let repeats = 0
  fc.assert(
    fc.property(cases, (one) => {
      const decided = decide(one)
      if (decided.kind !== 'repeat') return
      repeats++
      assert.equal(decided.sessionId, one.opened)
      assert.ok(one.afterMs < MINUTE_MS)
      assert.ok(one.session?.counter === 0 && one.session.ended_at === null)
      assert.equal(one.key, one.usedKey)
      assert.ok(one.key !== '' || one.verifierMatches)
    }),
    { numRuns: 10_000 },
  )
  assert.ok(repeats > 0)
})

test('waiting never turns a used token into a good one', () => {
  fc.assert(
    fc.property(cases, fc.nat(MINUTE_MS), (one, laterMs) => {
      if (decide(one).kind === 'reused') assert.equal(decide({ ...one, afterMs: one.afterMs + laterMs }).kind, 'reused')
    }),
  )
})
