import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type CountedUser, countUser, emptyCensus } from './census.ts'
import { importFacts, NO_EXCHANGES, provenFacts } from './facts.fixture.ts'
import type { Facts } from './facts.ts'
import { makeReport } from './report.ts'
import { sentenceOf } from './sentence.ts'
import { CONDITIONS, type ConditionName, decideVerdict, grouped, judgeConditions, type Verdict } from './verdict.ts'

const proven = provenFacts()
const census = (change: Partial<Facts['census']>) => ({ ...proven.census, ...change })
const outcomes = { ...importFacts().outcomes }
const at = '2026-01-02T03:04:05Z'

/** Of each change: the verdict, and the conditions that are not met. */
const ROWS: readonly [string, Partial<Facts>, Verdict, Partial<Record<ConditionName, 'failed' | 'unknown'>>][] = [
  ['all is well', {}, 'yes', {}],
  ['a line is lost', { imports: [importFacts({ lines: 1001 })] }, 'no', { sums_add_up: 'failed' }],
  ['a file is short', { imports: [importFacts({ expected_lines: 1200 })] }, 'no', { sums_add_up: 'failed' }],
  ['people in no file', { typedTotal: 1001 }, 'no', { sums_add_up: 'failed' }],
  ['all who were typed in', { typedTotal: 1000 }, 'yes', {}],
  [
    'the last has failed',
    { imports: [importFacts({ status: 'failed' })] },
    'no',
    { sums_add_up: 'failed', canaries_log_in: 'unknown', nobody_unknown: 'unknown' },
  ],
  ['an earlier one has', { imports: [importFacts(), importFacts({ status: 'failed' })] }, 'yes', {}],
  [
    'one is loading',
    { imports: [importFacts({ status: 'loading' }), importFacts()] },
    'unclear',
    { sums_add_up: 'unknown' },
  ],
  [
    'no import',
    { imports: [] },
    'unclear',
    { sums_add_up: 'unknown', canaries_log_in: 'unknown', nobody_unknown: 'unknown' },
  ],
  [
    'one cannot log in',
    { imports: [importFacts({ canaries: [{ outcome: 'wrong_password', checked_at: at }] })] },
    'no',
    { canaries_log_in: 'failed' },
  ],
  [
    'none was tried',
    { imports: [importFacts({ canaries: [{ outcome: 'not_checked', checked_at: at }] })] },
    'unclear',
    { canaries_log_in: 'unknown' },
  ],
  ['none was named', { imports: [importFacts({ canaries: [] })] }, 'unclear', { canaries_log_in: 'unknown' }],
  ['no hash, no need', { imports: [importFacts({ canaries: [], hash_forms: {} })] }, 'yes', {}],
  ['somebody was logged out', { ended: { migration: 1 } }, 'no', { nobody_logged_out: 'failed' }],
  ['somebody is locked out', { census: census({ lockedOut: 1 }) }, 'no', { nobody_locked_out: 'failed' }],
  ['somebody may be', { census: census({ maybeLockedOut: 1 }) }, 'unclear', { nobody_locked_out: 'unknown' }],
  ['a hundred were deleted here', { typedTotal: 1000, census: census({ legacy: 890 }) }, 'yes', {}],
  [
    'a lost line of one file is no person of another',
    {
      typedTotal: 1006,
      imports: [importFacts({ lines: 6, outcomes: { ...outcomes, created: 0, conflict: 0 } }), importFacts()],
    },
    'no',
    { sums_add_up: 'failed' },
  ],
  [
    'who is blocked is refused rightly',
    { lately: { ...NO_EXCHANGES, exchanged: 1, refused: { user_blocked: 9 } } },
    'yes',
    {},
  ],
  ['somebody is unknown', { census: census({ unknownHere: 1 }) }, 'no', { nobody_unknown: 'failed' }],
  [
    'one of a thousand',
    { lately: { ...NO_EXCHANGES, exchanged: 1000, refused: { invalid_token: 1 } } },
    'no',
    { hardly_anybody_refused: 'failed' },
  ],
  [
    'one of a thousand and one',
    { lately: { ...NO_EXCHANGES, exchanged: 900, inGrace: 101, refused: { invalid_token: 1 } } },
    'yes',
    {},
  ],
  ['refused again', { lately: { ...NO_EXCHANGES, exchanged: 1, refused: { refused_before: 900 } } }, 'yes', {}],
  [
    'only refused',
    { lately: { ...NO_EXCHANGES, refused: { invalid_token: 1 } } },
    'no',
    { hardly_anybody_refused: 'failed' },
  ],
  ['nobody came', { lately: NO_EXCHANGES }, 'unclear', { hardly_anybody_refused: 'unknown' }],
  ['doubt is no refusal', { lately: { ...NO_EXCHANGES, exchanged: 1, unclear: { request_failed: 900 } } }, 'yes', {}],
  ['refused long ago', { ever: { ...NO_EXCHANGES, refused: { invalid_token: 9000 } } }, 'yes', {}],
]

