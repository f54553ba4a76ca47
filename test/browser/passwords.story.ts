import assert from 'node:assert/strict'
import { test } from 'node:test'
import { user } from '../builders.ts'
import { givePassword, importedUser, PASSWORD, PASSWORD_CONFIG, passwordConfig } from '../house/passwords.ts'
import { ENGINES, type World } from '../world.ts'
import {
  codeFor,
  configure,
  cookieNames,
  loginCookieOf,
  openCodeStage,
  sessionOf,
  stagedApp,
  storedSession,
} from './stage.ts'
import { lines, newContext, openTab } from './tab.ts'

const EMAIL = 'ana@example.org'

/** An application whose users log in by password. */
async function passwordsApp(w: World, change: object = {}) {
  const app = await stagedApp(w)
  await configure(app, PASSWORD_CONFIG, passwordConfig(change))
  return app
}

for (const engine of ENGINES) {
  test(`${engine}: a password opens a session of the SDK, bound to its key`, async (t) => {
    const w = await openCodeStage(engine)
    const app = await passwordsApp(w)
    const userId = await user(w, app, { email: EMAIL })
    await givePassword(app, userId)
    const context = await newContext(t)
    const tab = await openTab(context, app.origin, app.host)
    await tab.sdk('loginWithPassword', { identifier: EMAIL, password: PASSWORD })

    const [login, finalized, ...rest] = await tab.calls()
    assert.deepEqual(
      [login?.line, finalized?.line, rest.length],
      ['POST /login/email/password 200', 'POST /login/finalize 200', 0],
    )
    assert.deepEqual(JSON.parse(login?.body ?? ''), { identifier: EMAIL, password: PASSWORD })
    assert.equal(login?.request.dpop, undefined)
    assert.deepEqual(Object.keys(JSON.parse(finalized?.body ?? '')), ['challenge_token'])
    const { sub, sid, amr } = (await tab.sdk('getProfile')) ?? {}
    const session = await storedSession(w, app, tab)
    assert.deepEqual([sub, sid, amr], [userId, session.id, ['pwd']])
    const stored = await tab.stored()
    assert.deepEqual(stored.refreshTokens, [finalized?.response['x-refresh-token']])
    assert.deepEqual([stored.keys, stored.accessTokens.length, stored.challenges], [1, 1, {}])
    assert.deepEqual(await cookieNames(context), [loginCookieOf(app)])

    await tab.sdk('invalidateCache')
    await tab.sdk('refresh')
    assert.equal((await storedSession(w, app, tab)).counter, 1)
  })

  test(`${engine}: a sign-up opens a session at once, and whoever proves the address takes it over`, async (t) => {
    const w = await openCodeStage(engine)
    const app = await passwordsApp(w, { sign_up_enabled: true })
    const squatter = await openTab(await newContext(t), app.origin, app.host)
    await squatter.sdk('signUpWithEmail', { identifier: EMAIL, password: PASSWORD })
    assert.deepEqual(await lines(squatter), ['POST /login/email/sign-up 200', 'POST /login/finalize 200'])
    const squatted = await storedSession(w, app, squatter)
    assert.equal((await squatter.sdk('listSessions')).total, 1)
    await squatter.sdk('loginWithPassword', { identifier: EMAIL, password: PASSWORD })

    const owner = await openTab(await newContext(t), app.origin, app.host)
    await owner.sdk('startOTPLogin', { identifier: { type: 'email_address', value: EMAIL } })
    await owner.sdk('checkOTP', await codeFor(w, app, EMAIL))
    assert.equal((await owner.sdk('listSessions')).total, 1)
    assert.notEqual((await sessionOf(w, app, squatted.id)).ended_at, null)

    assert.equal(await squatter.sdkError('listSessions'), 'Unauthorized')
    assert.equal(
      await squatter.sdkError('loginWithPassword', { identifier: EMAIL, password: PASSWORD }),
      'Unauthorized',
    )
    assert.equal(await squatter.sdkError('signUpWithEmail', { identifier: EMAIL, password: PASSWORD }), 'Conflict')
    assert.equal((await owner.sdk('listSessions')).total, 1)
  })
}

