import assert from 'node:assert/strict'
import { test } from 'node:test'
import { user } from '../builders.ts'
import {
  ADA,
  assertFails,
  byMail,
  byPhone,
  codeFor,
  install,
  otherThan,
  otpConfig,
  PHONE,
  scenes,
  shop,
  signIn,
} from './stage.ts'

const COOKIE = /^__Host-verification-login_(\w+)=[^;]+; /

for (const scene of await scenes()) {
  const { on, w, platform } = scene
  const by = { e_mail: byMail, sms: byPhone }

  for (const [channel, identifier] of Object.entries(by)) {
    test(`${on}: a code by ${channel} opens a session for the user of that identifier`, async () => {
      const app = await shop(w)
      const userId = await user(w, app, { email: ADA, phone: PHONE })
      const phone = install(scene, app, { signals: true })
      await phone.startOTPLogin(identifier)
      await phone.checkOTP(await codeFor(w, app, identifier.value))
      assert.equal(phone.profile().sub, userId)
      assert.deepEqual(phone.told(), ['POST /otp 204', 'POST /otp/check 200', 'POST /login/finalize 200'])
    })
  }

  test(`${on}: the verification travels in a cookie that only its host gets back, until a minute after the code`, async () => {
    const app = await shop(w)
    const phone = install(scene, app)
    await phone.startOTPLogin(byMail)
    const [started] = phone.exchanges
    const [line = ''] = started?.answer.headers.getSetCookie() ?? []
    assert.equal(COOKIE.exec(line)?.[1], app.id)
    const attributes = line.split('; ').slice(1)
    assert.deepEqual(attributes.toSorted(), ['HttpOnly', 'Max-Age=600', 'Path=/', 'SameSite=Lax', 'Secure'])
    assert.ok(started?.answer.headers.get('x-verification-token'))

    const code = await codeFor(w, app)
    await phone.checkOTP(code)
    assert.ok(phone.exchanges[1]?.headers.cookie?.includes(line.split(';')[0] as string))
    await assertFails(phone.checkOTP(code), 'TokenReused', 'token_reused')
    w.advance(60_000)
    await assertFails(phone.checkOTP(code), 'Unauthorized', 'unauthorized')
    assert.doesNotMatch(phone.exchanges.at(-1)?.headers.cookie ?? '', /__Host-verification/)
  })

  test(`${on}: when the process ends before the code is there, Apple's cookie is still there, and Android starts again`, async () => {
    const app = await shop(w)
    const phone = install(scene, app)
    await phone.startOTPLogin(byMail)
    phone.restart()
    const checked = phone.checkOTP(await codeFor(w, app))
    if (platform.keepsCookies) await checked
    else {
      await assertFails(checked, 'Unauthorized', 'unauthorized')
      await signIn(w, app, phone)
    }
    assert.ok(phone.profile().sid)
  })

  test(`${on}: X-Verification-Token stands for the cookie, and wins over it`, async () => {
    const app = await shop(w)
    const phone = install(scene, app)
    const token = await phone.startOTPLogin(byMail)
    const code = await codeFor(w, app)
    await phone.startOTPLogin(byPhone)
    await phone.checkOTP(code, token)
    assert.ok(phone.exchanges.find(({ path }) => path === '/otp/check')?.headers.cookie)
    assert.deepEqual(await phone.listIdentifiers(), [byMail])
    await assertFails(phone.checkOTP(code, token), 'TokenReused', 'token_reused')

    const alone = install(scene, app)
    const other = await alone.startOTPLogin(byMail)
    alone.jar.clear()
    await alone.checkOTP(await codeFor(w, app), other)
    assert.equal(alone.exchanges.find(({ path }) => path === '/otp/check')?.headers.cookie, undefined)
  })

  test(`${on}: a code is sent again, up to three times; the newest is the one that counts`, async () => {
    const app = await shop(w)
    const phone = install(scene, app)
    await phone.startOTPLogin(byMail)
    const codes = [await codeFor(w, app)]
    for (let i = 0; i < 3; i++) {
      await phone.resendOTP()
      codes.push(await codeFor(w, app))
    }
    await assertFails(phone.resendOTP(), 'RateLimited', 'rate_limited')
    const [first = '', last = ''] = [codes[0], codes[3]]
    if (first !== last) await assertFails(phone.checkOTP(first), 'InvalidOTPCode', 'bad_check_code')
    await phone.checkOTP(last)
    const bodies = phone.exchanges.filter(({ path }) => path === '/otp/retry').map(({ body }) => body)
    assert.deepEqual(new Set(bodies), new Set([platform.name === 'Android' ? '{}' : undefined]))
  })

  test(`${on}: a wrong code leaves the verification usable, five times`, async () => {
    const app = await shop(w)
    const phone = install(scene, app)
    await phone.startOTPLogin(byMail)
    const code = await codeFor(w, app)
    await assertFails(phone.checkOTP(otherThan(code)), 'InvalidOTPCode', 'bad_check_code')
    await phone.checkOTP(code)

    await phone.startOTPLogin(byMail)
    const next = await codeFor(w, app)
    for (let i = 0; i < 5; i++) await assertFails(phone.checkOTP(otherThan(next)), 'InvalidOTPCode', 'bad_check_code')
    await assertFails(phone.checkOTP(next), 'InvalidOTPCode', 'bad_check_code')
  })

  test(`${on}: a code is good for ten minutes`, async () => {
    const app = await shop(w)
    const phone = install(scene, app)
    const token = await phone.startOTPLogin(byMail)
    const code = await codeFor(w, app)
    w.advance(600_000)
    await assertFails(phone.checkOTP(code, token), 'Unauthorized', 'unauthorized')
    await assertFails(phone.resendOTP(), 'Unauthorized', 'unauthorized')
  })

  test(`${on}: who has no account is answered like who has one; where nobody may sign up, no code is right`, async () => {
    const app = await shop(w)
    const phone = install(scene, app)
    await signIn(w, app, phone)
    const { sub } = phone.profile()
    const other = install(scene, app)
    await signIn(w, app, other)
    assert.equal(other.profile().sub, sub)

    const closed = await app.manage('/settings', {
      method: 'PATCH',
      body: { settings: { otp: { sign_up: 'existing_only' } } },
    })
    assert.equal(closed.status, 200, JSON.stringify(closed.body))
    await phone.startOTPLogin({ type: 'email_address', value: 'stranger@example.com' })
    await assertFails(phone.checkOTP('123456'), 'InvalidOTPCode', 'bad_check_code')
    await signIn(w, app, other)
  })

  test(`${on}: a configuration named by the app grants its scopes to the session`, async () => {
    const app = await shop(w)
    const id = await otpConfig(app, { granted_scopes: ['prld:pwd:write'] })
    const phone = install(scene, app)
    await signIn(w, app, phone)
    assert.equal(await phone.canChangePassword(), false)
    await phone.startOTPLogin(byMail, id)
    await phone.checkOTP(await codeFor(w, app))
    assert.equal(await phone.canChangePassword(), true)
  })

  test(`${on}: with a host override, Host and proofs name the host in any letters`, async () => {
    const app = await shop(w)
    const host = app.host.replace('session', 'Session')
    const phone = install(scene, app, { baseUrl: 'https://10.0.2.2', hostOverride: host })
    await signIn(w, app, phone)
    await phone.listSessions({ limit: 5 })
    await phone.logout()
    assert.equal(phone.exchanges.at(-1)?.headers.host, host)
  })
}
