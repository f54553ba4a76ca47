import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decideFinalization, type OpenedSession } from './finalization.ts'

const CONSUMED_AT = 1_000_000
const MINUTE_MS = 60_000

/** Everything a decision hangs on. */
interface Case {
  readonly opened: string | null
  readonly session: OpenedSession | undefined
  readonly key: string
  readonly provesTheSame: boolean
  readonly afterMs: number
}

const decide = ({ opened, session, key, provesTheSame, afterMs }: Case) =>
  decideFinalization(
    { session_id: opened, consumed_at: CONSUMED_AT },
    session,
    { jkt: key, provesTheSame },
    CONSUMED_AT + afterMs,
  )

const BOUND: OpenedSession = { counter: 0, jkt: 'key', rebound_at: null, ended_at: null }
const KEYLESS: OpenedSession = { ...BOUND, jkt: '' }

const WITH_KEY: Case = { opened: 'ses_1', session: BOUND, key: 'key', provesTheSame: false, afterMs: 0 }
const WITH_VERIFIER: Case = { ...WITH_KEY, session: KEYLESS, key: '', provesTheSame: true }
const WITH_BOTH: Case = { ...WITH_KEY, provesTheSame: true }
const REPEAT = { kind: 'repeat', sessionId: 'ses_1' }
const REBIND = { kind: 'rebind', sessionId: 'ses_1' }
const REUSED = { kind: 'reused' }

const inSession = (change: Partial<OpenedSession>) => (one: Case) => ({
  ...one,
  session: one.session && { ...one.session, ...change },
})
const changed = (change: Partial<Case>) => (one: Case) => ({ ...one, ...change })

for (const [what, change, withKey, withVerifier, withBoth] of [
  ['the same client at once', changed({}), REPEAT, REPEAT, REPEAT],
  ['at the end of the minute', changed({ afterMs: MINUTE_MS - 1 }), REPEAT, REPEAT, REPEAT],
  ['after the minute', changed({ afterMs: MINUTE_MS }), REUSED, REUSED, REUSED],
  ['another key', changed({ key: 'other' }), REUSED, REUSED, REBIND],
  ['another key after the minute', changed({ key: 'other', afterMs: MINUTE_MS }), REUSED, REUSED, REUSED],
  ['no key', changed({ key: '' }), REUSED, REPEAT, REUSED],
  ['no proof of the same', changed({ provesTheSame: false }), REPEAT, REUSED, REPEAT],
  ['a session that was refreshed', inSession({ counter: 1 }), REUSED, REUSED, REUSED],
  ['a session that has ended', inSession({ ended_at: CONSUMED_AT }), REUSED, REUSED, REUSED],
  ['a session that was moved to this key', inSession({ rebound_at: CONSUMED_AT }), REPEAT, REPEAT, REPEAT],
  ['a session that is gone', changed({ session: undefined }), REUSED, REUSED, REUSED],
  ['a token that was burned', changed({ opened: null }), REUSED, REUSED, REUSED],
] as const) {
  test(`finalized again, ${what}`, () => {
    assert.deepEqual(decide(change(WITH_KEY)), withKey)
    assert.deepEqual(decide(change(WITH_VERIFIER)), withVerifier)
    assert.deepEqual(decide(change(WITH_BOTH)), withBoth)
  })
}

test('a session moves to another key once, and never after a refresh or its end', () => {
  const other = { ...WITH_BOTH, key: 'other' }
  assert.deepEqual(decide(other), REBIND)
  for (const change of [{ rebound_at: CONSUMED_AT }, { counter: 1 }, { ended_at: CONSUMED_AT }, { jkt: '' }])
    assert.deepEqual(decide(inSession(change)(other)), REUSED)
})

const cases: fc.Arbitrary<Case> = fc.record({
  opened: fc.constantFrom('ses_1', null),
  session: fc.option(
    fc.record({
      counter: fc.nat(2),
      jkt: fc.constantFrom('', 'key', 'other'),
      rebound_at: fc.option(fc.nat()),
      ended_at: fc.option(fc.nat(), { freq: 2 }),
    }),
    { nil: undefined, freq: 5 },
  ),
  key: fc.constantFrom('', 'key', 'other'),
  provesTheSame: fc.boolean(),
  afterMs: fc.integer({ min: 0, max: 2 * MINUTE_MS }),
})

test('a session is handed out again only unused, in time, and to who could have opened it', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(cases, (one) => {
      const decided = decide(one)
      seen.add(decided.kind)
      if (decided.kind === 'reused') return
      assert.equal(decided.sessionId, one.opened)
      assert.ok(one.afterMs < MINUTE_MS)
      assert.ok(one.session?.counter === 0 && one.session.ended_at === null)
      if (decided.kind === 'repeat') assert.ok(one.key === one.session.jkt && (one.key !== '' || one.provesTheSame))
      else assert.ok(one.provesTheSame && one.key !== '' && one.session.jkt !== '' && one.key !== one.session.jkt)
    }),
    { numRuns: 10_000 },
  )
  assert.equal(seen.size, 3)
})

test('waiting never turns a used token into a good one', () => {
  fc.assert(
    fc.property(cases, fc.nat(MINUTE_MS), (one, laterMs) => {
      if (decide(one).kind === 'reused') assert.equal(decide({ ...one, afterMs: one.afterMs + laterMs }).kind, 'reused')
    }),
  )
})
