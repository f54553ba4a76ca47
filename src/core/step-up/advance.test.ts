import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StepUpClaims } from '../challenges/challenge-claims.ts'
import { completeStep, isRepeat } from './advance.ts'

const step = (key: string, done: boolean) => ({ order: 1, key, expiration_duration: 60, done })
const CLAIMS: StepUpClaims = {
  jti: 'cht_1',
  sub: 'usr_1',
  sid: 'ses_1',
  aud: 'app',
  exp: 1000,
  challenge_id: 'chl_1',
  current_step: 'b',
  grant_mode: 'single-use',
  scope_requested: 'pay',
  granted_for: 0,
  steps: [step('a', true), step('b', false), step('c', false)],
  metadata: { amount: '500' },
}

test('the next token of a challenge is the same but for its jti, its times and the step that is done', () => {
  const next = completeStep(CLAIMS, 'cht_2')
  const { aud: _, exp: __, current_step: ___, ...rest } = CLAIMS
  assert.deepEqual(next, { ...rest, jti: 'cht_2', steps: [step('a', true), step('b', true), step('c', false)] })
})

const consumed = { session_id: 'ses_1', consumed_at: 5000 }
for (const [what, row, session, now, expected] of [
  ['at once', consumed, 'ses_1', 5000, true],
  ['at the end of the minute', consumed, 'ses_1', 64_999, true],
  ['after the minute', consumed, 'ses_1', 65_000, false],
  ['by another session', consumed, 'ses_2', 5000, false],
  ['when it was burned', { ...consumed, session_id: null }, 'ses_1', 5000, false],
  ['when it was not used', undefined, 'ses_1', 5000, false],
] as const) {
  test(`a used challenge token comes again ${what}`, () => assert.equal(isRepeat(row, session, now), expected))
}
