import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeToken, FINALIZE, pkce, user } from '../builders.ts'
import { approval, EMAIL, openBank, scopeOf, signedIn, toldOnce } from './bank.ts'
import { codeFor, openCodeStage, pass, stagedApp, storedSession } from './stage.ts'
import { lines, newContext, openTab } from './tab.ts'

test('a step-up is asked for with an access token that died: the SDK refreshes, then asks again', async (t) => {
  const { w, tab } = await signedIn(t, 'sqlite')
  w.advance(61_000)
  await tab.sdk('requestStepUp', { scope: 'account:write' })
  assert.deepEqual(await lines(tab), ['POST /stepup/request 401', 'POST /refresh 200', 'POST /stepup/request 200'])
})

test('a code that is entered twice at once is one step-up, and both calls end well', async (t) => {
  const { w, app, tab } = await signedIn(t, 'sqlite')
  await tab.sdk('requestStepUp', { scope: 'account:write' })
  const { challengeId } = await toldOnce(tab)
  await tab.sdk('otpCreate', { challengeId })
  const code = await codeFor(w, app, EMAIL)
  const [one, two] = await Promise.all([tab.sdk('otpCheck', challengeId, code), tab.sdk('otpCheck', challengeId, code)])
  assert.deepEqual(one, two)
  assert.equal(await scopeOf(tab), 'account:write')
  assert.equal((await storedSession(w, app, tab)).ended_at, null)
  assert.equal((await tab.sdk('listSessions')).total, 1)
})

test('a session of a cookie steps up as well, by code and by the word of the bank', async (t) => {
  const w = await openCodeStage('sqlite')
  const app = await stagedApp(w)
  await openBank(w, app)
  const context = await newContext(t)
  const tab = await openTab(context, app.origin, app.host)
  const { verifier, challenge } = pkce()
  const userId = await user(w, app, { email: EMAIL })
  const body = { challenge_token: await challengeToken(w, app, userId, challenge), code_verifier: verifier }
  const headers = { 'content-type': 'application/json' }
  assert.equal((await tab.fetch(FINALIZE, { headers, body: JSON.stringify(body) })).status, 200)
  await tab.sdk('requestStepUp', { scope: 'transfer:write' })
  const info = await toldOnce(tab)
  await tab.sdk('continueStepUp', await approval(w, info))
  await tab.sdk('otpCreate', { challengeId: info.challengeId })
  await tab.sdk('otpCheck', info.challengeId, await codeFor(w, app, EMAIL))
  assert.equal(await scopeOf(tab), 'transfer:write')
  const names = (await context.cookies()).map(({ name }) => name)
  assert.deepEqual(names, [`__Host-refresh_${app.id}`])
})

for (const [difference, clockAheadMs] of [
  ['hours behind', 5 * 3_600_000],
  ['days ahead', -3 * 86_400_000],
] as const) {
  test(`a browser whose clock is ${difference} logs in by code and steps up by each kind of step`, async (t) => {
    const w = await openCodeStage('sqlite', { clockAheadMs })
    const app = await stagedApp(w)
    await openBank(w, app)
    const tab = await openTab(await newContext(t), app.origin, app.host)
    await pass(w, tab, 0)
    await tab.sdk('startOTPLogin', { identifier: { type: 'email_address', value: EMAIL } })
    await tab.sdk('checkOTP', await codeFor(w, app, EMAIL))
    await tab.sdk('requestStepUp', { scope: 'transfer:write' })
    const info = await toldOnce(tab)
    await lines(tab)
    await tab.sdk('continueStepUp', await approval(w, info))
    await pass(w, tab, 200)
    await tab.sdk('otpCreate', { challengeId: info.challengeId })
    await tab.sdk('otpCheck', info.challengeId, await codeFor(w, app, EMAIL))
    assert.equal(await scopeOf(tab), 'transfer:write')
    const called = ['POST /stepup/continue 200', 'POST /otp 204', 'POST /otp/check 200', 'POST /refresh 200']
    assert.deepEqual(await lines(tab), called)
  })
}

test('two tabs of a browser share a step-up; after a logout it is gone', async (t) => {
  const { w, app, tab } = await signedIn(t, 'sqlite')
  await tab.sdk('requestStepUp', { scope: 'account:write' })
  const { challengeId } = await toldOnce(tab)
  const second = await openTab(tab.page.context(), app.origin, app.host)
  await second.sdk('otpCreate', { challengeId })
  const code = await codeFor(w, app, EMAIL)
  await tab.sdk('logout')
  assert.equal(await second.sdkError('otpCheck', challengeId, code), 'MissingChallengeToken')
  assert.deepEqual((await second.stored()).challenges, {})
})
