import assert from 'node:assert/strict'
import { test } from 'node:test'
import { claimsOf } from '../builders.ts'
import { deviceBound, plugIn, synced } from './authenticators.ts'
import { scopeOf } from './bank.ts'
import { logIn, loginAnswer, ownPasskeys, passkeyTab, register, removePasskey, stepUp } from './passkey-tab.ts'
import { lines } from './tab.ts'

const usb = { transport: 'usb' } as const
const withoutUser = { hasUserVerification: false, isUserVerified: false }

test('a page with the SDK: a passkey made after a step-up opens the SDK’s session, and gets it a scope', async (t) => {
  const { w, app, userId, tab } = await passkeyTab(t)
  await plugIn(tab.page, synced)
  const id = await register(w, app, tab)
  await tab.sdk('logout')
  await lines(tab)
  await logIn(tab, true)
  const begun = ['POST /login/passkey/begin 200', 'POST /login/passkey/finish 200', 'POST /login/finalize 200']
  assert.deepEqual(await lines(tab), begun, 'offered in a field')
  assert.equal((await tab.sdk('getProfile'))?.sub, userId)

  await stepUp(tab, 'transfer:write')
  assert.equal(await scopeOf(tab), 'transfer:write')
  await tab.sdk('invalidateCache')
  await tab.sdk('refresh')
  assert.equal(await scopeOf(tab), undefined)
  const [{ credential_id, last_used_at }] = await ownPasskeys(tab)
  assert.equal(credential_id, id)
  assert.ok(last_used_at > 0)
})

const kinds = [
  { name: 'built in, synced', kind: synced, amr: ['swk', 'user'], transport: 'internal', backup_state: true },
  { name: 'built in', kind: deviceBound, amr: ['hwk', 'user'], transport: 'internal', backup_state: false },
  { name: 'USB', kind: { ...usb, ...deviceBound }, amr: ['hwk', 'user'], transport: 'usb', backup_state: false },
]

test('authenticators of each kind register and log in, and the session says by what', async (t) => {
  const { w, app, tab } = await passkeyTab(t)
  for (const { name, kind, amr, transport, backup_state } of kinds) {
    const authenticator = await plugIn(tab.page, kind)
    const id = await register(w, app, tab)
    const { challenge_token } = (await loginAnswer(tab)).body
    assert.deepEqual(claimsOf(challenge_token).amr, amr, name)
    const known = (await ownPasskeys(tab)).find((one: { credential_id: string }) => one.credential_id === id)
    assert.deepEqual([known.transports, known.backup_state], [[transport], backup_state], name)
    await authenticator.remove()
  }
})

test('who is not known to the device makes no passkey; a device has one of each user; a removed one logs nobody in', async (t) => {
  const { w, app, tab } = await passkeyTab(t)
  const key = await plugIn(tab.page, { ...usb, ...withoutUser })
  assert.equal(await register(w, app, tab), 'NotAllowedError')
  await key.remove()

  const laptop = await plugIn(tab.page)
  const id = await register(w, app, tab)
  assert.deepEqual(await laptop.credentialIds(), [id])
  assert.equal(await register(w, app, tab), 'InvalidStateError')
  assert.equal((await ownPasskeys(tab)).length, 1)
  await laptop.verify(false)
  assert.deepEqual(await loginAnswer(tab), { status: 0, body: { error: 'NotAllowedError' } })
  await laptop.verify(true)

  assert.equal((await removePasskey(tab, id)).status, 204)
  assert.deepEqual(await ownPasskeys(tab), [])
  const { status, body } = await loginAnswer(tab)
  assert.deepEqual([status, body.code], [401, 'unauthorized'])
  assert.notEqual(await register(w, app, tab), id)
})

test('a key that cannot know its user does a step where that is only preferred', async (t) => {
  const { w, app, tab } = await passkeyTab(t, { user_verification: 'preferred', login_enabled: false })
  await plugIn(tab.page, { ...usb, ...withoutUser })
  await register(w, app, tab)
  await stepUp(tab, 'transfer:write')
  assert.equal(await scopeOf(tab), 'transfer:write')
})
