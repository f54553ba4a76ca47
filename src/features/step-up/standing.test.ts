import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type Client, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { stages } from '../../../test/house/stages.ts'
import { challenged, configure, direct, managed, requestScope, sendCode, step } from '../../../test/house/step-up.ts'
import { insertIdentifier } from '../../core/identifiers/store.ts'
import type { IdentifierType } from '../../core/identifiers/tables.ts'

const DAY = 86_400_000
const EMAIL = 'owner@example.com'
const PHONE = '+306944440000'

const by = (scope: string, type: IdentifierType, change: object = {}) => {
  const steps = [step(type === 'phone_number' ? 'verify_sms' : 'verify_email')]
  return direct(scope, { identifier_types: [type], steps, ...change })
}

for (const { engine, w } of await stages()) {
  const prove = (app: TestApp, { userId }: Client, type: IdentifierType, value: string) =>
    w.deps.transact((tx) => insertIdentifier(tx, w.deps, app.id, userId, { type, value }, true))

  /** The owner of an address, logged in for a while; scopes by phone before those by e-mail. */
  async function story(...scopes: object[]) {
    const app = await application(w)
    await configure(app, ...scopes)
    const userId = await user(w, app, { email: EMAIL })
    w.advance(2 * DAY)
    return { app, client: await login(w, app, userId) }
  }

  const recipientOf = async (app: TestApp, client: Client, scope: string) =>
    (await sendCode(w, app, await challenged(app, client, scope))).recipient

  for (const scope of ['prld:pwd:write', 'prld:identifiers:write']) {
    test(`${engine}: what a session has just added proves nothing for ${scope} while there is something older`, async () => {
      const { app, client } = await story(by(scope, 'phone_number'), by(scope, 'email_address'))
      w.advance(1_000)
      await prove(app, client, 'phone_number', PHONE)
      assert.equal(await recipientOf(app, client, scope), EMAIL)
      w.advance(29 * DAY)
      await client.post(REFRESH)
      assert.equal(await recipientOf(app, client, scope), EMAIL, 'the session is the one that added it')
    })
  }

  test(`${engine}: an address that was added beside an older one is not the one a code goes to`, async () => {
    const { app, client } = await story(by('prld:pwd:write', 'email_address'))
    await prove(app, client, 'email_address', 'aaa@example.org')
    assert.equal(await recipientOf(app, client, 'prld:pwd:write'), EMAIL)
  })

  test(`${engine}: where only the new one would do, the scope is not to be had; after a day a new login may use it`, async () => {
    const { app, client } = await story(by('prld:pwd:write', 'phone_number'))
    await prove(app, client, 'phone_number', PHONE)
    const early = await requestScope(app, client, 'prld:pwd:write')
    assertRefused(early, 'direct_scope_identifier_mismatch', 'forbidden')
    w.advance(DAY - 1_000)
    const tooYoung = await login(w, app, client.userId)
    assert.equal((await requestScope(app, tooYoung, 'prld:pwd:write')).status, 403)
    w.advance(1_000)
    const later = await login(w, app, client.userId)
    assert.equal(await recipientOf(app, later, 'prld:pwd:write'), PHONE)
  })

  test(`${engine}: of two old ones the entry of the older wins, whatever the order of the entries`, async () => {
    const { app, client } = await story(by('prld:pwd:write', 'phone_number'), by('prld:pwd:write', 'email_address'))
    await prove(app, client, 'phone_number', PHONE)
    w.advance(3 * DAY)
    const later = await login(w, app, client.userId)
    assert.equal(await recipientOf(app, later, 'prld:pwd:write'), EMAIL)
  })

  test(`${engine}: the application’s own scopes take any proof, in the order of their entries`, async () => {
    const { app, client } = await story(by('pay', 'phone_number'), by('pay', 'email_address'))
    await prove(app, client, 'phone_number', PHONE)
    assert.equal(await recipientOf(app, client, 'pay'), PHONE)
  })

  test(`${engine}: how long a proof is too young is a setting`, async () => {
    const { app, client } = await story(by('prld:pwd:write', 'phone_number'))
    await prove(app, client, 'phone_number', PHONE)
    const settings = { step_up: { proof_age_seconds: 60 } }
    assert.equal((await app.manage('/settings', { method: 'PATCH', body: { settings } })).status, 200)
    w.advance(59_999)
    const early = await login(w, app, client.userId)
    assert.equal((await requestScope(app, early, 'prld:pwd:write')).status, 403)
    w.advance(1)
    const later = await login(w, app, client.userId)
    assert.equal(await recipientOf(app, later, 'prld:pwd:write'), PHONE)
  })

  test(`${engine}: addresses cannot be tried out by many accounts of one network`, async () => {
    const app = await application(w)
    await configure(app, managed('prld:email:register'))
    const clients = []
    for (let i = 0; i < 4; i++)
      clients.push(await login(w, app, await user(w, app, { email: `catch${i}@example.org` })))
    const statuses: number[] = []
    for (const client of clients) {
      for (let i = 0; i < 10; i++) {
        const metadata = { identifier: `someone${i}@example.net` }
        statuses.push((await requestScope(app, client, 'prld:email:register', { metadata })).status)
      }
    }
    assert.deepEqual(statuses.slice(0, 20), Array(20).fill(200))
    assert.deepEqual(statuses.slice(20), Array(20).fill(429))
  })
}
