import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { user } from '../builders.ts'
import { issuerKey, publish } from '../house/legacy.ts'
import { ADA, approval, assertFails, codeFor, install, JWKS_URL, scenes, shop, signIn } from './stage.ts'

const CONTINUE = '/stepup/continue'
const shopKey = await issuerKey('RS256')

for (const scene of await scenes()) {
  const { on, w, platform } = scene

  async function planning() {
    publish(w, JWKS_URL, shopKey)
    const app = await shop(w)
    await user(w, app, { email: ADA })
    const phone = install(scene, app)
    await signIn(w, app, phone)
    const challenge = await phone.requestStepUp('transfer:plan')
    assert.ok(challenge)
    assert.equal(challenge.step, 'confirm_transfer')
    return { app, phone, challenge }
  }

  test(`${on}: the shop's word completes a step, ${platform.continuesWithBearer ? 'with' : 'without'} the bearer`, async () => {
    const { phone, challenge } = await planning()
    assert.equal(await phone.continueStepUp(challenge, await approval(w, shopKey, phone, challenge)), undefined)
    const sent = phone.exchanges.find(({ path }) => path === CONTINUE)
    assert.equal('authorization' in (sent?.headers ?? {}), platform.continuesWithBearer)
    assert.equal(decodeJwt(sent?.headers.dpop ?? '').jti, challenge.jti)
    assert.equal(decodeJwt(sent?.headers.dpop ?? '').nonce, undefined)
    assert.equal(phone.profile().scope, 'transfer:plan')
  })

  test(`${on}: an access token that is over does not keep a step from being completed`, async () => {
    const { phone, challenge } = await planning()
    w.advance(90_000)
    await phone.continueStepUp(challenge, await approval(w, shopKey, phone, challenge))
    const jtis = phone.exchanges
      .filter(({ path }) => path === CONTINUE)
      .map(({ headers }) => decodeJwt(headers.dpop ?? '').jti)
    assert.deepEqual(new Set(jtis), new Set([challenge.jti]))
    assert.equal(phone.profile().scope, 'transfer:plan')
  })

  test(`${on}: a code, then the shop's word: each step has a token of its own, and the challenge keeps its name`, async () => {
    const { app, phone } = await planning()
    const first = await phone.requestStepUp('transfer:write', { amount: '500', currency: 'EUR' })
    assert.ok(first)
    await phone.sendStepUpOTP(first)
    const second = await phone.submitStepUpOTP(first, await codeFor(w, app))
    assert.ok(second)
    assert.deepEqual([first.step, second.step], ['verify_email', 'confirm_transfer'])
    assert.equal(second.id, first.id)
    assert.notEqual(second.jti, first.jti)
    assert.equal(phone.profile().scope, undefined)
    await phone.continueStepUp(second, await approval(w, shopKey, phone, second))
    assert.equal(phone.profile().scope, 'transfer:write')
  })

  test(`${on}: a step whose answer was lost is completed again by the same word`, async () => {
    const { phone, challenge } = await planning()
    const word = await approval(w, shopKey, phone, challenge)
    phone.loseNextAnswer()
    await assertFails(phone.continueStepUp(challenge, word), 'Generic', 'network_error')
    await phone.continueStepUp(challenge, word)
    assert.equal(phone.profile().scope, 'transfer:plan')
    w.advance(60_000)
    await assertFails(phone.continueStepUp(challenge, word), 'TokenReused', 'token_reused')
  })

  test(`${on}: what the shop did not say of this step completes nothing, and costs nothing`, async () => {
    const { phone, challenge } = await planning()
    const stranger = await issuerKey('RS256', 'stranger')
    const refused: readonly [Promise<string>, name: string, code: string][] = [
      [approval(w, stranger, phone, challenge), 'BadRequest', 'invalid_verification_token'],
      [approval(w, shopKey, phone, challenge, { exp: 1 }), 'BadRequest', 'invalid_verification_token'],
      [
        approval(w, shopKey, phone, challenge, { challenge_id: 'chl_other' }),
        'InvalidChallengeToken',
        'token_mismatch',
      ],
      [approval(w, shopKey, phone, challenge, { key: 'other' }), 'InvalidChallengeToken', 'step_not_found'],
      [approval(w, shopKey, phone, challenge, { status: 'pending' }), 'InvalidChallengeToken', 'step_not_completed'],
    ]
    for (const [word, name, code] of refused) await assertFails(phone.continueStepUp(challenge, await word), name, code)
    const told = phone.told()
    assert.ok(!told.some((one) => one.endsWith(' 401')), 'no refusal of a step may cost a refresh')
    await phone.continueStepUp(challenge, await approval(w, shopKey, phone, challenge))
    assert.equal(phone.profile().scope, 'transfer:plan')
  })
}
