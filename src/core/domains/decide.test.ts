import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Before, decideDomain, type Seen } from './decide.ts'
import { STATUSES } from './tables.ts'

const DAY_MS = 86_400_000
const NOW = Date.UTC(2026, 0, 2)

const fresh: Before = { status: 'pending_dns', failures: 0, failing_since: null, failing_told_at: null }
const nothing: Seen = { proof: 'missing', held: false, served: false }
const proven: Seen = { proof: 'proven', held: true, served: false }
const decide = (before: Partial<Before>, seen: Partial<Seen>) =>
  decideDomain({ ...fresh, ...before }, { ...nothing, ...seen }, NOW)
const toldOf = ({ status, news }: ReturnType<typeof decide>) => [status, news]

const failingFor = (days: number, failures: number) => ({ failing_since: NOW - days * DAY_MS, failures })

const TABLE: readonly (readonly [
  what: string,
  before: Partial<Before>,
  seen: Partial<Seen>,
  status: string,
  news?: string,
])[] = [
  ['nothing in DNS', {}, {}, 'pending_dns'],
  ['a part of it', {}, { proof: 'partly' }, 'verifying'],
  ['a part that went away', { status: 'verifying' }, {}, 'pending_dns'],
  ['no answer says nothing', { status: 'verifying' }, { proof: 'unanswered' }, 'verifying'],
  ['no answer to a new one', {}, { proof: 'unanswered' }, 'pending_dns'],
  ['proven, and another application has it', {}, { proof: 'proven' }, 'verifying'],
  ['proven, without a certificate', {}, proven, 'issuing'],
  ['proven, with one', {}, { ...proven, served: true }, 'active', 'active'],
  ['the certificate comes', { status: 'issuing' }, { ...proven, served: true }, 'active', 'active'],
  ['an active one is no news', { status: 'active' }, { ...proven, served: true }, 'active'],
  ['an active one keeps its state without a certificate', { status: 'active' }, proven, 'active'],
  ['an active one whose records are gone', { status: 'active' }, { held: true }, 'active'],
  ['six days', { status: 'active', ...failingFor(6.9, 50) }, { held: true }, 'active'],
  ['seven days', { status: 'active', ...failingFor(7, 6) }, { held: true }, 'active', 'failing'],
  ['seven days by a clock that was set', { status: 'active', ...failingFor(40, 1) }, { held: true }, 'active'],
  [
    'seven days, told',
    { status: 'active', ...failingFor(8, 8), failing_told_at: NOW - DAY_MS },
    { held: true },
    'active',
  ],
  ['seven days of one that never was', failingFor(8, 8), {}, 'pending_dns'],
  ['twenty-nine days', { status: 'active', ...failingFor(29.9, 50), failing_told_at: NOW }, { held: true }, 'active'],
  ['thirty days', { status: 'active', ...failingFor(30, 30) }, { held: true }, 'failed', 'failed'],
  [
    'thirty days of no answer',
    { status: 'issuing', ...failingFor(30, 30) },
    { held: true, proof: 'unanswered' },
    'failed',
    'failed',
  ],
  ['thirty days of one that never was', failingFor(30, 30), {}, 'failed', 'failed'],
  ['it comes back on the last day', { status: 'active', ...failingFor(29, 29) }, proven, 'active'],
  ['a failed one begins anew', { status: 'failed', ...failingFor(90, 30) }, {}, 'pending_dns'],
  ['a failed one comes back', { status: 'failed', ...failingFor(90, 30) }, proven, 'issuing'],
  ['an active one that lost its name', { status: 'active' }, { proof: 'proven' }, 'verifying'],
]
for (const [what, before, seen, status, news] of TABLE) {
  test(`${what}: ${status}`, () => assert.deepEqual(toldOf(decide(before, seen)), [status, news]))
}

test('what is proven has no failures, and what is not counts them from the first', () => {
  assert.deepEqual(decide(failingFor(3, 3), proven), { ...fresh, status: 'issuing', news: undefined })
  assert.deepEqual(decide({}, {}), { ...fresh, failures: 1, failing_since: NOW, news: undefined })
  assert.equal(decide(failingFor(3, 3), {}).failing_since, NOW - 3 * DAY_MS)
})

test('whatever was and is seen: a name that is not held is neither issuing nor active, and is lost by failing for long alone', () => {
  const before = fc.record({
    status: fc.constantFrom(...STATUSES),
    failures: fc.nat(60),
    failing_since: fc.option(fc.integer({ min: NOW - 60 * DAY_MS, max: NOW })),
    failing_told_at: fc.option(fc.constant(NOW - 1)),
  })
  const seen = fc.record({
    proof: fc.constantFrom('proven', 'partly', 'missing', 'unanswered'),
    held: fc.boolean(),
    served: fc.boolean(),
  })
  fc.assert(
    fc.property(before, seen, (was, is) => {
      // Whoever holds a name is in one of the states of it.
      if (is.held && is.proof !== 'proven' && was.status !== 'active' && was.status !== 'issuing') return
      const { status } = decideDomain(was, is, NOW)
      const holds = status === 'issuing' || status === 'active'
      if (!is.held) assert.ok(!holds)
      if (is.held && !holds) assert.ok(was.failures >= 19 && NOW - (was.failing_since ?? NOW) >= 30 * DAY_MS)
      if (is.held && is.proof === 'proven') assert.ok(holds)
    }),
  )
})
