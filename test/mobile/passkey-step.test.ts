import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { user } from '../builders.ts'
import type { Sdk } from './sdk.ts'
import { ADA, assertFails, codeFor, install, scenes, shop, signIn, takePasskeys } from './stage.ts'

const CONTINUE = '/stepup/continue'

/** Ask for a scope that takes a step. */
const ask = async (phone: Sdk, scope: string) =>
  (await phone.requestStepUp(scope)) ?? assert.fail(`${scope} was blocked`)

for (const scene of await scenes()) {
  const { on, w, platform } = scene

  /** A phone whose user is signed in and has a passkey. */
  async function withPasskey() {
    const app = await shop(w)
    await takePasskeys(app)
    await user(w, app, { email: ADA })
    const phone = install(scene, app)
    await signIn(w, app, phone)
    await assertFails(ask(phone, 'transfer:approve'), 'PasskeyStepUnavailable', 'passkey_step_unavailable')
    const challenge = await ask(phone, 'prld:passkey:write')
    await phone.sendStepUpOTP(challenge)
    await phone.submitStepUpOTP(challenge, await codeFor(w, app))
    const registered = await phone.registerPasskey({ username: ADA })
    phone.told()
    return { app, phone, id: registered?.credential.credential_id ?? assert.fail('registered nothing') }
  }

  const scopesOf = (phone: Sdk) => phone.profile().scope?.split(' ') ?? []

  test(`${on}: a passkey completes a step, ${platform.continuesWithBearer ? 'with' : 'without'} the bearer, however old it is; a lost answer is given again for a minute`, async () => {
    const { app, phone } = await withPasskey()
    const challenge = await ask(phone, 'transfer:approve')
    assert.equal(challenge.step, 'verify_passkey')
    w.advance(90_000)
    assert.equal(await phone.continueStepUpWithPasskey(challenge), undefined)
    const [sent] = phone.exchanges.filter(({ path }) => path === CONTINUE)
    assert.equal('authorization' in (sent?.headers ?? {}), platform.continuesWithBearer)
    assert.deepEqual(Object.keys(JSON.parse(sent?.body ?? '')), ['challenge_token', 'passkey_assertion'])
    const { jti, nonce } = decodeJwt(sent?.headers.dpop ?? '')
    assert.deepEqual([jti, nonce], [challenge.jti, undefined])
    assert.deepEqual(phone.told(), ['POST /stepup/request 200', `POST ${CONTINUE} 200`, 'POST /refresh 200'])
    assert.ok(scopesOf(phone).includes('transfer:approve'))

    // After a code; the answer to the assertion is lost.
    const first = await ask(phone, 'transfer:huge')
    await phone.sendStepUpOTP(first)
    const second = await phone.submitStepUpOTP(first, await codeFor(w, app))
    assert.deepEqual([first.options, second?.step, second?.id], [undefined, 'verify_passkey', first.id])
    assert.ok(second)
    phone.loseNextAnswer()
    await assertFails(phone.continueStepUpWithPasskey(second), 'Generic', 'network_error')
    await phone.continueStepUpWithPasskey(second)
    assert.ok(scopesOf(phone).includes('transfer:huge'))
    w.advance(60_000)
    await assertFails(phone.continueStepUpWithPasskey(second), 'TokenReused', 'token_reused')
  })

  test(`${on}: what can go wrong with a step by a passkey has its case, and costs no refresh`, async () => {
    const { app, phone, id } = await withPasskey()
    const challenge = await ask(phone, 'transfer:approve')
    const other = await ask(phone, 'transfer:approve')
    const mixed = { ...challenge, options: other.options }
    await assertFails(phone.continueStepUpWithPasskey(mixed), 'BadRequest', 'invalid_verification_token')
    await phone.deletePasskey(id)
    await assertFails(phone.continueStepUpWithPasskey(challenge), 'PasskeyStepUnavailable', 'passkey_step_unavailable')
    assert.equal((await app.manage('/config/passkey', { method: 'DELETE' })).status, 204)
    await assertFails(phone.continueStepUpWithPasskey(challenge), 'PasskeyNotConfigured', 'passkey_not_configured')
    assert.ok(!phone.told().some((one) => one.endsWith(' 401')))
    w.advance(300_000)
    await assertFails(phone.continueStepUpWithPasskey(challenge), 'ExpiredChallengeToken', 'expired_challenge_token')
    assert.deepEqual(phone.told(), [])
  })
}
