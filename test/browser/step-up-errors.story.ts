import assert from 'node:assert/strict'
import { test } from 'node:test'
import { generateKeyPair } from 'jose'
import { user } from '../builders.ts'
import { withBadSignature } from '../house/tokens.ts'
import { approval, EMAIL, signedIn, toldOnce } from './bank.ts'
import type { ChallengeInfo } from './page.ts'
import { assertRaises } from './raised.ts'
import { codeFor, signIn, stagedApp } from './stage.ts'
import { lines, newContext, type Tab } from './tab.ts'

const REQUEST = 'POST /stepup/request'
const CONTINUE = 'POST /stepup/continue'

/** Asks for a scope; answers the challenge. */
async function challenge(tab: Tab, scope: string): Promise<ChallengeInfo & { token: string }> {
  const { challenge_token: token = '' } = await tab.sdk('requestStepUp', { scope })
  return { ...(await toldOnce(tab)), token }
}

test('each refusal of a scope is an error of its own in the SDK', async (t) => {
  const { w, app, tab } = await signedIn(t, 'sqlite')
  await user(w, app, { phone: '+33612345678' })
  const refusals = [
    ['ScopeNotAllowed', '403 scope_not_allowed', { scope: 'vault:open' }],
    ['Generic', '403 direct_scope_identifier_mismatch', { scope: 'card:write' }],
    ['BadRequest', '400 bad_request', { scope: 'no scope' }],
    ['InvalidMetadata', '400 invalid_metadata', { scope: 'account:write', metadata: { amount: 500 } }],
    ['InvalidMetadata', '400 invalid_metadata', { scope: 'account:write', metadata: { amount: '5'.repeat(33) } }],
    ['BadRequest', '400 invalid_identifier', { scope: 'prld:phone:register', metadata: { identifier: 'x' } }],
    [
      'Conflict',
      '409 identifier_already_exists',
      { scope: 'prld:phone:register', metadata: { identifier: '+33612345678' } },
    ],
  ] as const
  for (const [kind, answer, options] of refusals)
    await assertRaises(tab, kind, `${REQUEST} ${answer}`, 'requestStepUp', options)
  assert.deepEqual(await tab.told(), [])
  assert.deepEqual((await tab.stored()).challenges, {})

  const plain = await stagedApp(w)
  const elsewhere = await signIn(w, plain, await newContext(t))
  await assertRaises(elsewhere, 'StepUpNotConfigured', `${REQUEST} 403 not_configured`, 'requestStepUp', {
    scope: 'account:write',
  })
})

test('each refusal of the word of the bank is an error of its own in the SDK, and the step stays open', async (t) => {
  const { w, tab } = await signedIn(t, 'sqlite')
  const info = await challenge(tab, 'transfer:write')
  const { privateKey } = await generateKeyPair('RS256')
  const now = Math.floor(w.deps.now() / 1000)
  const words = [
    ['InvalidVerificationToken', '400 invalid_verification_token', await approval(w, info, {}, privateKey)],
    ['InvalidVerificationToken', '400 invalid_verification_token', await approval(w, info, { exp: now - 60 })],
    ['InvalidVerificationToken', '400 invalid_verification_token', await approval(w, info, { jti: undefined })],
    ['TokenMismatch', '400 token_mismatch', await approval(w, info, { sub: 'usr_other' })],
    ['StepNotFound', '400 step_not_found', await approval(w, info, { key: 'elsewhere' })],
    ['StepBypassed', '400 step_bypassed', await approval(w, info, { key: 'verify_email' })],
    ['StepNotCompleted', '400 step_not_completed', await approval(w, info, { status: 'pending' })],
  ] as const
  for (const [kind, answer, word] of words)
    await assertRaises(tab, kind, `${CONTINUE} ${answer}`, 'continueStepUp', word)
  const early = { challengeId: info.challengeId }
  await assertRaises(tab, 'StepNotFound', 'POST /otp 400 step_not_found', 'otpCreate', early)

  const word = await approval(w, info)
  await tab.sdk('continueStepUp', word)
  assert.equal((await tab.told()).at(-1)?.currentStep, 'verify_email')
  const another = await challenge(tab, 'transfer:write')
  const { jti } = JSON.parse(Buffer.from(word.split('.')[1] ?? '', 'base64url').toString())
  const used = await approval(w, another, { jti })
  await assertRaises(
    tab,
    'InvalidVerificationToken',
    `${CONTINUE} 400 invalid_verification_token`,
    'continueStepUp',
    used,
  )
})

test('keys of the bank that cannot be asked for are our fault, and the step stays open', async (t) => {
  const { w, tab } = await signedIn(t, 'sqlite')
  const info = await challenge(tab, 'transfer:write')
  const word = await approval(w, info)
  w.fakeNetwork(async () => ({ kind: 'failed', reason: 'network' }))
  await assertRaises(tab, 'InternalServer', `${CONTINUE} 500 internal`, 'continueStepUp', word)
  assert.equal((await tab.sdk('listSessions')).total, 1)
})

