import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { type TestApp, user } from '../builders.ts'
import type { Challenge, Sdk } from './sdk.ts'
import {
  ADA,
  assertFails,
  byMail,
  byPhone,
  codeFor,
  install,
  otherThan,
  PHONE,
  scenes,
  sessionsOf,
  shop,
  signIn,
} from './stage.ts'

const scopesOf = (phone: Sdk): string[] => phone.profile().scope?.split(' ') ?? []

/** Ask for a scope that takes a step. */
async function ask(phone: Sdk, scope: string, metadata?: Record<string, string>): Promise<Challenge> {
  const challenge = await phone.requestStepUp(scope, metadata)
  assert.ok(challenge, `${scope} was blocked`)
  return challenge
}

/** The `jti` of the proofs sent to a path, oldest first. */
const jtisTo = (phone: Sdk, path: string) =>
  phone.exchanges
    .filter((one) => one.path === path && one.headers.dpop)
    .map(({ headers }) => decodeJwt(headers.dpop ?? '').jti)

for (const scene of await scenes()) {
  const { on, w, platform } = scene

  async function signedIn(person: object = { email: ADA }): Promise<{ app: TestApp; userId: string; phone: Sdk }> {
    const app = await shop(w)
    const userId = await user(w, app, person)
    const phone = install(scene, app, { signals: true })
    await signIn(w, app, phone, 'email' in person ? byMail : byPhone)
    return { app, userId, phone }
  }

  test(`${on}: a code grants a scope, by one proof bound to the challenge and a refresh`, async () => {
    const { app, phone } = await signedIn()
    const challenge = await ask(phone, 'prld:pwd:write', { reason: 'lost' })
    await phone.sendStepUpOTP(challenge)
    assert.equal(await phone.submitStepUpOTP(challenge, await codeFor(w, app)), undefined)
    assert.deepEqual(jtisTo(phone, '/otp/check'), [challenge.jti])
    assert.deepEqual(phone.told(), [
      'POST /stepup/request 200',
      'POST /otp 204',
      'POST /otp/check 200',
      'POST /refresh 200',
    ])
    assert.deepEqual(scopesOf(phone), ['prld:pwd:write'])
  })

  test(`${on}: after a wrong code the right one is taken, with the same jti in its proof`, async () => {
    const { app, phone } = await signedIn()
    const challenge = await ask(phone, 'prld:pwd:write')
    await phone.sendStepUpOTP(challenge)
    const code = await codeFor(w, app)
    await assertFails(phone.submitStepUpOTP(challenge, otherThan(code)), 'InvalidOTPCode', 'bad_check_code')
    await phone.submitStepUpOTP(challenge, code)
    assert.deepEqual(jtisTo(phone, '/otp/check'), [challenge.jti, challenge.jti])
    assert.deepEqual(scopesOf(phone), ['prld:pwd:write'])
  })

  test(`${on}: a code that was right is answered the same once more, and not for long`, async () => {
    const { app, phone } = await signedIn()
    const challenge = await ask(phone, 'prld:pwd:write')
    await phone.sendStepUpOTP(challenge)
    const code = await codeFor(w, app)
    phone.loseNextAnswer()
    await assertFails(phone.submitStepUpOTP(challenge, code), 'Generic', 'network_error')
    await phone.submitStepUpOTP(challenge, code)
    assert.deepEqual(scopesOf(phone), ['prld:pwd:write'])
    w.advance(60_000)
    await assertFails(phone.submitStepUpOTP(challenge, code), 'TokenReused', 'token_reused')
    await assertFails(phone.sendStepUpOTP(challenge), 'TokenReused', 'token_reused')
  })

  test(`${on}: the refresh that grants the scope is made again when its answer was lost`, async () => {
    const { app, phone } = await signedIn()
    const challenge = await ask(phone, 'order:pay')
    await phone.sendStepUpOTP(challenge)
    const code = await codeFor(w, app)
    const { answer } = await losingTheRefresh(phone, () => phone.submitStepUpOTP(challenge, code))
    assert.equal(answer.status, 200)
    await phone.submitStepUpOTP(challenge, code)
    assert.deepEqual(scopesOf(phone), ['order:pay'])
    await phone.forceRefresh()
    assert.deepEqual(scopesOf(phone), [])
  })

  /** Let the answer to the refresh that follows be lost. */
  async function losingTheRefresh(phone: Sdk, submit: () => Promise<unknown>) {
    const checked = phone.exchanges.length
    const submitted = submit()
    while (phone.exchanges.length === checked) await new Promise(setImmediate)
    phone.loseNextAnswer()
    await assertFails(submitted, 'Generic', 'network_error')
    const last = phone.exchanges.at(-1)
    assert.equal(last?.path, '/refresh')
    assert.ok(last)
    return last
  }

  test(`${on}: a step's code is sent again by the cookie, as it is for a login`, async () => {
    const { app, phone } = await signedIn()
    const challenge = await ask(phone, 'prld:pwd:write')
    await phone.sendStepUpOTP(challenge)
    const first = await codeFor(w, app)
    await phone.resendOTP()
    const second = await codeFor(w, app)
    if (first !== second) await assertFails(phone.submitStepUpOTP(challenge, first), 'InvalidOTPCode', 'bad_check_code')
    await phone.submitStepUpOTP(challenge, second)
  })

  test(`${on}: an expired challenge is not sent, and the server calls it a wrong code`, async () => {
    const { app, phone } = await signedIn()
    const challenge = await ask(phone, 'prld:pwd:write')
    await phone.sendStepUpOTP(challenge)
    const code = await codeFor(w, app)
    w.advance(300_000)
    phone.told()
    await assertFails(phone.submitStepUpOTP(challenge, code), platform.expiredChallengeCase, 'expired_challenge_token')
    await assertFails(phone.sendStepUpOTP(challenge), platform.expiredChallengeCase, 'expired_challenge_token')
    assert.deepEqual(phone.told(), [])
    const late = { ...challenge, expiresAt: Number.POSITIVE_INFINITY }
    await assertFails(phone.submitStepUpOTP(late, code), 'InvalidOTPCode', 'bad_check_code')
    await assertFails(phone.sendStepUpOTP(late), 'ExpiredChallengeToken', 'expired_challenge_token')
  })

  test(`${on}: what would be granted at once still takes a step on a phone; what is refused is told without an error`, async () => {
    for (const person of [{ email: ADA }, { phone: PHONE }]) {
      const { app, phone } = await signedIn(person)
      const challenge = await ask(phone, 'profile:write')
      assert.equal(phone.exchanges.at(-1)?.answer.body.status, 'continue')
      assert.equal(challenge.step, 'email' in person ? 'verify_email' : 'verify_sms')
      await phone.sendStepUpOTP(challenge)
      await phone.submitStepUpOTP(challenge, await codeFor(w, app, 'email' in person ? ADA : PHONE))
      assert.deepEqual(scopesOf(phone), ['profile:write'])
      assert.equal(await phone.requestStepUp('account:close'), undefined)
    }
  })

  test(`${on}: a phone number is added by its code, and logs in from then on`, async () => {
    const { app, userId, phone } = await signedIn()
    const challenge = await ask(phone, 'prld:phone:register', { identifier: PHONE })
    await phone.sendStepUpOTP(challenge)
    await phone.submitStepUpOTP(challenge, await codeFor(w, app, PHONE))
    assert.deepEqual(await phone.listIdentifiers(), [byMail, byPhone])
    const other = install(scene, app)
    await signIn(w, app, other, byPhone)
    assert.equal(other.profile().sub, userId)
  })

  test(`${on}: a step-up is carried on by its own session alone`, async () => {
    const { app, userId, phone } = await signedIn()
    const thief = install(scene, app)
    await signIn(w, app, thief)
    const challenge = await ask(phone, 'prld:pwd:write')
    await phone.sendStepUpOTP(challenge)
    const code = await codeFor(w, app)
    await assertFails(thief.submitStepUpOTP(challenge, code), 'Unauthorized', 'dpop_key_mismatch')
    const stranger = install(scene, app)
    await assertFails(stranger.submitStepUpOTP(challenge, code), 'Unauthorized', 'missing_dpop_proof')
    await phone.submitStepUpOTP(challenge, code)
    assert.equal((await sessionsOf(app, userId)).length, 2)
  })
}
