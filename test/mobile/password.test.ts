import assert from 'node:assert/strict'
import { test } from 'node:test'
import { user } from '../builders.ts'
import { givePassword, PASSWORD, PASSWORD_CONFIG, passwordConfig, WRONG } from '../house/passwords.ts'
import {
  ADA,
  assertFails,
  byMail,
  byPhone,
  codeFor,
  install,
  PHONE,
  scenes,
  sessionsOf,
  shop,
  signIn,
} from './stage.ts'

const NEW = 'a battery of another kind'

for (const scene of await scenes()) {
  const { on, w } = scene

  async function configured(change: object) {
    const app = await shop(w, ['password'])
    const answer = await app.manage(PASSWORD_CONFIG, { body: passwordConfig(change) })
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    return app
  }

  /** A user with a password, of an application of their own. */
  async function known(change: object = {}) {
    const app = await configured(change)
    const userId = await user(w, app, { email: ADA, phone: PHONE })
    await givePassword(app, userId)
    return { app, userId, phone: install(scene, app, { signals: true }) }
  }

  test(`${on}: a password opens a session`, async () => {
    const { userId, phone } = await known()
    await phone.loginWithPassword(ADA.toUpperCase(), PASSWORD)
    assert.equal(phone.profile().sub, userId)
    assert.deepEqual(phone.told(), ['POST /login/email/password 200', 'POST /login/finalize 200'])
  })

  test(`${on}: a wrong password, a stranger, no address and too many attempts are told apart as far as they may be`, async () => {
    const { phone } = await known({ rate_limit_login_identifier: { ttl: 600_000_000_000, limit: 3 } })
    await assertFails(phone.loginWithPassword(ADA, WRONG), 'Unauthorized', 'unauthorized')
    await assertFails(phone.loginWithPassword('nobody@example.com', WRONG), 'Unauthorized', 'unauthorized')
    await assertFails(phone.loginWithPassword('ada', WRONG), 'BadRequest', 'invalid_identifier')
    await assertFails(phone.loginWithPassword(ADA, ''), 'BadRequest', 'bad_request')
    for (let i = 0; i < 2; i++) await assertFails(phone.loginWithPassword(ADA, WRONG), 'Unauthorized', 'unauthorized')
    await assertFails(phone.loginWithPassword(ADA, PASSWORD), 'RateLimited', 'rate_limited')
    w.advance(600_000)
    await phone.loginWithPassword(ADA, PASSWORD)
  })

  test(`${on}: a user without a password is told so where the application wants it, and is a stranger elsewhere`, async () => {
    for (const [reveal_password_not_set, name, code] of [
      [true, 'PasswordNotSet', 'password_not_set'],
      [false, 'Unauthorized', 'unauthorized'],
    ] as const) {
      const { app, phone } = await known({ reveal_password_not_set })
      await user(w, app, { email: 'new@example.com' })
      await assertFails(phone.loginWithPassword('new@example.com', PASSWORD), name, code)
      await assertFails(phone.loginWithPassword('nobody@example.com', PASSWORD), 'Unauthorized', 'unauthorized')
    }
  })

  test(`${on}: where login by password is not configured it is a bad request`, async () => {
    const phone = install(scene, await shop(w, ['password']))
    await assertFails(phone.loginWithPassword(ADA, PASSWORD), 'BadRequest', 'bad_request')
    assert.equal((await phone.passwordCompliancy()).min_length, 8)
  })

  test(`${on}: the policy comes as six numbers, also when it was configured with booleans`, async () => {
    const password_compliancy = {
      min_length: 9,
      max_length: 0,
      uppercase: true,
      lowercase: 2,
      numbers: false,
      symbols: 1,
    }
    const phone = install(scene, await configured({ password_compliancy }))
    const counted = { min_length: 9, max_length: 0, uppercase: 1, lowercase: 2, numbers: 0, symbols: 1 }
    assert.deepEqual(await phone.passwordCompliancy(), counted)
  })

  for (const identifier of [byMail, byPhone]) {
    test(`${on}: a password is changed after a code to the ${identifier.type}; the scope is used up, other sessions end`, async () => {
      const { app, userId, phone } = await known()
      await signIn(w, app, phone)
      const other = install(scene, app)
      await other.loginWithPassword(ADA, PASSWORD)
      if (identifier === byPhone) await forgetMail(app, userId)

      assert.equal(await phone.canChangePassword(), false)
      await assertFails(phone.changePassword(NEW), 'InsufficientScope', 'insufficient_scope')
      const challenge = await phone.requestStepUp('prld:pwd:write')
      assert.ok(challenge)
      assert.equal(challenge.step, identifier === byMail ? 'verify_email' : 'verify_sms')
      await phone.sendStepUpOTP(challenge)
      await phone.submitStepUpOTP(challenge, await codeFor(w, app, identifier.value))
      assert.equal(await phone.canChangePassword(), true)
      await assertFails(phone.changePassword('short'), 'InvalidPassword', 'invalid_password')
      phone.told()
      await phone.changePassword(NEW)

      assert.deepEqual(phone.told(), ['POST /me/password/reset 204', 'POST /refresh 200'])
      assert.equal(await phone.canChangePassword(), false)
      assert.deepEqual(await sessionsOf(app, userId), [phone.profile().sid])
      if (identifier === byPhone) return
      await assertFails(other.loginWithPassword(ADA, PASSWORD), 'Unauthorized', 'unauthorized')
      await other.loginWithPassword(ADA, NEW)
    })
  }

  async function forgetMail(app: Awaited<ReturnType<typeof shop>>, userId: string) {
    const gone = await app.manage(`/users/${userId}/identifiers`, { method: 'DELETE', body: { identifier: byMail } })
    assert.equal(gone.status, 200, JSON.stringify(gone.body))
  }

  test(`${on}: a refusal of the new password costs neither a refresh nor the scope`, async () => {
    const { app, phone } = await known()
    await signIn(w, app, phone)
    await assertFails(phone.changePassword(NEW), 'InsufficientScope', 'insufficient_scope')
    assert.deepEqual(phone.told(), ['POST /me/password/reset 403'])
  })
}