test('each refusal of a challenge is an error of its own in the SDK', async (t) => {
  const { w, app, tab } = await signedIn(t, 'sqlite')
  const info = await challenge(tab, 'transfer:write')
  const { challengeId, token } = info
  await tab.replaceChallenge(challengeId, withBadSignature(token))
  const word = await approval(w, info)
  await assertRaises(tab, 'InvalidChallengeToken', `${CONTINUE} 400 invalid_challenge_token`, 'continueStepUp', word)
  await assertRaises(tab, 'InvalidChallengeToken', 'POST /otp 400 invalid_challenge_token', 'otpCreate', {
    challengeId,
  })

  await tab.replaceChallenge(challengeId, token)
  await tab.sdk('continueStepUp', word)
  const second = (await tab.stored()).challenges[challengeId]?.token ?? ''
  await tab.sdk('otpCreate', { challengeId })
  const code = await codeFor(w, app, EMAIL)
  w.advance(61_000)
  await tab.replaceChallenge(challengeId, token)
  await assertRaises(tab, 'TokenReused', `${CONTINUE} 409 token_reused`, 'continueStepUp', await approval(w, info))
  await assertRaises(tab, 'StepNotFound', 'POST /otp/check 400 step_not_found', 'otpCheck', challengeId, code)
  await tab.replaceChallenge(challengeId, second)
  await tab.sdk('otpCheck', challengeId, code)
  const known = ['POST /otp/check 200', 'POST /refresh 200']
  assert.deepEqual((await lines(tab)).slice(-2), known)
  assert.equal(await tab.sdkError('otpCheck', challengeId, code), 'MissingChallengeToken')
  await assertRaises(tab, 'Unauthorized', 'POST /otp/retry 401 unauthorized', 'otpRetry')
})

test('a challenge that has run out by the clock of the server is said to be, by each call as it can', async (t) => {
  const { w, app, tab } = await signedIn(t, 'sqlite')
  const custom = await challenge(tab, 'transfer:write')
  const { challengeId } = await challenge(tab, 'account:write')
  await tab.sdk('otpCreate', { challengeId })
  const code = await codeFor(w, app, EMAIL)
  w.advance(301_000)
  const word = await approval(w, custom)
  await assertRaises(tab, 'ExpiredChallengeToken', `${CONTINUE} 400 expired_challenge_token`, 'continueStepUp', word)
  await assertRaises(tab, 'ExpiredChallengeToken', 'POST /otp 400 expired_challenge_token', 'otpCreate', {
    challengeId,
  })
  await assertRaises(tab, 'BadRequest', 'POST /otp/check 401 bad_check_code', 'otpCheck', challengeId, code)
})

test('a number that another user proved meanwhile is attached to that one alone', async (t) => {
  const { w, app, tab } = await signedIn(t, 'sqlite')
  const number = '+33612345678'
  const options = { scope: 'prld:phone:register', metadata: { identifier: number } }
  await tab.sdk('requestStepUp', options)
  const { challengeId } = await toldOnce(tab)
  await tab.sdk('otpCreate', { challengeId })
  const code = await codeFor(w, app, number)
  const winner = await user(w, app, { phone: number })
  const taken = 'POST /otp/check 409 identifier_already_exists'
  await assertRaises(tab, 'Conflict', taken, 'otpCheck', challengeId, code)
  await tab.sdk('startOTPLogin', { identifier: { type: 'phone_number', value: number } })
  await tab.sdk('checkOTP', await codeFor(w, app, number))
  assert.equal((await tab.sdk('getProfile'))?.sub, winner)
})

test('a code of a step is of use to that step alone: it logs nobody in', async (t) => {
  const { w, app, tab } = await signedIn(t, 'sqlite')
  const { challengeId } = await challenge(tab, 'account:write')
  await tab.sdk('otpCreate', { challengeId })
  const code = await codeFor(w, app, EMAIL)
  await assertRaises(tab, 'Unauthorized', 'POST /login/otp/check 401 unauthorized', 'checkOTP', code)
  await tab.sdk('otpCheck', challengeId, code)
  assert.equal((await tab.sdk('listSessions')).total, 1)
})

test('codes of a step are sent four times, then no more', async (t) => {
  const { tab } = await signedIn(t, 'sqlite')
  const { challengeId } = await challenge(tab, 'account:write')
  await tab.sdk('otpCreate', { challengeId })
  for (let i = 0; i < 3; i++) await tab.sdk('otpRetry')
  await assertRaises(tab, 'RateLimited', 'POST /otp/retry 429 rate_limited', 'otpRetry')
  await assertRaises(tab, 'RateLimited', 'POST /otp 429 rate_limited', 'otpCreate', { challengeId })
})

test('a challenge is of use to its own session alone, and to nobody once that is over', async (t) => {
  const { w, app, userId, tab } = await signedIn(t, 'sqlite')
  const { challengeId: id, token } = await challenge(tab, 'account:write')
  await tab.sdk('invalidateCache')
  const early = { challenge: { token, id } }
  await assertRaises(tab, 'StepNotCompleted', 'POST /refresh 400 step_not_completed', 'refresh', early)
  const other = await signIn(w, app, await newContext(t), userId)
  await challenge(other, 'account:write')
  await other.sdk('invalidateCache')
  await assertRaises(other, 'TokenMismatch', 'POST /refresh 400 token_mismatch', 'refresh', early)

  await tab.sdk('otpCreate', { challengeId: id })
  const code = await codeFor(w, app, EMAIL)
  await other.sdk('revokeSessions', 'others')
  await assertRaises(tab, 'Unauthorized', 'POST /otp/check 401 unauthorized', 'otpCheck', id, code)
  await assertRaises(tab, 'Unauthorized', 'POST /otp 401 unauthorized', 'otpCreate', { challengeId: id })
  await assertRaises(tab, 'Unauthorized', 'POST /refresh 401 unauthorized', 'requestStepUp', { scope: 'account:write' })
})
