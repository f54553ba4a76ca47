import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { updateUser } from '../../src/core/users/store.ts'
import { user } from '../builders.ts'
import { fillHashQueue, givePassword, PASSWORD, PASSWORD_CONFIG, passwordConfig, WRONG } from '../house/passwords.ts'
import { assertRaises } from './raised.ts'
import { codeCount, codeFor, configure, openCodeStage, otherThan, stagedApp } from './stage.ts'
import { newContext, openTab } from './tab.ts'

const EMAIL = 'ana@example.org'
const byEmail = { identifier: { type: 'email_address', value: EMAIL } } as const
const login = { identifier: EMAIL, password: PASSWORD }

/** A tab of an application whose users log in by password, if `password` is given, or by code. */
async function page(t: TestContext, password?: object) {
  const w = await openCodeStage('sqlite')
  const app = await stagedApp(w)
  if (password) await configure(app, PASSWORD_CONFIG, passwordConfig(password))
  return { w, app, tab: await openTab(await newContext(t), app.origin, app.host) }
}

test('each refusal of a password is an error of its own in the SDK', async (t) => {
  const { w, app, tab } = await page(t, { reveal_password_not_set: true })
  await user(w, app, { email: 'bob@example.org' })
  await givePassword(app, await user(w, app, { email: EMAIL }))
  const LOGIN = 'POST /login/email/password'
  const wrong = { identifier: EMAIL, password: WRONG }
  await assertRaises(tab, 'Unauthorized', `${LOGIN} 401 unauthorized`, 'loginWithPassword', wrong)
  const nobody = { identifier: 'nobody@example.org', password: PASSWORD }
  await assertRaises(tab, 'Unauthorized', `${LOGIN} 401 unauthorized`, 'loginWithPassword', nobody)
  const noAddress = { identifier: 'ana', password: PASSWORD }
  await assertRaises(tab, 'BadRequest', `${LOGIN} 400 invalid_identifier`, 'loginWithPassword', noAddress)
  const noPassword = { identifier: EMAIL, password: '' }
  await assertRaises(tab, 'BadRequest', `${LOGIN} 400 bad_request`, 'loginWithPassword', noPassword)
  const notSet = { identifier: 'bob@example.org', password: PASSWORD }
  await assertRaises(tab, 'Generic', `${LOGIN} 400 password_not_set`, 'loginWithPassword', notSet)
  assert.deepEqual(await tab.stored(), { accessTokens: [], challenges: {}, refreshTokens: [], keys: 0 })

  const release = fillHashQueue(w)
  await assertRaises(tab, 'Generic', `${LOGIN} 503 overloaded`, 'loginWithPassword', login)
  await release()
  await tab.sdk('loginWithPassword', login)
})

test('each refusal of a sign-up is an error of its own in the SDK', async (t) => {
  const { tab } = await page(t, { sign_up_enabled: true })
  const SIGN_UP = 'POST /login/email/sign-up'
  for (const password of ['short', 'password123'])
    await assertRaises(tab, 'InvalidPassword', `${SIGN_UP} 400 invalid_password`, 'signUpWithEmail', {
      ...login,
      password,
    })
  const halfCharacter = { ...login, password: '\uD800 half a character' }
  await assertRaises(tab, 'BadRequest', `${SIGN_UP} 400 bad_request`, 'signUpWithEmail', halfCharacter)
  const noAddress = { identifier: 'ana', password: PASSWORD }
  await assertRaises(tab, 'BadRequest', `${SIGN_UP} 400 invalid_identifier`, 'signUpWithEmail', noAddress)
  await tab.sdk('signUpWithEmail', login)
  const again = { identifier: EMAIL, password: WRONG }
  await assertRaises(tab, 'Conflict', `${SIGN_UP} 409 identifier_already_exists`, 'signUpWithEmail', again)

  const { tab: closed } = await page(t, { sign_up_enabled: false })
  await assertRaises(closed, 'Forbidden', `${SIGN_UP} 403 forbidden`, 'signUpWithEmail', login)
  const { tab: none } = await page(t)
  await assertRaises(none, 'BadRequest', `${SIGN_UP} 400 bad_request`, 'signUpWithEmail', login)
  await assertRaises(none, 'BadRequest', 'POST /login/email/password 400 bad_request', 'loginWithPassword', login)
})