test('a password that came over with an unproven address asks for one code, and the SDK goes on by it', async (t) => {
  const w = await openCodeStage('sqlite')
  const app = await passwordsApp(w)
  const hash = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
  const userId = await importedUser(w, app, { external_id: 'wp-42', email: EMAIL, password_hash: hash })
  const credentials = { identifier: EMAIL, password: 'U*U' }
  const tab = await openTab(await newContext(t), app.origin, app.host)
  assert.equal(await tab.sdkError('loginWithPassword', credentials), 'Forbidden')
  await tab.sdk('checkOTP', await codeFor(w, app, EMAIL))
  const { sub, amr } = (await tab.sdk('getProfile')) ?? {}
  assert.deepEqual([sub, amr], [userId, ['pwd', 'otp']])

  const elsewhere = await openTab(await newContext(t), app.origin, app.host)
  await elsewhere.sdk('loginWithPassword', credentials)
  assert.equal((await elsewhere.sdk('getProfile'))?.sub, userId)
})

test('whoever forgot the password sets another one after a login by code, once, and the other sessions end', async (t) => {
  const w = await openCodeStage('sqlite')
  const app = await passwordsApp(w)
  await configure(app, '/config/scopes', { scope: 'prld:pwd:write' })
  const otp = { config_type: 'otp', channel_type: 'email', is_default: true, granted_scopes: ['prld:pwd:write'] }
  await configure(app, '/config/login/otp', otp)
  await givePassword(app, await user(w, app, { email: EMAIL }))
  const elsewhere = await openTab(await newContext(t), app.origin, app.host)
  await elsewhere.sdk('loginWithPassword', { identifier: EMAIL, password: PASSWORD })

  const tab = await openTab(await newContext(t), app.origin, app.host)
  await tab.sdk('startOTPLogin', { identifier: { type: 'email_address', value: EMAIL } })
  const tokens = await tab.sdk('checkOTP', await codeFor(w, app, EMAIL))
  assert.equal((await tab.sdk('getProfile'))?.scope, 'prld:pwd:write')
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${tokens?.access_token}` }
  const set = async (password: string) =>
    (await tab.fetch('/v1/session/me/password/reset', { headers, body: JSON.stringify({ password }) })).status
  assert.equal(await set('short'), 400)
  assert.equal(await set('another horse battery'), 204)
  assert.equal(await set('a third horse battery'), 403)
  await tab.sdk('invalidateCache')
  await tab.sdk('refresh')
  assert.equal((await tab.sdk('getProfile'))?.scope, undefined)

  assert.equal(await elsewhere.sdkError('listSessions'), 'Unauthorized')
  const login = (password: string) => ({ identifier: EMAIL, password })
  assert.equal(await elsewhere.sdkError('loginWithPassword', login(PASSWORD)), 'Unauthorized')
  await elsewhere.sdk('loginWithPassword', login('another horse battery'))
  assert.equal((await tab.sdk('listSessions')).total, 2)
})

test('the SDK judges a password by the rules of the application as the server does', async (t) => {
  const w = await openCodeStage('sqlite')
  const rules = { min_length: 10, max_length: 20, uppercase: 1, lowercase: 2, numbers: 1, symbols: 1 }
  const app = await passwordsApp(w, { password_compliancy: rules, sign_up_enabled: true })
  const tab = await openTab(await newContext(t), app.origin, app.host)
  assert.deepEqual(await tab.sdk('getPasswordCompliancy'), { ...rules, refuse_common: true, refuse_breached: false })
  assert.deepEqual(await lines(tab), ['GET /password/compliancy 200'])

  const short = await tab.sdk('validatePassword', 'Été9😀')
  assert.equal(short.valid, false)
  assert.deepEqual(
    short.results.map(({ criteria, actual, valid }) => [criteria, actual, valid]),
    [
      ['min_length', 5, false],
      ['max_length', 5, true],
      ['uppercase', 1, true],
      ['lowercase', 2, true],
      ['numbers', 1, true],
      ['symbols', 1, true],
    ],
  )
  let good = 0
  for (const [i, password] of [
    'Été9😀',
    'Éé9😀éééééé',
    'éé9😀éééééé',
    'ÉÉÉÉÉÉÉ9😀é',
    'Ééééééééé😀',
    'Éé9éééééééé',
    'Éé9 éééééééééééééééééé',
    'Éé٣한éééééé',
    'E\u0301e\u03019eeeee',
    'Éé9ﬁﬁﬁﬁﬁﬁﬁ',
    'Eé９éééééé🇫🇷',
    'ǅé9éééééé',
  ].entries()) {
    const { valid } = await tab.sdk('validatePassword', password)
    const login = { identifier: `user${i}@example.org`, password }
    if (!valid) assert.equal(await tab.sdkError('signUpWithEmail', login), 'InvalidPassword', password)
    else {
      await tab.sdk('signUpWithEmail', login)
      good++
    }
  }
  assert.equal(good, 4)
})
