import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, dpopKey, type TestApp, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { shown } from '../../../test/house/legacy.ts'
import {
  assertOverloaded,
  fillHashQueue,
  logIn,
  PASSWORD,
  passwordApp,
  SIGN_UP,
  signUp,
  storedPassword,
  WRONG,
} from '../../../test/house/passwords.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import type { World } from '../../../test/world.ts'
import { deletePassword, findSignUp } from '../../core/passwords/store.ts'

const EMAIL = 'ada@example.com'

const openApp = (w: World, change: object = {}) => passwordApp(w, { sign_up_enabled: true, ...change })

async function signedUp(w: World, app: TestApp, email = EMAIL): Promise<string> {
  const answer = await signUp(app, email, PASSWORD)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  const finalized = await finalizeWith(app, await dpopKey(w), answer.body.challenge_token)
  assert.equal(finalized.status, 200)
  return String(claimsOf(finalized.body.access_token).sub)
}

for (const { engine, w } of await stages()) {
  test(`${engine}: who signs up has a session at once, and logs in again; the address stays unproven and owns nothing`, async () => {
    const app = await openApp(w)
    const userId = await signedUp(w, app, 'Ada@Example.com')
    assert.deepEqual((await shown(app, userId)).identifiers, [])
    const [created, ...more] = await eventsOf(w, app, 'user.created')
    assert.equal(created?.source, 'sign_up')
    assert.deepEqual(created?.identifiers, [])
    assert.deepEqual(await eventsOf(w, app, 'user.identifier.created'), [])
    assert.deepEqual(more, [])

    const again = await logIn(app, EMAIL, PASSWORD)
    assert.equal(again.status, 200)
    const finalized = await finalizeWith(app, await dpopKey(w), again.body.challenge_token)
    assert.equal(claimsOf(finalized.body.access_token).sub, userId)
    assertRefused(await logIn(app, EMAIL, WRONG), 'unauthorized', 'unauthorized')

    const owner = await app.manage('/users', { body: { identifiers: [{ type: 'email_address', value: EMAIL }] } })
    assert.equal(owner.status, 201)
  })

  test(`${engine}: an address with a proven owner is taken, and so is that of an earlier sign-up`, async () => {
    const app = await openApp(w)
    await user(w, app, { email: 'owned@example.com' })
    assertRefused(await signUp(app, 'OWNED@example.com', PASSWORD), 'identifier_already_exists', 'conflict')
    await signedUp(w, app)
    assertRefused(await signUp(app, EMAIL, 'another one altogether'), 'identifier_already_exists', 'conflict')
    assert.equal((await app.manage('/users')).body.users.length, 2)
    assert.equal((await logIn(app, EMAIL, PASSWORD)).status, 200)
    assertRefused(await logIn(app, EMAIL, 'another one altogether'), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: the password of a fresh sign-up is not guessed by signing up again: that counts as a login`, async () => {
    const limit = { ttl: 600_000_000_000, limit: 3 }
    const app = await passwordApp(w, { sign_up_enabled: true, rate_limit_login_identifier: limit })
    await signedUp(w, app)
    for (let i = 0; i < 3; i++) {
      const guess = await signUp(app, EMAIL, `${WRONG} ${i}`, `198.51.100.${i}`)
      assertRefused(guess, 'identifier_already_exists', 'conflict')
    }
    assertRefused(await signUp(app, EMAIL, PASSWORD, '198.51.100.9'), 'identifier_already_exists', 'conflict')
    assertRefused(await logIn(app, EMAIL, PASSWORD, '198.51.100.9'), 'rate_limited', 'rate_limited')
  })

  test(`${engine}: a sign-up whose answer was lost is answered again for a minute, to the same password alone`, async () => {
    const app = await openApp(w)
    const userId = await signedUp(w, app)
    w.advance(59_999)
    assertRefused(await signUp(app, EMAIL, 'another one altogether'), 'identifier_already_exists', 'conflict')
    assert.equal(await signedUp(w, app), userId)
    w.advance(1)
    assertRefused(await signUp(app, EMAIL, PASSWORD), 'identifier_already_exists', 'conflict')
    assert.equal((await app.manage('/users')).body.users.length, 1)
  })

  test(`${engine}: an owner who proves the address is the one whom it logs in`, async () => {
    const app = await openApp(w)
    await signedUp(w, app)
    await user(w, app, { email: EMAIL })
    assertRefused(await logIn(app, EMAIL, PASSWORD), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: once its password is evicted a sign-up logs nobody in, and the address is free`, async () => {
    const app = await openApp(w)
    const userId = await signedUp(w, app)
    assert.equal(await findSignUp(w.deps.db, app.id, EMAIL), userId)
    const evict = () => w.deps.transact((tx) => deletePassword(tx, app.id, userId))
    assert.equal(await evict(), true)
    assert.equal(await evict(), false)
    assertRefused(await logIn(app, EMAIL, PASSWORD), 'unauthorized', 'unauthorized')
    assert.notEqual(await signedUp(w, app), userId)
  })

  test(`${engine}: a sign-up that has lost its address logs nobody in by it, and keeps nobody from signing up`, async () => {
    const app = await openApp(w)
    const first = await signedUp(w, app)
    const identifier = { type: 'email_address', value: EMAIL }
    await app.manage(`/users/${first}/identifiers`, { method: 'DELETE', body: { identifier } })
    assertRefused(await logIn(app, EMAIL, PASSWORD), 'unauthorized', 'unauthorized')
    assert.notEqual(await signedUp(w, app), first)
    assert.equal((await storedPassword(w, app, first))?.unproven_email, null)
  })

  test(`${engine}: a password that breaks the rules is refused with the reason, and creates nobody`, async () => {
    const app = await openApp(w)
    for (const [password, reason] of [
      ['short', 'at least 8 characters'],
      ['x'.repeat(129), 'at most 128 characters'],
      ['password123', 'most common'],
    ] as const) {
      const answer = await signUp(app, EMAIL, password)
      assertRefused(answer, 'invalid_password', 'bad_request')
      assert.ok(answer.body.message.includes(reason), answer.body.message)
    }
    assert.equal((await app.manage('/users')).body.users.length, 0)
  })

  test(`${engine}: where nobody may sign up it is forbidden, where password login is not configured a bad request`, async () => {
    assertRefused(await signUp(await passwordApp(w), EMAIL, PASSWORD), 'forbidden', 'forbidden')
    assertRefused(await signUp(await application(w), EMAIL, PASSWORD), 'bad_request', 'bad_request')
    assertRefused(await signUp(await openApp(w, { enabled: false }), EMAIL, PASSWORD), 'bad_request', 'bad_request')
  })

  test(`${engine}: what is no address, or no password, signs nobody up`, async () => {
    const app = await openApp(w)
    assertRefused(await signUp(app, 'ada', PASSWORD), 'invalid_identifier', 'bad_request')
    assertRefused(await app.call(SIGN_UP, { body: { identifier: EMAIL } }), 'bad_request', 'bad_request')
  })

  test(`${engine}: sign-ups wait for a hash like logins, and no longer`, async () => {
    const app = await openApp(w)
    const release = fillHashQueue(w)
    assertOverloaded(await signUp(app, EMAIL, PASSWORD))
    await release()
    await signedUp(w, app)
  })
}