for (const [name, change, verdict, others] of ROWS) {
  test(`whether the old system can go: ${name}`, () => {
    const conditions = judgeConditions(provenFacts(change))
    const unmet = conditions.flatMap(({ condition, state }) => (state === 'met' ? [] : [[condition, state]]))
    assert.deepEqual(Object.fromEntries(unmet), others)
    assert.equal(decideVerdict(conditions), verdict)
  })
}

const state = fc.constantFrom('met', 'failed', 'unknown')

test('never yes when anything has failed or cannot be told, and never no when nothing has failed', () => {
  const conditions = fc.array(fc.record({ condition: fc.constantFrom(...CONDITIONS), state, words: fc.string() }))
  fc.assert(
    fc.property(conditions, (given) => {
      const verdict = decideVerdict(given)
      const states = given.map((one) => one.state)
      if (verdict === 'yes') assert.deepEqual(new Set(states), new Set(['met']))
      assert.equal(verdict === 'no', states.includes('failed'))
      const sentence = sentenceOf(verdict, given, proven)
      assert.equal(sentence.startsWith('Yes'), verdict === 'yes')
    }),
  )
})

const count = fc.nat(3)
const anyFacts: fc.Arbitrary<Facts> = fc
  .record({
    unknownHere: count,
    leftBehind: count,
    migration: count,
    exchanged: fc.nat(3000),
    refused: count,
    lines: fc.constantFrom(1000, 1001),
    status: fc.constantFrom('completed', 'failed', 'loading', 'cancelled', 'rolled_back'),
    canary: fc.constantFrom('ok', 'wrong_password', 'not_checked', 'unknown_user', 'no_password'),
  })
  .map(({ unknownHere, leftBehind, migration, exchanged, refused, lines, status, canary }) =>
    provenFacts({
      census: census({ unknownHere, leftBehind }),
      ended: { migration },
      lately: { ...NO_EXCHANGES, exchanged, refused: { invalid_token: refused } },
      imports: [importFacts({ lines, status, outcomes, canaries: [{ outcome: canary, checked_at: at }] })],
    }),
  )

test('a report says yes exactly when sums add up, test accounts log in, nobody is lost and hardly anybody is refused', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { verdict, sentence } = makeReport('shop', facts, 0)
      const [one] = facts.imports
      const { exchanged, refused } = facts.lately
      const isProven =
        one?.status === 'completed' &&
        one.lines === 1000 &&
        one.canaries[0]?.outcome === 'ok' &&
        facts.census.unknownHere === 0 &&
        facts.ended.migration === 0 &&
        exchanged > 0 &&
        (refused.invalid_token === 0 || (refused.invalid_token as number) * 1000 < exchanged)
      assert.equal(verdict === 'yes', isProven)
      assert.equal(sentence.startsWith('Yes'), isProven)
    }),
    { numRuns: 500 },
  )
})

const DAY_MS = 86_400_000
const NOW = 100 * DAY_MS
/** Edges of thirty days, and what is around them. */
const time = fc.oneof(
  fc.constantFrom(40, 69, 70, 71, 100).map((day) => day * DAY_MS),
  fc.nat(NOW),
)
const person: fc.Arbitrary<CountedUser> = fc.record({
  id: fc.constant('usr'),
  externalId: fc.constantFrom(null, 'a'),
  isBlocked: fc.boolean(),
  createdAt: time,
  migratedAt: fc.option(time),
  firstLoginAt: fc.option(time),
  firstLoginWay: fc.constantFrom(null, 'legacy', 'grace', 'code', 'oauth:google'),
  importId: fc.constantFrom(null, 'imp_1', 'imp_2', 'imp_gone'),
  legacySeenAt: fc.option(time),
  isSeenLately: fc.boolean(),
  hasWayIn: fc.boolean(),
})
const ofImport = new Map([
  ['imp_1', 70 * DAY_MS],
  ['imp_2', 100 * DAY_MS],
])

