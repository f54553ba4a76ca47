import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failuresOf } from '../../src/platform/openapi.ts'
import { endpoints } from '../../src/server.ts'
import { challengeToken, type TestApp, user } from '../builders.ts'
import { issuerKey, publish } from '../house/legacy.ts'
import { fillHashQueue, PASSWORD, PASSWORD_CONFIG, passwordConfig } from '../house/passwords.ts'
import type { Challenge, Sdk } from './sdk.ts'
import {
  ADA,
  approval,
  assertFails,
  byMail,
  codeFor,
  install,
  JWKS_URL,
  otherThan,
  PHONE,
  type Scene,
  STEP_UP_CONFIG,
  scenes,
  shop,
  signIn,
} from './stage.ts'

/** A phone with a session, and all around it. */
interface Set {
  readonly scene: Scene
  readonly w: Scene['w']
  readonly app: TestApp
  readonly phone: Sdk
  readonly userId: string
}

const shopKey = await issuerKey('RS256')

async function ask(phone: Sdk, scope: string, metadata?: Record<string, string>): Promise<Challenge> {
  const challenge = await phone.requestStepUp(scope, metadata)
  assert.ok(challenge, `${scope} was blocked`)
  return challenge
}

/** Give the shop's word, changed, for the first step of a scope. */
async function continueWith({ w, phone }: Set, scope: string, change: object): Promise<unknown> {
  publish(w, JWKS_URL, shopKey)
  const challenge = await ask(phone, scope)
  return await phone.continueStepUp(challenge, await approval(w, shopKey, phone, challenge, change))
}

async function changePassword({ w, app, phone }: Set, password: string): Promise<void> {
  const challenge = await ask(phone, 'prld:pwd:write')
  await phone.sendStepUpOTP(challenge)
  await phone.submitStepUpOTP(challenge, await codeFor(w, app))
  await phone.changePassword(password)
}

async function loginWithoutPassword({ app, phone }: Set): Promise<void> {
  const config = passwordConfig({ reveal_password_not_set: true })
  const answer = await app.manage(PASSWORD_CONFIG, { method: 'PUT', body: config })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  await phone.loginWithPassword(ADA, PASSWORD)
}

async function loginWhileBusy({ w, phone }: Set): Promise<void> {
  const empty = fillHashQueue(w)
  try {
    await phone.loginWithPassword(ADA, PASSWORD)
  } finally {
    await empty()
  }
}

async function wrongCode({ w, app, phone }: Set): Promise<void> {
  await phone.startOTPLogin(byMail)
  await phone.checkOTP(otherThan(await codeFor(w, app)))
}

async function resendTooOften({ phone }: Set): Promise<void> {
  await phone.startOTPLogin(byMail)
  for (let i = 0; i < 4; i++) await phone.resendOTP()
}

async function finalizeLate({ w, app, phone, userId }: Set): Promise<void> {
  const token = await challengeToken(w, app, userId)
  w.advance(600_000)
  await phone.finalize(token)
}

async function finalizeTwice({ w, app, phone, userId }: Set): Promise<void> {
  const token = await challengeToken(w, app, userId)
  await phone.finalize(token)
  await phone.forceRefresh()
  await phone.finalize(token)
}

async function finalizeAstray({ scene, w, app, userId }: Set): Promise<void> {
  const platform = { ...scene.platform, htu: () => 'https://elsewhere.example/' }
  await install({ ...scene, platform }, app).finalize(await challengeToken(w, app, userId))
}

async function registerTaken({ w, app, phone }: Set): Promise<void> {
  await user(w, app, { phone: PHONE })
  await phone.requestStepUp('prld:phone:register', { identifier: PHONE })
}

async function askUnconfigured({ scene, w }: Set): Promise<void> {
  const app = await shop(w, ['step-up'])
  const phone = install(scene, app)
  await signIn(w, app, phone)
  await phone.requestStepUp('prld:pwd:write')
}

/** The step of one phone, taken by another with its own key or with none. */
async function takeStep({ scene, w, app, phone }: Set, withKey: boolean): Promise<void> {
  const thief = install(scene, app)
  if (withKey) await signIn(w, app, thief)
  const challenge = await ask(phone, 'prld:pwd:write')
  await phone.sendStepUpOTP(challenge)
  await thief.submitStepUpOTP(challenge, await codeFor(w, app))
}

async function continueUnheard({ w, app, phone }: Set): Promise<void> {
  const config = { ...STEP_UP_CONFIG, jwks_url: `https://${app.id}.example.com/jwks.json` }
  const answer = await app.manage('/config/stepup', { method: 'PUT', body: config })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  w.fakeNetwork(() => undefined)
  const challenge = await ask(phone, 'transfer:plan')
  await phone.continueStepUp(challenge, await approval(w, shopKey, phone, challenge))
}

async function sendCodeForOther({ phone }: Set): Promise<void> {
  await phone.sendStepUpOTP(await ask(phone, 'transfer:plan'))
}

