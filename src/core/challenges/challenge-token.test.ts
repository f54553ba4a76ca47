import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, applicationRecord, claimsOf } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { issueStepUpChallenge, type StepUp, verifyChallengeToken } from './challenge-token.ts'

const step = (key: string, seconds: number, done = false) => ({ order: 1, key, expiration_duration: seconds, done })
const STEP_UP: StepUp = {
  jti: 'cht_1',
  sub: 'usr_1',
  sid: 'ses_1',
  challenge_id: 'chl_1',
  grant_mode: 'profile-bound',
  scope_requested: 'pay',
  granted_for: 60,
  steps: [step('a', 120), step('b', 0)],
  metadata: { amount: '500' },
}

const [stage] = await stages(async (w) => ({ app: await applicationRecord(w, await application(w)) }))
assert.ok(stage)
const { w, app } = stage
const issue = (change: Partial<StepUp> = {}, at = w.deps.now()) =>
  issueStepUpChallenge(w.deps, app, { ...STEP_UP, ...change }, at)

test('the same step-up at the same time is the same token, whenever it is issued', async () => {
  const at = w.deps.now()
  const token = await issue()
  w.advance(30_000)
  assert.equal(await issue({}, at), token)
  assert.notEqual(await issue({ jti: 'cht_2' }, at), token)
  assert.notEqual(await issue(), token)
})

for (const [what, steps, current, seconds] of [
  ['its first step’s turn', [step('a', 120), step('b', 0)], 'a', 120],
  ['its second step’s turn', [step('a', 120, true), step('b', 30)], 'b', 30],
  ['a step without a time of its own', [step('a', 120, true), step('b', 0)], 'b', 600],
  ['every step done', [step('a', 120, true), step('b', 30, true)], 'completed', 600],
  ['no step at all', [], 'completed', 600],
] as const) {
  test(`a challenge token lives as long as what it waits for: ${what}`, async () => {
    const token = await issue({ steps: [...steps] })
    const { iat, exp, current_step } = claimsOf(token)
    assert.equal(current_step, current)
    assert.equal(Number(exp) - Number(iat), seconds)
    const outcome = await verifyChallengeToken(w.deps, app, token)
    assert.equal(outcome.kind, 'valid')
    w.advance(seconds * 1000)
    assert.deepEqual(await verifyChallengeToken(w.deps, app, token), { kind: 'expired' })
  })
}

test('what a step-up says is what its token is read as', async () => {
  const outcome = await verifyChallengeToken(w.deps, app, await issue())
  assert.ok(outcome.kind === 'valid' && outcome.claims.grant_mode !== 'session-start')
  const { aud, exp, current_step, ...rest } = outcome.claims
  assert.deepEqual(rest, STEP_UP)
  assert.deepEqual([aud, current_step], [app.id, 'a'])
  assert.equal(exp, Math.floor(w.deps.now() / 1000) + 120)
})

test('a challenge token of one application means nothing in another', async () => {
  const other = await applicationRecord(w, await application(w))
  assert.deepEqual(await verifyChallengeToken(w.deps, other, await issue()), { kind: 'invalid' })
})
