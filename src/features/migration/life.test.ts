import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { judgeLife, type Life } from './life.ts'

const NOW = Date.UTC(2026, 0, 2)
const now = NOW / 1000
const DAY = 86_400
const SWITCHED = new Date(NOW - DAY * 1000).toISOString()
const none = { session: () => undefined }
const GRACE = { expired_grace_seconds: 30 * DAY, issued_before: SWITCHED }
/** A token of before the switch-over, that ended so long ago. */
const ended = (seconds: number, change: object = {}) => ({ iat: now - 60 * DAY, exp: now - seconds, ...change })

const CASES: readonly [name: string, claims: object, terms: object, kind: Life['kind']][] = [
  ['live', ended(-60), {}, 'live'],
  ['live, issued after the switch-over', { iat: now - 60, exp: now + 60 }, GRACE, 'live'],
  ['over within the leeway', ended(29), {}, 'live'],
  ['over, no grace', ended(30), {}, 'over'],
  ['over, a grace of nothing', ended(30), { ...GRACE, expired_grace_seconds: 0 }, 'over'],
  ['in the grace', ended(30), GRACE, 'grace'],
  ['at the end of the grace', ended(30 * DAY - 1), GRACE, 'grace'],
  ['after the grace', ended(30 * DAY), GRACE, 'over'],
  ['issued a moment before the switch-over', ended(30, { iat: now - DAY - 1 }), GRACE, 'grace'],
  ['issued at the switch-over', ended(30, { iat: now - DAY }), GRACE, 'over'],
  ['issued nobody knows when', ended(30, { iat: undefined }), GRACE, 'over'],
  ['issued at a time that is none', ended(30, { iat: '1' }), GRACE, 'over'],
  ['without an end', { iat: now - 60 * DAY }, GRACE, 'over'],
  ['not yet valid, in the grace', ended(30, { nbf: now + 60 }), GRACE, 'over'],
  ['no switch-over named', ended(30), { expired_grace_seconds: 30 * DAY }, 'over'],
]

for (const [name, claims, terms, kind] of CASES) {
  test(`${name}: ${kind}`, () => assert.equal(judgeLife(claims as never, none, terms, NOW).kind, kind))
}

test('a session that outlives its token is as long as it says, and the grace begins then', () => {
  const session = (endsAt: number) => ({ session: () => ({ id: 's', endsAt }) })
  assert.equal(judgeLife(ended(DAY), session(NOW + 1), {}, NOW).kind, 'session')
  assert.equal(judgeLife(ended(DAY), session(NOW), {}, NOW).kind, 'over')
  assert.equal(judgeLife(ended(31 * DAY), session(NOW - 2 * DAY * 1000), GRACE, NOW).kind, 'grace')
})

test('no grace reaches further than it is long, nor any token of after the switch-over', () => {
  const times = fc.integer({ min: now - 200 * DAY, max: now + DAY })
  const graces = fc.integer({ min: 0, max: 90 * DAY })
  fc.assert(
    fc.property(times, times, graces, (iat, exp, grace) => {
      const { kind } = judgeLife({ iat, exp }, none, { expired_grace_seconds: grace, issued_before: SWITCHED }, NOW)
      assert.equal(kind === 'live', now < exp + 30)
      if (kind === 'grace') assert.ok(now - exp < grace && iat < now - DAY)
      if (kind === 'over') assert.ok(now - exp >= grace || iat >= now - DAY)
    }),
  )
})
