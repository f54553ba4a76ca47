import assert from 'node:assert/strict'
import { test } from 'node:test'
import { insertGrants } from '../../src/core/grants/store.ts'
import { challengeToken, claimsOf, type TestApp, user } from '../builders.ts'
import type { Sdk } from './sdk.ts'
import { ADA, assertFails, codeFor, install, RP_ID, scenes, sessionsOf, shop, takePasskeys } from './stage.ts'

const SCOPE = 'prld:passkey:write'
const ADAS = { username: ADA }

for (const scene of await scenes()) {
  const { on, w, platform } = scene

  /** A phone whose user is signed in, of an application that takes passkeys. */
  async function signedIn(): Promise<{ app: TestApp; userId: string; phone: Sdk }> {
    const app = await shop(w)
    await takePasskeys(app)
    const userId = await user(w, app, { email: ADA })
    const phone = install(scene, app, { signals: true })
    await phone.finalize(await challengeToken(w, app, userId))
    phone.told()
    return { app, userId, phone }
  }

  /** What a step-up leaves. */
  async function withScope(app: TestApp, phone: Sdk): Promise<void> {
    const { sub: user_id, sid: session_id } = phone.profile()
    const grant = { app_id: app.id, user_id, session_id, jti: '', scope: SCOPE }
    await w.deps.transact((tx) => insertGrants(tx, w.deps, [{ ...grant, expires_at: w.deps.now() + 600_000 }]))
    await phone.forceRefresh()
    phone.told()
  }

  async function withPasskey() {
    const it = await signedIn()
    await withScope(it.app, it.phone)
    const registered = await it.phone.registerPasskey({ ...ADAS, nickname: 'Phone' })
    assert.ok(registered)
    it.phone.told()
    return { ...it, credential: registered.credential }
  }

  test(`${on}: a passkey is registered after a code, named, and removed; the token is renewed when what it says may change`, async () => {
    const { app, phone } = await signedIn()
    await assertFails(phone.registerPasskey(ADAS), 'InsufficientScope', 'insufficient_scope')
    const challenge = await phone.requestStepUp(SCOPE)
    assert.ok(challenge)
    await phone.sendStepUpOTP(challenge)
    await phone.submitStepUpOTP(challenge, await codeFor(w, app))
    phone.told()
    const registered = await phone.registerPasskey({ ...ADAS, display_name: 'Ada', nickname: 'Phone' })
    assert.ok(registered && !registered.alreadyRegistered)
    const { credential_id: id, nickname, backup_state } = registered.credential
    assert.deepEqual([nickname, backup_state], ['Phone', true])
    await phone.renamePasskey(id, 'Old phone')
    assert.deepEqual(
      (await phone.listPasskeys()).map((one) => [one.credential_id, one.nickname]),
      [[id, 'Old phone']],
    )
    await phone.renamePasskey(id, '')
    assert.deepEqual((await phone.listPasskeys())[0]?.nickname, undefined)
    await phone.deletePasskey(id)
    assert.deepEqual(await phone.listPasskeys(), [])
    assert.deepEqual(phone.told(), [
      'POST /me/passkeys/register/begin 200',
      'POST /me/passkeys/register/finish 200',
      'POST /refresh 200',
      `PATCH /me/passkeys/${id} 204`,
      'GET /me/passkeys 200',
      `PATCH /me/passkeys/${id} 204`,
      'GET /me/passkeys 200',
      `DELETE /me/passkeys/${id} 204`,
      'POST /refresh 200',
      'GET /me/passkeys 200',
    ])
  })

  test(`${on}: a passkey opens a session, without a name and without a verifier`, async () => {
    const { app, userId, phone, credential } = await withPasskey()
    await phone.logout()
    phone.told()
    await phone.loginWithPasskey()
    assert.equal(phone.profile().sub, userId)
    assert.deepEqual(claimsOf(phone.device.access?.token ?? '').amr, ['swk', 'user'])
    const bodies = phone.exchanges.map(({ body = '' }) => Object.keys(JSON.parse(body || '{}')))
    assert.deepEqual(bodies, [['dispatch_id'], ['login_token', 'assertion'], ['challenge_token']])
    assert.deepEqual(phone.told(), [
      'POST /login/passkey/begin 200',
      'POST /login/passkey/finish 200',
      'POST /login/finalize 200',
    ])
    assert.deepEqual(await sessionsOf(app, userId), [phone.profile().sid])
    const [shown] = await phone.listPasskeys()
    assert.deepEqual([shown?.credential_id, typeof shown?.last_used_at], [credential.credential_id, 'number'])
  })

  test(`${on}: a lost answer costs no scope and makes no second passkey; the phone that has one is told so`, async () => {
    const { app, phone } = await signedIn()
    await withScope(app, phone)
    const { registerPasskey } = phone
    const lost = phone.vault.create
    phone.vault.create = (options) => {
      phone.loseNextAnswer()
      return lost(options)
    }
    const registered = await registerPasskey(ADAS)
    assert.ok(registered && !registered.alreadyRegistered)
    assert.equal((await phone.listPasskeys()).length, 1)
    await withScope(app, phone)
    assert.equal(await phone.registerPasskey(ADAS), undefined)
  })

  test(`${on}: what can go wrong has its case`, async () => {
    const app = await shop(w)
    const userId = await user(w, app, { email: ADA })
    const phone = install(scene, app)
    await assertFails(phone.loginWithPasskey(), 'PasskeyNotConfigured', 'passkey_not_configured')
    await phone.finalize(await challengeToken(w, app, userId))
    await withScope(app, phone)
    await assertFails(phone.registerPasskey(ADAS), 'PasskeyNotConfigured', 'passkey_not_configured')
    await takePasskeys(app, { allowed_origins: [`https://login.${RP_ID}`] })
    await assertFails(phone.registerPasskey(ADAS), 'PasskeyRegistrationFailed', 'passkey_registration_failed')
    await takePasskeys(app)
    // The phone keeps what was not registered, and offers it.
    await assertFails(phone.loginWithPasskey(), 'Unauthorized', 'unauthorized')
    phone.vault.held.length = 0
    const registered = await phone.registerPasskey(ADAS)
    const { credential_id: id } = registered?.credential ?? assert.fail('registered nothing')
    await assertFails(phone.renamePasskey(`${id}AAAA`, 'Phone'), 'NotFound', 'not_found')
    await assertFails(phone.renamePasskey(id, 'x'.repeat(65)), 'BadRequest', 'bad_request')
    const { get } = phone.vault
    phone.vault.get = (options) => {
      const answer = get(options)
      w.advance(300_000)
      return answer
    }
    await assertFails(phone.loginWithPasskey(), 'ExpiredChallengeToken', 'expired_challenge_token')
    await takePasskeys(app, { login_enabled: false })
    await assertFails(phone.loginWithPasskey(), 'PasskeyNotConfigured', 'passkey_not_configured')
  })

  test(`${on}: every call of a passkey has the headers and the body that the SDK sends, and no others`, async () => {
    const { app, phone } = await signedIn()
    await withScope(app, phone)
    await phone.registerPasskey(ADAS)
    const [{ credential_id = '' } = {}] = await phone.listPasskeys()
    await phone.renamePasskey(credential_id, 'Phone')
    await phone.loginWithPasskey()
    await phone.deletePasskey(credential_id)
    const always = ['accept', 'cookie', 'host', 'user-agent', 'x-device-id']
    const proof = platform.name === 'Android' ? ['dpop'] : []
    const rows = phone.exchanges
      .filter(({ path }) => path.includes('passkey'))
      .map(({ method, path, headers, body }) => [
        `${method} ${path.replace(credential_id, '{id}')}`,
        Object.keys(headers)
          .filter((name) => !always.includes(name))
          .sort(),
        Object.keys(JSON.parse(body ?? '{}')),
      ])
    const json = ['authorization', 'content-type', ...proof]
    assert.deepEqual(rows, [
      ['POST /me/passkeys/register/begin', json, ['username']],
      ['POST /me/passkeys/register/finish', json, ['registration_token', 'attestation']],
      ['GET /me/passkeys', ['authorization', ...proof], []],
      ['PATCH /me/passkeys/{id}', json, ['nickname']],
      ['POST /login/passkey/begin', ['content-type'], ['dispatch_id']],
      ['POST /login/passkey/finish', ['content-type'], ['login_token', 'assertion']],
      ['DELETE /me/passkeys/{id}', ['authorization', ...proof], []],
    ])
  })
}
