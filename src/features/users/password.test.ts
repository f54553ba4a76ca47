import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, login, REFRESH, user } from '../../../test/builders.ts'
import { assertNoContent, assertRefused } from '../../../test/house/answers.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import {
  assertOverloaded,
  fillHashQueue,
  givePassword,
  logIn,
  PASSWORD,
  passwordApp,
  storedPassword,
  userWithPassword,
} from '../../../test/house/passwords.ts'
import { sessionRow } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'

const EMAIL = 'ada@example.com'
const BCRYPT = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
const OTHER = 'a quite different one'
const email = (value: string) => ({ type: 'email_address', value })

for (const { engine, w } of await stages()) {
  test(`${engine}: a password takes the place of the one before, and sessions live on`, async () => {
    const app = await passwordApp(w)
    const userId = await userWithPassword(w, app, EMAIL)
    const client = await login(w, app, userId)
    await givePassword(app, userId, { password: OTHER })
    assertRefused(await logIn(app, EMAIL, PASSWORD), 'unauthorized', 'unauthorized')
    assert.equal((await logIn(app, EMAIL, OTHER)).status, 200)
    await givePassword(app, userId, { password_hash: BCRYPT })
    assert.equal((await logIn(app, EMAIL, 'U*U')).status, 200)
    assert.equal((await client.post(REFRESH)).status, 200)
  })

  test(`${engine}: every session ends with the old password, when that is asked for`, async () => {
    const app = await passwordApp(w)
    const userId = await userWithPassword(w, app, EMAIL)
    const clients = [await login(w, app, userId), await login(w, app, userId, 'cookie')]
    await givePassword(app, userId, { password: OTHER, end_sessions: true })
    for (const client of clients) {
      assertRefused(await client.post(REFRESH), 'unauthorized', 'unauthorized')
      assert.equal((await sessionRow(w, app, client.sessionId)).end_reason, 'password_changed')
    }
  })

  test(`${engine}: a user is created with a password or a hash, and logs in`, async () => {
    const app = await passwordApp(w)
    const one = await app.manage('/users', { body: { identifiers: [email('one@example.com')], password: PASSWORD } })
    assert.equal(one.status, 201)
    const two = await app.manage('/users', { body: { identifiers: [email('two@example.com')], password_hash: BCRYPT } })
    assert.equal(two.status, 201)
    assert.equal((await logIn(app, 'one@example.com', PASSWORD)).status, 200)
    assert.equal((await logIn(app, 'two@example.com', 'U*U')).status, 200)
    const shown = await app.manage(`/users/${two.body.id}`)
    assert.ok(!JSON.stringify(shown.body).includes('$2a$') && !JSON.stringify(shown.body).includes('argon2'))
  })

  test(`${engine}: a user who is not created leaves no password`, async () => {
    const app = await passwordApp(w)
    await user(w, app, { email: EMAIL })
    const answer = await app.manage('/users', { body: { identifiers: [email(EMAIL)], password: PASSWORD } })
    assertDenied(answer, 'identifier_already_exists', 'conflict')
    assertRefused(await logIn(app, EMAIL, PASSWORD), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: a password in clear text must meet the rules, those of a configuration or the defaults`, async () => {
    const strict = { min_length: 12, max_length: 20, uppercase: 1, lowercase: 1, numbers: 1, symbols: 1 }
    const app = await passwordApp(w, { password_compliancy: strict })
    const unconfigured = await application(w)
    for (const [one, password, reason] of [
      [app, 'Aa1!Aa1!Aa1', 'at least 12 characters'],
      [app, 'Aa1!Aa1!Aa1!Aa1!Aa1!x', 'at most 20 characters'],
      [app, 'aa1!aa1!aa1!', 'at least 1 upper-case'],
      [unconfigured, '1234567', 'at least 8 characters'],
      [unconfigured, 'password1', 'most common'],
    ] as const) {
      const userId = await user(w, one)
      const put = await one.manage(`/users/${userId}/password`, { method: 'PUT', body: { password } })
      const identifiers = [email('new@example.com')]
      for (const answer of [put, await one.manage('/users', { body: { identifiers, password } })])
        assertDenied(answer, 'invalid_password', 'bad_request', reason)
      assert.equal(await storedPassword(w, one, userId), undefined)
    }
    await givePassword(app, await user(w, app), { password: 'Aa1!Aa1!Aa1!' })
    await givePassword(unconfigured, await user(w, unconfigured), { password: PASSWORD })
  })

  test(`${engine}: neither none nor both of password and hash`, async () => {
    const app = await passwordApp(w)
    const userId = await user(w, app)
    const both = { password: PASSWORD, password_hash: BCRYPT }
    for (const body of [{}, { end_sessions: true }, both, { password: 7 }, undefined])
      assertInvalid(await app.manage(`/users/${userId}/password`, { method: 'PUT', body }), 'body')
    assertInvalid(await app.manage('/users', { body: { identifiers: [email(EMAIL)], ...both } }), 'either')
  })

  test(`${engine}: an unknown user gets none`, async () => {
    const app = await passwordApp(w)
    for (const body of [{ password: PASSWORD }, { password_hash: BCRYPT }])
      assertNotFound(await app.manage('/users/usr_01h2xcejqtf2nbrexx3vqjhp41/password', { method: 'PUT', body }))
  })

  test(`${engine}: when there is too much to hash, a password waits and a hash does not`, async () => {
    const app = await passwordApp(w)
    const userId = await user(w, app, { email: EMAIL })
    const release = fillHashQueue(w)
    const put = (body: object) => app.manage(`/users/${userId}/password`, { method: 'PUT', body })
    assertOverloaded(await put({ password: PASSWORD }))
    const identifiers = [email('new@example.com')]
    assertOverloaded(await app.manage('/users', { body: { identifiers, password: PASSWORD } }))
    assertNoContent(await put({ password_hash: BCRYPT }))
    await release()
  })
}
