import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failuresOf } from '../../src/platform/openapi-errors.ts'
import { endpoints } from '../../src/server.ts'
import { challengeToken, type TestApp, user } from '../builders.ts'
import { issuerKey, publish } from '../house/legacy.ts'
import { rewritePasskey } from '../house/passkeys.ts'
import { fillHashQueue, PASSWORD, PASSWORD_CONFIG, passwordConfig } from '../house/passwords.ts'
import { connect } from '../house/saml-connections.ts'
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
  takePasskeys,
} from './stage.ts'

/** A phone with a session, and all around it. */
interface Given {
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
async function continueWith({ w, phone }: Given, scope: string, change: object): Promise<unknown> {
  publish(w, JWKS_URL, shopKey)
  const challenge = await ask(phone, scope)
  return await phone.continueStepUp(challenge, await approval(w, shopKey, phone, challenge, change))
}

async function changePassword({ w, app, phone }: Given, password: string): Promise<void> {
  const challenge = await ask(phone, 'prld:pwd:write')
  await phone.sendStepUpOTP(challenge)
  await phone.submitStepUpOTP(challenge, await codeFor(w, app))
  await phone.changePassword(password)
}

async function loginWithoutPassword({ app, phone }: Given): Promise<void> {
  const config = passwordConfig({ reveal_password_not_set: true })
  const answer = await app.manage(PASSWORD_CONFIG, { method: 'PUT', body: config })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  await phone.loginWithPassword(ADA, PASSWORD)
}

async function loginWhileBusy({ w, phone }: Given): Promise<void> {
  const empty = fillHashQueue(w)
  try {
    await phone.loginWithPassword(ADA, PASSWORD)
  } finally {
    await empty()
  }
}

async function wrongCode({ w, app, phone }: Given): Promise<void> {
  await phone.startOTPLogin(byMail)
  await phone.checkOTP(otherThan(await codeFor(w, app)))
}

async function resendTooOften({ phone }: Given): Promise<void> {
  await phone.startOTPLogin(byMail)
  for (let i = 0; i < 4; i++) await phone.resendOTP()
}

async function finalizeLate({ w, app, phone, userId }: Given): Promise<void> {
  const token = await challengeToken(w, app, userId)
  w.advance(600_000)
  await phone.finalize(token)
}

async function finalizeTwice({ w, app, phone, userId }: Given): Promise<void> {
  const token = await challengeToken(w, app, userId)
  await phone.finalize(token)
  await phone.forceRefresh()
  await phone.finalize(token)
}

async function finalizeAstray({ scene, w, app, userId }: Given): Promise<void> {
  const platform = { ...scene.platform, htu: () => 'https://elsewhere.example/' }
  await install({ ...scene, platform }, app).finalize(await challengeToken(w, app, userId))
}

async function registerTaken({ w, app, phone }: Given): Promise<void> {
  await user(w, app, { phone: PHONE })
  await phone.requestStepUp('prld:phone:register', { identifier: PHONE })
}

async function askUnconfigured({ scene, w }: Given): Promise<void> {
  const app = await shop(w, ['step-up'])
  const phone = install(scene, app)
  await signIn(w, app, phone)
  await phone.requestStepUp('prld:pwd:write')
}

/** The step of one phone, taken by another with its own key or with none. */
async function takeStep({ scene, w, app, phone }: Given, withKey: boolean): Promise<void> {
  const thief = install(scene, app)
  if (withKey) await signIn(w, app, thief)
  const challenge = await ask(phone, 'prld:pwd:write')
  await phone.sendStepUpOTP(challenge)
  await thief.submitStepUpOTP(challenge, await codeFor(w, app))
}

async function continueUnheard({ w, app, phone }: Given): Promise<void> {
  const config = { ...STEP_UP_CONFIG, jwks_url: `https://${app.id}.example.com/jwks.json` }
  const answer = await app.manage('/config/stepup', { method: 'PUT', body: config })
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  w.fakeNetwork(() => undefined)
  const challenge = await ask(phone, 'transfer:plan')
  await phone.continueStepUp(challenge, await approval(w, shopKey, phone, challenge))
}

/** Register a passkey, then ask for a step by it; undo something of it meanwhile. */
async function stepByPasskey({ w, app, phone }: Given, undo: (id: string) => Promise<unknown>): Promise<void> {
  await takePasskeys(app)
  const challenge = await ask(phone, 'prld:passkey:write')
  await phone.sendStepUpOTP(challenge)
  await phone.submitStepUpOTP(challenge, await codeFor(w, app))
  const registered = await phone.registerPasskey({ username: ADA })
  const next = await ask(phone, 'transfer:approve')
  await undo(registered?.credential.credential_id ?? assert.fail('registered nothing'))
  await phone.continueStepUpWithPasskey(next)
}

const stepByBlockedPasskey = (given: Given) =>
  stepByPasskey(given, (id) => rewritePasskey(given, id, { blocked_at: 1 }))

/** While the company of the address has its own connection. */
async function logInPastCompany({ w, app, phone }: Given): Promise<void> {
  const company = await connect(w, app, {
    behavior: { email_domain_allowlist: [ADA.split('@')[1] ?? ''], enforce_login: true },
  })
  try {
    await phone.startOTPLogin(byMail)
  } finally {
    await company.remove()
  }
}

async function sendCodeForOther({ phone }: Given): Promise<void> {
  await phone.sendStepUpOTP(await ask(phone, 'transfer:plan'))
}

/** Every error that these flows can end in, as both SDKs name it, and how it comes about. */
const ERRORS: Readonly<
  Record<string, readonly [status: number, name: string, bring: (given: Given) => Promise<unknown>]>
> = {
  unauthorized: [401, 'Unauthorized', ({ scene, app }) => install(scene, app).checkOTP('123456')],
  bad_request: [400, 'BadRequest', ({ phone }) => phone.loginWithPassword(ADA, '')],
  invalid_identifier: [400, 'BadRequest', ({ phone }) => phone.startOTPLogin({ type: 'email_address', value: 'ada' })],
  invalid_pagination_limit: [400, 'BadRequest', ({ phone }) => phone.listSessions({ limit: 101 })],
  invalid_pagination_offset: [400, 'BadRequest', ({ phone }) => phone.listSessions({ offset: -1 })],
  bad_check_code: [401, 'InvalidOTPCode', wrongCode],
  invalid_dpop_proof: [401, 'Unauthorized', finalizeAstray],
  missing_dpop_proof: [401, 'Unauthorized', (given) => takeStep(given, false)],
  dpop_key_mismatch: [401, 'Unauthorized', (given) => takeStep(given, true)],
  not_found: [404, 'NotFound', ({ phone }) => phone.revokeSessions('session', 'ses_nobody')],
  identifier_already_exists: [409, 'Conflict', registerTaken],
  internal: [500, 'InternalServerError', continueUnheard],
  overloaded: [503, 'Generic', loginWhileBusy],
  rate_limited: [429, 'RateLimited', resendTooOften],
  invalid_password: [400, 'InvalidPassword', (given) => changePassword(given, 'short')],
  password_not_set: [400, 'PasswordNotSet', loginWithoutPassword],
  no_login_config: [400, 'NoLoginConfig', async ({ phone }) => phone.startOTPLogin(byMail, 'lcfg_nobody')],
  expired_challenge_token: [400, 'ExpiredChallengeToken', finalizeLate],
  invalid_challenge_token: [400, 'InvalidChallengeToken', ({ phone }) => phone.finalize('opaque')],
  token_reused: [409, 'TokenReused', finalizeTwice],
  token_mismatch: [
    400,
    'InvalidChallengeToken',
    (given) => continueWith(given, 'transfer:plan', { challenge_id: 'chl_other' }),
  ],
  step_not_completed: [
    400,
    'InvalidChallengeToken',
    (given) => continueWith(given, 'transfer:plan', { status: 'pending' }),
  ],
  step_not_found: [400, 'InvalidChallengeToken', sendCodeForOther],
  step_bypassed: [
    400,
    'InvalidChallengeToken',
    (given) => continueWith(given, 'transfer:large', { key: 'sign_transfer' }),
  ],
  invalid_verification_token: [400, 'BadRequest', (given) => continueWith(given, 'transfer:plan', { exp: 1 })],
  invalid_metadata: [
    400,
    'BadRequest',
    ({ phone }) => phone.requestStepUp('prld:pwd:write', { reason: 'x'.repeat(33) }),
  ],
  scope_not_allowed: [403, 'Forbidden', ({ phone }) => phone.requestStepUp('admin')],
  not_configured: [403, 'Forbidden', askUnconfigured],
  direct_scope_identifier_mismatch: [403, 'Forbidden', ({ phone }) => phone.requestStepUp('phone:trust')],
  insufficient_scope: [403, 'InsufficientScope', ({ phone }) => phone.changePassword('a new and long one')],
  saml_login_required: [403, 'SAMLLoginRequired', logInPastCompany],
  passkey_not_configured: [400, 'PasskeyNotConfigured', ({ phone }) => phone.requestStepUp('transfer:approve')],
  passkey_step_unavailable: [
    403,
    'PasskeyStepUnavailable',
    (given) => stepByPasskey(given, (id) => given.phone.deletePasskey(id)),
  ],
  passkey_authenticator_blocked: [403, 'PasskeyStepUnavailable', stepByBlockedPasskey],
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
  for (const [code, [status, name, bring]] of Object.entries(ERRORS)) {
    test(`${on}: ${status} ${code} is ${name}`, async () => {
      const app = await shop(w)
      const userId = await user(w, app, { email: ADA })
      const phone = install(scene, app)
      await signIn(w, app, phone)
      const error = await assertFails(bring({ scene, w, app, phone, userId }), name, code)
      assert.equal(error.status, status)
    })
  }
}
