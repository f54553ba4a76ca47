import assert from 'node:assert/strict'
import { test } from 'node:test'
import { user } from '../builders.ts'
import { ADA, assertFails, install, scenes, sessionsOf, shop, signIn } from './stage.ts'

const DAY_MS = 86_400_000

for (const scene of await scenes()) {
  const { on, w } = scene

  async function signedIn(clockAheadMs = 0) {
    const app = await shop(w)
    const userId = await user(w, app, { email: ADA })
    const phone = install(scene, app, { clockAheadMs })
    await signIn(w, app, phone)
    return { app, userId, phone }
  }

  test(`${on}: logout forgets the session on the device, then ends it by one call; the device stays the same one`, async () => {
    const { app, userId, phone } = await signedIn()
    const { id, key } = phone.device
    await phone.logout()
    assert.deepEqual(phone.told(), ['POST /revoke 204'])
    const { nonce, refreshToken, access } = phone.device
    assert.deepEqual([phone.device.key, nonce, refreshToken, access], [undefined, undefined, undefined, undefined])
    assert.deepEqual(await sessionsOf(app, userId), [])
    await phone.logout()
    assert.deepEqual(phone.told(), [])

    await signIn(w, app, phone)
    assert.notEqual(phone.device.key?.thumbprint, key?.thumbprint)
    assert.equal(phone.device.id, id)
    assert.ok(phone.device.refreshToken)
  })

  test(`${on}: logout with a nonce that is stale and a clock that is wrong reaches the server at the first try`, async () => {
    for (const clockAheadMs of [0, DAY_MS, -DAY_MS]) {
      const { app, userId, phone } = await signedIn(clockAheadMs)
      w.advance(3_600_000)
      assert.ok(phone.device.nonce)
      await phone.logout()
      assert.deepEqual(phone.told(), ['POST /revoke 204'])
      assert.deepEqual(await sessionsOf(app, userId), [])
    }
  })

  test(`${on}: a nonce that nobody issued does not keep a user from logging out`, async () => {
    const { app, userId, phone } = await signedIn()
    phone.device.nonce = 'srv-nonce-1'
    await phone.logout()
    assert.deepEqual(await sessionsOf(app, userId), [])
  })

  test(`${on}: logout forgets the session even when the server is not reached, and the app is told`, async () => {
    const { app, userId, phone } = await signedIn()
    phone.loseNextAnswer()
    await assertFails(phone.logout(), 'Generic', 'network_error')
    assert.equal(phone.device.refreshToken, undefined)
    assert.deepEqual(await sessionsOf(app, userId), [])
  })
}
