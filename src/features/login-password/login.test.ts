import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, dpopKey, FINALIZE, REFRESH, login as signIn, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import {
  assertOverloaded,
  fillHashQueue,
  givePassword,
  LOGIN,
  logIn,
  PASSWORD,
  PASSWORD_CONFIG,
  passwordApp,
  passwordConfig,
  storedPassword,
  userWithPassword,
  WRONG,
} from '../../../test/house/passwords.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { insertIdentifier } from '../../core/identifiers/store.ts'
import { hashPath } from '../../core/passwords/hashing.ts'

const EMAIL = 'ada@example.com'

for (const { engine, w } of await stages()) {
  test(`${engine}: the right password answers a challenge token, and finalize a session that says so`, async () => {
    const app = await passwordApp(w)
    const userId = await userWithPassword(w, app, EMAIL)
    const answer = await logIn(app, EMAIL, PASSWORD)
    assert.equal(answer.status, 200)
    assert.deepEqual(Object.keys(answer.body), ['challenge_token'])
    const finalized = await finalizeWith(app, await dpopKey(w), answer.body.challenge_token)
    assert.equal(finalized.status, 200)
    const claims = claimsOf(finalized.body.access_token)
    assert.equal(claims.sub, userId)
    assert.deepEqual(claims.amr, ['pwd'])
  })

  test(`${engine}: members that SDKs add are ignored; the address is normalised, the password is not trimmed`, async () => {
    const app = await passwordApp(w)
    await userWithPassword(w, app, EMAIL, { password: ` ${PASSWORD} ` })
    const body = { identifier: '  ADA@Example.COM ', password: ` ${PASSWORD} `, dispatch_id: 'x', signals: {} }
    assert.equal((await app.call(LOGIN, { body })).status, 200)
    assertRefused(await logIn(app, EMAIL, PASSWORD), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: a password may be typed on any keyboard: NFKC forms are the same`, async () => {
    const app = await passwordApp(w)
    await userWithPassword(w, app, EMAIL, { password: 'naïve ﬁancé 2024' })
    assert.equal((await logIn(app, EMAIL, 'nai\u0308ve fiance\u0301 ２０２４')).status, 200)
  })

  test(`${engine}: every byte of a long password counts`, async () => {
    const app = await passwordApp(w, {
      password_compliancy: { ...passwordConfig().password_compliancy, max_length: 0 },
    })
    const long = 'x'.repeat(1023)
    await userWithPassword(w, app, EMAIL, { password: `${long}a` })
    assertRefused(await logIn(app, EMAIL, `${long}b`), 'unauthorized', 'unauthorized')
    assert.equal((await logIn(app, EMAIL, `${long}a`)).status, 200)
    assertRefused(await logIn(app, EMAIL, `${long}aa`), 'bad_request', 'bad_request')
  })

  test(`${engine}: a request without address or password is refused, and so is what is no address`, async () => {
    const app = await passwordApp(w)
    for (const body of [{ identifier: EMAIL }, { password: PASSWORD }, { identifier: EMAIL, password: '' }, {}])
      assertRefused(await app.call(LOGIN, { body }), 'bad_request', 'bad_request')
    for (const identifier of ['ada', '+33612345678', 'ada@', ''])
      assertRefused(await logIn(app, identifier, PASSWORD), 'invalid_identifier', 'bad_request')
  })

  test(`${engine}: where login by password is not configured, or switched off, it is a bad request`, async () => {
    const unconfigured = await application(w)
    await userWithPassword(w, unconfigured, EMAIL)
    assertRefused(await logIn(unconfigured, EMAIL, PASSWORD), 'bad_request', 'bad_request')
    const off = await passwordApp(w, { enabled: false })
    await userWithPassword(w, off, EMAIL)
    assertRefused(await logIn(off, EMAIL, PASSWORD), 'bad_request', 'bad_request')
    await off.manage(PASSWORD_CONFIG, { method: 'PUT', body: passwordConfig() })
    assert.equal((await logIn(off, EMAIL, PASSWORD)).status, 200)
  })

  test(`${engine}: who has no such user, no password, a wrong one or a block cannot tell which`, async () => {
    const app = await passwordApp(w)
    await userWithPassword(w, app, EMAIL)
    await user(w, app, { email: 'otp-only@example.com' })
    const blocked = await userWithPassword(w, app, 'blocked@example.com')
    await app.manage(`/users/${blocked}/status`, { method: 'PUT', body: { status: 'inactive' } })
    const unproven = await user(w, app)
    await givePassword(app, unproven)
    await w.deps.transact((tx) =>
      insertIdentifier(tx, w.deps, app.id, unproven, { type: 'email_address', value: 'unproven@example.com' }, false),
    )
    const answers = await Promise.all([
      logIn(app, EMAIL, WRONG),
      logIn(app, 'nobody@example.com', PASSWORD),
      logIn(app, 'otp-only@example.com', PASSWORD),
      logIn(app, 'blocked@example.com', PASSWORD),
      logIn(app, 'unproven@example.com', PASSWORD),
    ])
    const [first, ...others] = answers.map(({ status, headers, body: { request_id: _, ...body } }) => {
      const { date: __, 'x-request-id': ___, ...rest } = Object.fromEntries(headers)
      return { status, body, rest }
    })
    assertRefused(answers[0] as (typeof answers)[0], 'unauthorized', 'unauthorized')
    for (const other of others) assert.deepEqual(other, first)
  })

  test(`${engine}: an application may tell that a user has no password; then, and only then, it is told`, async () => {
    const app = await passwordApp(w, { reveal_password_not_set: true })
    await user(w, app, { email: EMAIL })
    assertRefused(await logIn(app, EMAIL, PASSWORD), 'password_not_set', 'bad_request')
    assertRefused(await logIn(app, 'nobody@example.com', PASSWORD), 'unauthorized', 'unauthorized')
    const blocked = await user(w, app, { email: 'blocked@example.com' })
    await app.manage(`/users/${blocked}/status`, { method: 'PUT', body: { status: 'inactive' } })
    assertRefused(await logIn(app, 'blocked@example.com', PASSWORD), 'unauthorized', 'unauthorized')
  })

  test(`${engine}: a password is good in its own application only`, async () => {
    const [app, other] = [await passwordApp(w), await passwordApp(w)]
    await userWithPassword(w, app, EMAIL)
    await userWithPassword(w, other, EMAIL, { password: 'another one altogether' })
    assertRefused(await logIn(other, EMAIL, PASSWORD), 'unauthorized', 'unauthorized')
    assert.equal((await logIn(app, EMAIL, PASSWORD)).status, 200)
  })

  test(`${engine}: a password goes with its address: taken away, it logs nobody in, and with its user it is deleted`, async () => {
    const app = await passwordApp(w)
    const userId = await userWithPassword(w, app, EMAIL)
    const identifier = { type: 'email_address', value: EMAIL }
    await app.manage(`/users/${userId}/identifiers`, { method: 'DELETE', body: { identifier } })
    assertRefused(await logIn(app, EMAIL, PASSWORD), 'unauthorized', 'unauthorized')
    await app.manage(`/users/${userId}`, { method: 'DELETE' })
    assert.equal(await storedPassword(w, app, userId), undefined)
  })

  test(`${engine}: a hash that costs less than it should is renewed at the next login, and no other`, async () => {
    const app = await passwordApp(w)
    const userId = await userWithPassword(w, app, EMAIL)
    const hash = async () => (await storedPassword(w, app, userId))?.hash ?? ''
    const before = await hash()
    assert.match(before, /^\$argon2id\$v=19\$m=7168,t=5,p=1\$/)
    await logIn(app, EMAIL, PASSWORD)
    assert.equal(await hash(), before)
    await app.manage(PASSWORD_CONFIG, {
      method: 'PUT',
      body: passwordConfig({ argon2: { memory_kib: 8192, iterations: 5 } }),
    })
    await logIn(app, EMAIL, WRONG)
    assert.equal(await hash(), before)
    assert.equal((await logIn(app, EMAIL, PASSWORD)).status, 200)
    assert.match(await hash(), /^\$argon2id\$v=19\$m=8192,t=5,p=1\$/)
    assert.equal((await logIn(app, EMAIL, PASSWORD)).status, 200)
  })

  test(`${engine}: when there are more logins than can be hashed, they are put off; refreshing goes on`, async () => {
    const app = await passwordApp(w)
    const userId = await userWithPassword(w, app, EMAIL)
    const client = await signIn(w, app, userId)
    const release = fillHashQueue(w)
    assertOverloaded(await logIn(app, EMAIL, PASSWORD))
    assertOverloaded(await logIn(app, 'nobody@example.com', PASSWORD))
    assert.equal((await client.post(REFRESH)).status, 200)
    await release()
    assert.equal((await logIn(app, EMAIL, PASSWORD)).status, 200)
  })

  test(`${engine}: a login that was put off is not counted`, async () => {
    const limit = { ttl: 600_000_000_000, limit: 2 }
    const app = await passwordApp(w, { rate_limit_login_ip: limit, rate_limit_login_identifier: limit })
    await userWithPassword(w, app, EMAIL)
    const release = fillHashQueue(w)
    for (let i = 0; i < 3; i++) assertOverloaded(await logIn(app, EMAIL, PASSWORD))
    await release()
    assert.equal((await logIn(app, EMAIL, PASSWORD)).status, 200)
  })

  test(`${engine}: neither password nor hash reaches the log`, async () => {
    const app = await passwordApp(w)
    w.log.length = 0
    const userId = await userWithPassword(w, app, 'quiet@example.com')
    await logIn(app, 'quiet@example.com', PASSWORD)
    await logIn(app, 'quiet@example.com', WRONG)
    const log = w.log.join('')
    const hash = (await storedPassword(w, app, userId))?.hash.split('$').at(-1) ?? ''
    for (const secret of [PASSWORD, WRONG, hash, 'quiet@example.com']) assert.ok(!log.includes(secret), secret)
  })

  test(`${engine}: of a used challenge token there is no second session`, async () => {
    const app = await passwordApp(w)
    await userWithPassword(w, app, EMAIL)
    const { challenge_token } = (await logIn(app, EMAIL, PASSWORD)).body
    assert.equal((await finalizeWith(app, await dpopKey(w), challenge_token)).status, 200)
    assertRefused(await app.call(FINALIZE, { body: { challenge_token } }), 'token_reused', 'conflict')
  })
}

test('hashes are shared by application, then by whom it knows and all others, then by network', () => {
  assert.deepEqual(hashPath('shop', 'known', '2001:db8:1:2::3'), [
    'shop',
    'known',
    '2001:db8:1::/48',
    '2001:db8:1:2::/64',
  ])
  assert.deepEqual(hashPath('shop', 'unknown', '203.0.113.7'), ['shop', 'unknown', '203.0.113.0/24', '203.0.113.7/32'])
})