/** Told from what is known of a person, by none of the words that the census has for it. */
function wouldNotice({
  isBlocked,
  hasWayIn,
  externalId,
  migratedAt,
  firstLoginWay,
  importId,
  ...one
}: CountedUser): boolean {
  const isOfOldSystem = externalId !== null || migratedAt !== null || importId !== null
  const isInUseHere = (migratedAt !== null || firstLoginWay !== null) && one.isSeenLately
  const wasThereThisMonth =
    migratedAt === null &&
    firstLoginWay === null &&
    ofImport.has(importId ?? '') &&
    (one.legacySeenAt ?? 0) >= NOW - 30 * DAY_MS
  return isOfOldSystem && !isBlocked && !hasWayIn && (isInUseHere || (wasThereThisMonth && one.legacySeenAt !== null))
}

test('never yes while anybody who was active in the last thirty days can come in by the old system alone', () => {
  let yes = 0
  fc.assert(
    fc.property(fc.array(person, { maxLength: 6 }), fc.constantFrom(undefined, 3, 1000), (people, typedTotal) => {
      const taken = emptyCensus()
      for (const one of people) countUser(taken, one, ofImport, NOW)
      const { verdict, sentence, users } = makeReport('shop', provenFacts({ census: taken, typedTotal }), NOW)
      if (people.some(wouldNotice)) assert.equal(verdict, 'no', sentence)
      if (verdict === 'yes') yes++
      const { total, here, blocked, not_yet_here, by_way, idle_30_days, signed_up_here } = users
      assert.equal(here + blocked + (not_yet_here ?? 0), total)
      assert.ok((not_yet_here ?? 0) >= taken.notYetHere)
      assert.equal(
        Object.values(by_way).reduce((sum, one) => sum + one, 0),
        here,
      )
      assert.ok(idle_30_days <= here && here + blocked <= people.length - signed_up_here)
      assert.equal(taken.legacy + taken.native, people.length)
    }),
    { numRuns: 2_000 },
  )
  assert.ok(yes > 50, `only ${yes} were proven`)
})

const SENTENCES: readonly [Partial<Facts>, string][] = [
  [
    { census: census({ leftBehind: 3 }) },
    'Yes, the old system can be switched off: 940 of 990 are here, and 3 people who used it in the month before the import would have to log in once.',
  ],
  [{}, 'Yes, the old system can be switched off: 940 of 990 are here, and nobody who used it lately would notice.'],
  [
    { census: census({ activityUnknown: 50 }) },
    'Yes, the old system can be switched off: 940 of 990 are here, and whoever of the other 50 comes back would have to log in once.',
  ],
  [
    { census: census({ here: 990, notYetHere: 0 }) },
    'Yes, the old system can be switched off: all 990 are here, and nobody would notice.',
  ],
  [
    { census: census({ unknownHere: 1 }), ended: { migration: 2 } },
    'No, the old system is still needed: the migration has ended 2 sessions; 1 person came with a legacy session and was in no import.',
  ],
  [
    { lately: NO_EXCHANGES },
    'Nobody can say yet whether the old system can be switched off: nobody has brought a legacy session in the last 30 days.',
  ],
]

test('one sentence says whether it can go, and who would notice', () => {
  for (const [change, sentence] of SENTENCES) {
    assert.equal(makeReport('shop', provenFacts(change), 0).sentence, sentence)
  }
})

test('without an import a report says what it cannot say, and counts by the total that was typed in', () => {
  const silent = makeReport('shop', provenFacts({ imports: [] }), 0)
  assert.equal(silent.cannot_say.length, 2)
  assert.ok(!('total' in silent.users) && !('unknown_here' in silent) && !('left_behind' in silent))
  const typed = makeReport('shop', provenFacts({ imports: [], typedTotal: 2000 }), 0)
  assert.equal(typed.cannot_say.length, 1)
  assert.deepEqual([typed.users.total, typed.users.not_yet_here], [2000, 1060])
})

test('numbers are written the same wherever the server runs', () => {
  assert.deepEqual([0, 999, 1000, 1234567].map(grouped), ['0', '999', '1,000', '1,234,567'])
})
