import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, claimsOf, dpopKey, sentCode, sentCodes, type TestApp, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import {
  checkWith,
  claimsIn,
  cookieOf,
  FAMILIES,
  loginByCode,
  NEW,
  started,
  tokenOf,
  wrongCode,
} from '../../../test/house/codes.ts'
import { shown } from '../../../test/house/legacy.ts'
import {
  givePassword,
  importedUser,
  logIn,
  PASSWORD,
  passwordApp,
  signUp,
  storedPassword,
  WRONG,
} from '../../../test/house/passwords.ts'
import { stages } from '../../../test/house/stages.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'

const EMAIL = 'ada@example.com'
const BCRYPT = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
const OLD = 'U*U'

const legacy = { external_id: 'wp-42', password_hash: BCRYPT }

/** That the password was right, and a code is under way. Answers the token of its verification. */
function assertProofAsked(answer: Answer): string {
  assert.equal(answer.status, 403, JSON.stringify(answer.body))
  assert.equal(answer.body.code, 'forbidden')
  const token = tokenOf(answer)
  assert.ok(answer.headers.getSetCookie()[0]?.includes(`=${token};`))
  return token
}

const asked = async (app: TestApp, password = OLD) => assertProofAsked(await logIn(app, EMAIL, password))

for (const { engine, w } of await stages()) {
  for (const family of FAMILIES) {
    test(`${engine}: an imported address is proven by one code, and its imported password stays (${family.name})`, async () => {
      const app = await passwordApp(w)
      const userId = await importedUser(w, app, legacy)
      assertRefused(await logIn(app, EMAIL, WRONG), 'unauthorized', 'unauthorized')
      assert.deepEqual(await sentCodes(w, app, EMAIL), [])
      const token = await asked(app)
      assert.deepEqual((await shown(app, userId)).identifiers, [])
      const code = await sentCode(w, app, EMAIL)
      assertRefused(await checkWith(app, family, token, wrongCode(code)), 'bad_check_code', 'unauthorized')
      // As a browser does, by the cookie alone.
      const right = await app.call(family.check, { body: { code }, headers: cookieOf(app, token) })
      const { sub, amr } = claimsIn(right)
      assert.deepEqual([sub, amr], [userId, ['pwd', 'otp']])
      assert.deepEqual((await shown(app, userId)).identifiers, [{ type: 'email_address', value: EMAIL }])

      const again = await logIn(app, EMAIL, OLD)
      const session = await finalizeWith(app, await dpopKey(w), again.body.challenge_token)
      assert.equal(claimsOf(session.body.access_token).sub, userId)
      assert.equal((await sentCodes(w, app, EMAIL)).length, 1)
    })
  }

  test(`${engine}: a start of a login by code in between keeps the login that the password began`, async () => {
    const app = await passwordApp(w)
    const userId = await importedUser(w, app, legacy)
    const token = await asked(app)
    w.advance(120_000)
    assert.equal(await started(app, NEW, EMAIL, cookieOf(app, token)), token)
    const answer = await checkWith(app, NEW, token, await sentCode(w, app, EMAIL))
    assert.equal(claimsIn(answer).sub, userId)
  })

  test(`${engine}: two imported users with one address: the password says whose account it is, and the other loses the address`, async () => {
    const app = await passwordApp(w)
    const first = await importedUser(w, app, legacy)
    const second = await importedUser(w, app, { external_id: 'wp-43' })
    await givePassword(app, second)
    const token = await asked(app, PASSWORD)
    const answer = await checkWith(app, NEW, token, await sentCode(w, app, EMAIL))
    assert.equal(claimsIn(answer).sub, second)
    assertRefused(await logIn(app, EMAIL, OLD), 'unauthorized', 'unauthorized')
    assert.deepEqual((await shown(app, first)).identifiers, [])
    assert.equal((await logIn(app, EMAIL, PASSWORD)).status, 200)
  })

  test(`${engine}: whoever signed up with the address keeps it from nobody, and from nobody's code`, async () => {
    const app = await passwordApp(w, { sign_up_enabled: true })
    assert.equal((await signUp(app, EMAIL, PASSWORD)).status, 200)
    const imported = await importedUser(w, app, legacy)
    assert.equal((await logIn(app, EMAIL, PASSWORD)).status, 200)
    const answer = await checkWith(app, NEW, await asked(app), await sentCode(w, app, EMAIL))
    assert.equal(claimsIn(answer).sub, imported)
    assertRefused(await logIn(app, EMAIL, PASSWORD), 'unauthorized', 'unauthorized')
    assert.equal((await logIn(app, EMAIL, OLD)).status, 200)
  })

  test(`${engine}: a squatter of the legacy system gets the address by no password, before and after its owner proves it`, async () => {
    const app = await passwordApp(w)
    const squatter = await importedUser(w, app, legacy)
    const token = await asked(app)
    const code = await sentCode(w, app, EMAIL)
    w.advance(61_000)
    const owner = claimsIn(await loginByCode(w, app, NEW, EMAIL)).sub
    assert.notEqual(owner, squatter)
    // The code was for the squatter's account: now it opens nobody's.
    assertRefused(await checkWith(app, NEW, token, code), 'bad_check_code', 'unauthorized')
    assertRefused(await logIn(app, EMAIL, OLD), 'unauthorized', 'unauthorized')
    assert.deepEqual((await shown(app, String(owner))).identifiers, [{ type: 'email_address', value: EMAIL }])
  })

  test(`${engine}: a code that is entered after the password was changed, or the user was blocked, opens nothing`, async () => {
    for (const change of ['password', 'block']) {
      const app = await passwordApp(w)
      const userId = await importedUser(w, app, legacy)
      const token = await asked(app)
      if (change === 'password') await givePassword(app, userId)
      else await app.manage(`/users/${userId}/status`, { method: 'PUT', body: { status: 'inactive' } })
      const late = await checkWith(app, NEW, token, await sentCode(w, app, EMAIL))
      assertRefused(late, 'bad_check_code', 'unauthorized')
      assert.deepEqual((await shown(app, userId)).identifiers, [])
    }
  })

  test(`${engine}: an address that somebody has proven is nobody else's, whatever password they have`, async () => {
    const app = await passwordApp(w)
    const imported = await importedUser(w, app, legacy)
    await user(w, app, { email: EMAIL })
    assertRefused(await logIn(app, EMAIL, OLD), 'unauthorized', 'unauthorized')
    assert.ok(await storedPassword(w, app, imported))
  })

  test(`${engine}: who sends codes by no e-mail can prove no address by one`, async () => {
    const app = await passwordApp(w)
    await importedUser(w, app, legacy)
    const body = { channel_type: 'sms', granted_scopes: [] }
    assert.equal((await app.manage('/config/login/otp', { body })).status, 201)
    assertRefused(await logIn(app, EMAIL, OLD), 'no_login_config', 'bad_request')
  })
}