test('too many passwords from one address are refused as such, and a right one waits with them', async (t) => {
  const { w, app, tab } = await page(t, { rate_limit_login_ip: { ttl: 600_000_000_000, limit: 2 } })
  await givePassword(app, await user(w, app, { email: EMAIL }))
  const LOGIN = 'POST /login/email/password'
  const wrong = { identifier: EMAIL, password: WRONG }
  for (let i = 0; i < 2; i++)
    await assertRaises(tab, 'Unauthorized', `${LOGIN} 401 unauthorized`, 'loginWithPassword', wrong)
  await assertRaises(tab, 'RateLimited', `${LOGIN} 429 rate_limited`, 'loginWithPassword', login)
  w.advance(600_000)
  await tab.sdk('loginWithPassword', login)
})

test('each refusal of a code is an error of its own in the SDK', async (t) => {
  const { w, app, tab } = await page(t)
  const [START, CHECK, RETRY] = ['POST /login/otp', 'POST /login/otp/check', 'POST /login/otp/retry']
  await assertRaises(tab, 'Unauthorized', `${CHECK} 401 unauthorized`, 'checkOTP', '123456')
  await assertRaises(tab, 'Unauthorized', `${RETRY} 401 unauthorized`, 'retryOTP')
  const noNumber = { identifier: { type: 'phone_number', value: '12' } } as const
  await assertRaises(tab, 'BadRequest', `${START} 400 invalid_identifier`, 'startOTPLogin', noNumber)
  const noConfig = { ...byEmail, login_config_id: 'lcfg_none' }
  await assertRaises(tab, 'Generic', `${START} 400 no_login_config`, 'startOTPLogin', noConfig)

  await tab.sdk('startOTPLogin', byEmail)
  const code = await codeFor(w, app, EMAIL)
  await assertRaises(tab, 'BadRequest', `${CHECK} 401 bad_check_code`, 'checkOTP', otherThan(code))
  await assertRaises(tab, 'BadRequest', `${CHECK} 400 bad_request`, 'checkOTP', 'x')
  for (let i = 0; i < 3; i++) await tab.sdk('retryOTP')
  await assertRaises(tab, 'RateLimited', `${RETRY} 429 rate_limited`, 'retryOTP')
  assert.equal(await codeCount(w, app, EMAIL), 4)
  const last = await codeFor(w, app, EMAIL)
  w.advance(600_000)
  await assertRaises(tab, 'Unauthorized', `${CHECK} 401 unauthorized`, 'checkOTP', last)
  await assertRaises(tab, 'Unauthorized', `${RETRY} 401 unauthorized`, 'retryOTP')
})

test('a user who is blocked gets neither code nor session, and the answers do not tell', async (t) => {
  const { w, app, tab } = await page(t, {})
  const userId = await user(w, app, { email: EMAIL })
  await givePassword(app, userId)
  await w.deps.transact((tx) => updateUser(tx, w.deps, app.id, userId, { status: 'inactive' }))
  await tab.sdk('startOTPLogin', byEmail)
  assert.equal(await codeCount(w, app, EMAIL), 0)
  const CHECK = 'POST /login/otp/check'
  await assertRaises(tab, 'BadRequest', `${CHECK} 401 bad_check_code`, 'checkOTP', '123456')
  const LOGIN = 'POST /login/email/password'
  await assertRaises(tab, 'Unauthorized', `${LOGIN} 401 unauthorized`, 'loginWithPassword', login)
})

test('a host that is no application’s is not found', async (t) => {
  const { w } = await page(t)
  const host = `nobody.session.test:${new URL(w.address).port}`
  const tab = await openTab(await newContext(t), `https://${host}`, host)
  await assertRaises(tab, 'NotFound', 'POST /login/otp 404 not_found', 'startOTPLogin', byEmail)
  await assertRaises(tab, 'NotFound', 'POST /login/email/password 404 not_found', 'loginWithPassword', login)
  await assertRaises(tab, 'NotFound', 'GET /password/compliancy 404 not_found', 'getPasswordCompliancy')
})