/** Every error that these flows can end in, as both SDKs name it, and how it comes about. */
const ERRORS: Readonly<Record<string, readonly [name: string, bring: (set: Set) => Promise<unknown>]>> = {
  unauthorized: ['Unauthorized', ({ scene, app }) => install(scene, app).checkOTP('123456')],
  bad_request: ['BadRequest', ({ phone }) => phone.loginWithPassword(ADA, '')],
  invalid_identifier: ['BadRequest', ({ phone }) => phone.startOTPLogin({ type: 'email_address', value: 'ada' })],
  invalid_pagination_limit: ['BadRequest', ({ phone }) => phone.listSessions({ limit: 101 })],
  invalid_pagination_offset: ['BadRequest', ({ phone }) => phone.listSessions({ offset: -1 })],
  bad_check_code: ['InvalidOTPCode', wrongCode],
  invalid_dpop_proof: ['Unauthorized', finalizeAstray],
  missing_dpop_proof: ['Unauthorized', (set) => takeStep(set, false)],
  dpop_key_mismatch: ['Unauthorized', (set) => takeStep(set, true)],
  not_found: ['NotFound', ({ phone }) => phone.revokeSessions('session', 'ses_nobody')],
  identifier_already_exists: ['Conflict', registerTaken],
  internal: ['InternalServerError', continueUnheard],
  overloaded: ['Generic', loginWhileBusy],
  rate_limited: ['RateLimited', resendTooOften],
  invalid_password: ['InvalidPassword', (set) => changePassword(set, 'short')],
  password_not_set: ['PasswordNotSet', loginWithoutPassword],
  no_login_config: ['NoLoginConfig', async ({ phone }) => phone.startOTPLogin(byMail, 'lcfg_nobody')],
  expired_challenge_token: ['ExpiredChallengeToken', finalizeLate],
  invalid_challenge_token: ['InvalidChallengeToken', ({ phone }) => phone.finalize('opaque')],
  token_reused: ['TokenReused', finalizeTwice],
  token_mismatch: ['InvalidChallengeToken', (set) => continueWith(set, 'transfer:plan', { challenge_id: 'chl_other' })],
  step_not_completed: ['InvalidChallengeToken', (set) => continueWith(set, 'transfer:plan', { status: 'pending' })],
  step_not_found: ['InvalidChallengeToken', sendCodeForOther],
  step_bypassed: ['InvalidChallengeToken', (set) => continueWith(set, 'transfer:large', { key: 'sign_transfer' })],
  invalid_verification_token: ['BadRequest', (set) => continueWith(set, 'transfer:plan', { exp: 1 })],
  invalid_metadata: ['BadRequest', ({ phone }) => phone.requestStepUp('prld:pwd:write', { reason: 'x'.repeat(33) })],
  scope_not_allowed: ['Forbidden', ({ phone }) => phone.requestStepUp('admin')],
  not_configured: ['Forbidden', askUnconfigured],
  direct_scope_identifier_mismatch: ['Forbidden', ({ phone }) => phone.requestStepUp('phone:trust')],
  insufficient_scope: ['InsufficientScope', ({ phone }) => phone.changePassword('a new and long one')],
}

/** Answered to cookies from other pages alone. */
const NOT_TO_PHONES = ['forbidden']

const CALLED = [
  'otpCreate',
  'otpCheck',
  'otpRetry',
  'loginEmailPassword',
  'sessionMigration',
  'finalizeLogin',
  'refreshSession',
  'revokeSession',
  'listSessions',
  'revokeSessions',
  'listIdentifiers',
  'getPasswordCompliancy',
  'resetPassword',
  'stepUpRequestScope',
  'stepUpContinue',
]

test('the table holds every code that the calls of the mobile SDKs declare, and no other', () => {
  const called = endpoints.filter(({ operationId }) => CALLED.includes(operationId))
  assert.equal(called.length, CALLED.length)
  const codes = new Set(called.flatMap(failuresOf).map(({ code }) => code))
  // Both SDKs answer it by another proof: it is surfaced by no server that takes its own nonces.
  codes.delete('use_dpop_nonce')
  for (const code of NOT_TO_PHONES) codes.delete(code)
  assert.deepEqual([...codes].sort(), Object.keys(ERRORS).sort())
})

test('a call with the bearer answers 401 for credentials alone, so that no refusal costs a refresh', () => {
  const called = endpoints.filter(
    ({ operationId, access }) => CALLED.includes(operationId) && access.name === 'accessToken',
  )
  assert.ok(called.length >= 4)
  for (const { operationId, failures, access } of called) {
    const others = failures.filter((one) => one.family === 'unauthorized' && !access.failures.includes(one))
    assert.deepEqual(others, [], operationId)
  }
})

for (const scene of await scenes()) {
  const { on, w } = scene
  for (const [code, [name, bring]] of Object.entries(ERRORS)) {
    test(`${on}: ${code} is ${name}`, async () => {
      const app = await shop(w)
      const userId = await user(w, app, { email: ADA })
      const phone = install(scene, app)
      await signIn(w, app, phone)
      const { status } = await assertFails(bring({ scene, w, app, phone, userId }), name, code)
      assert.ok(status >= 400, 'the SDK made it up itself')
    })
  }
}
