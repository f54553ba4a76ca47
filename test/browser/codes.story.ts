import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readPublicJwk, thumbprint } from '../../src/crypto/jwk.ts'
import { decodeJwt } from '../../src/crypto/jwt.ts'
import { claimsOf, user } from '../builders.ts'
import { ENGINES } from '../world.ts'
import {
  codeCount,
  codeFor,
  configure,
  cookieNames,
  loginCookieOf,
  openCodeStage,
  otherThan,
  pass,
  sessionOf,
  stagedApp,
  storedSession,
} from './stage.ts'
import { lines, newContext, openTab } from './tab.ts'

const EMAIL = 'ana@example.org'
const PHONE = '+33612345678'
const byEmail = { identifier: { type: 'email_address', value: EMAIL } } as const
const byPhone = { identifier: { type: 'phone_number', value: PHONE } } as const

for (const engine of ENGINES) {
  test(`${engine}: a code opens a session of the SDK without any finalize, bound to its key`, async (t) => {
    const w = await openCodeStage(engine)
    const app = await stagedApp(w)
    const userId = await user(w, app, { email: EMAIL })
    const context = await newContext(t)
    const tab = await openTab(context, app.origin, app.host)
    await tab.sdk('startOTPLogin', byEmail)
    const [started] = await tab.calls()
    assert.equal(started?.line, 'POST /login/otp 204')
    assert.deepEqual(JSON.parse(started.body ?? ''), byEmail)
    const [cookie, ...others] = await context.cookies()
    assert.ok(cookie)
    const { name, path, domain, httpOnly, secure, sameSite } = cookie
    assert.deepEqual(
      { name, path, domain, httpOnly, secure, sameSite, others },
      {
        name: `__Host-verification-login_${app.id}`,
        path: '/',
        domain: new URL(app.origin).hostname,
        httpOnly: true,
        secure: true,
        sameSite: 'Lax',
        others: [],
      },
    )

    const tokens = await tab.sdk('checkOTP', await codeFor(w, app, EMAIL))
    const [checked, ...rest] = await tab.calls()
    assert.deepEqual([checked?.line, rest.length], ['POST /login/otp/check 200', 0])
    assert.equal(checked?.request.cookie, `${name}=${cookie.value}`)
    assert.equal(claimsOf(checked.request.dpop ?? '').htu, `${app.origin}/v1/session/login/otp/check`)
    const jwk = readPublicJwk(decodeJwt(checked.request.dpop ?? '')?.header.jwk)
    assert.ok(jwk)

    const session = await storedSession(w, app, tab)
    const { sub, sid, amr, cnf } = (await tab.sdk('getProfile')) ?? {}
    assert.deepEqual([sub, sid, amr], [userId, session.id, ['otp']])
    assert.deepEqual([cnf, session.jkt], [{ jkt: thumbprint(jwk) }, thumbprint(jwk)])
    const stored = await tab.stored()
    assert.deepEqual(stored.accessTokens, [tokens?.access_token])
    assert.deepEqual([stored.refreshTokens, stored.keys], [[checked.response['x-refresh-token']], 1])
    assert.deepEqual((await cookieNames(context)).toSorted(), [loginCookieOf(app), name].toSorted(), 'a last minute')

    await pass(w, tab, 120)
    await tab.sdk('refresh')
    assert.deepEqual(await lines(tab), ['POST /refresh 200'])
    assert.equal((await storedSession(w, app, tab)).counter, 1)
    await tab.sdk('logout')
    assert.equal((await sessionOf(w, app, session.id)).end_reason, 'logged_out')
    assert.deepEqual(await tab.stored(), { accessTokens: [], challenges: {}, refreshTokens: [], keys: 0 })
  })

  test(`${engine}: a code sent again takes the place of the first, for a number as for an address`, async (t) => {
    const w = await openCodeStage(engine)
    const app = await stagedApp(w)
    const userId = await user(w, app, { phone: PHONE })
    const tab = await openTab(await newContext(t), app.origin, app.host)
    await tab.sdk('startOTPLogin', byPhone)
    const first = await codeFor(w, app, PHONE)
    await tab.sdk('retryOTP')
    const second = await codeFor(w, app, PHONE)
    assert.equal(await codeCount(w, app, PHONE), 2)
    if (first !== second) assert.equal(await tab.sdkError('checkOTP', first), 'BadRequest')
    await tab.sdk('checkOTP', second)
    const [started, resent] = await lines(tab)
    assert.deepEqual([started, resent], ['POST /login/otp 204', 'POST /login/otp/retry 204'])
    assert.equal((await tab.sdk('getProfile'))?.sub, userId)
  })

  test(`${engine}: the right code of an unknown address makes a user, by the configuration that is named`, async (t) => {
    const w = await openCodeStage(engine)
    const app = await stagedApp(w)
    const config = { config_type: 'otp', channel_type: 'email' }
    await configure(app, '/config/login/otp', { ...config, is_default: true })
    await configure(app, '/config/scopes', { scope: 'pilot' })
    const body = { ...config, is_default: false, code_size: 8, granted_scopes: ['pilot'] }
    const { login_config } = (await app.manage('/config/login/otp', { body })).body
    const tab = await openTab(await newContext(t), app.origin, app.host)
    await tab.sdk('startOTPLogin', { ...byEmail, login_config_id: login_config.id })
    const code = await codeFor(w, app, EMAIL)
    assert.equal(code.length, 8)
    await tab.sdk('checkOTP', code)
    const { sub, scope } = (await tab.sdk('getProfile')) ?? {}
    const found = await app.manage(`/users/${sub}`)
    assert.deepEqual(found.body.user.identifiers[0].value, EMAIL)
    assert.equal(scope, 'pilot')
  })
}

test('a nonce is asked for before an attempt is counted, and the SDK repeats the same code', async (t) => {
  const w = await openCodeStage('sqlite', { clockAheadMs: 86_400_000 })
  const app = await stagedApp(w)
  const tab = await openTab(await newContext(t), app.origin, app.host)
  await pass(w, tab, 0)
  await tab.sdk('startOTPLogin', byEmail)
  const code = await codeFor(w, app, EMAIL)
  await lines(tab)
  for (let attempt = 1; attempt <= 4; attempt++) {
    assert.equal(await tab.sdkError('checkOTP', otherThan(code)), 'BadRequest')
    const calls = await tab.calls()
    assert.deepEqual(
      calls.map(({ line }) => line),
      ['POST /login/otp/check 400 use_dpop_nonce', 'POST /login/otp/check 401 bad_check_code'],
    )
    assert.equal(calls[1]?.body, calls[0]?.body)
  }
  await pass(w, tab, 598)
  await tab.sdk('checkOTP', code)
  assert.equal((await tab.sdk('listSessions')).total, 1)
})

test('after five wrong codes the right one is as wrong as they are', async (t) => {
  const w = await openCodeStage('sqlite')
  const app = await stagedApp(w)
  const tab = await openTab(await newContext(t), app.origin, app.host)
  await tab.sdk('startOTPLogin', byEmail)
  const code = await codeFor(w, app, EMAIL)
  for (let attempt = 1; attempt <= 5; attempt++)
    assert.equal(await tab.sdkError('checkOTP', otherThan(code)), 'BadRequest')
  assert.equal(await tab.sdkError('checkOTP', code), 'BadRequest')
  assert.equal((await lines(tab)).at(-1), 'POST /login/otp/check 401 bad_check_code')
  assert.deepEqual((await tab.stored()).accessTokens, [])
})
