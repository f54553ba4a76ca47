import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Page } from 'playwright-core'
import { application, claimsOf, type TestApp } from '../builders.ts'
import { launchBrowser } from '../chromium.ts'
import type { World } from '../world.ts'
import { approval, EMAIL, openBank, scopeOf, toldOnce } from './bank.ts'
import { codeFor, cookieNames, loginCookieOf, openCodeStage, openForeignSite, stagedApp } from './stage.ts'
import { lines, newContext, openTab, type Tab } from './tab.ts'

const byEmail = { identifier: { type: 'email_address', value: EMAIL } } as const
const SAME_SITE_NONE = { settings: { sessions: { cookie_same_site: 'none' } } }

/** Logs in and steps up by code, each with a code sent again on the way, then by the word of the bank. */
async function loginAndStepUp(w: World, app: TestApp, tab: Tab): Promise<void> {
  const lastCode = () => codeFor(w, app, EMAIL)
  await tab.sdk('startOTPLogin', byEmail)
  await tab.sdk('retryOTP')
  await tab.sdk('checkOTP', await lastCode())
  await tab.sdk('requestStepUp', { scope: 'account:write' })
  const info = await toldOnce(tab)
  await tab.sdk('otpCreate', { challengeId: info.challengeId })
  await tab.sdk('otpRetry')
  await tab.sdk('otpCheck', info.challengeId, await lastCode())
  assert.equal(await scopeOf(tab), 'account:write')
  await tab.told()
  await tab.sdk('requestStepUp', { scope: 'transfer:write' })
  const other = await toldOnce(tab)
  await tab.sdk('continueStepUp', await approval(w, other))
  await tab.sdk('getPasswordCompliancy')
}

const WHOLE_WAY = [
  'POST /login/otp 204',
  'POST /login/otp/retry 204',
  'POST /login/otp/check 200',
  'POST /stepup/request 200',
  'POST /otp 204',
  'POST /otp/retry 204',
  'POST /otp/check 200',
  'POST /refresh 200',
  'POST /stepup/request 200',
  'POST /stepup/continue 200',
  'GET /password/compliancy 200',
]

test('a page of another site logs in and steps up by code where the cookies are SameSite=None', async (t) => {
  const w = await openCodeStage('sqlite')
  const origin = `https://shop.test:${await openForeignSite()}`
  const app = await stagedApp(w, { ...SAME_SITE_NONE, allowedOrigins: [origin] })
  await openBank(w, app)
  const context = await newContext(t)
  const tab = await openTab(context, origin, app.host)
  await loginAndStepUp(w, app, tab)

  const calls = await tab.calls()
  assert.deepEqual(
    calls.map(({ line }) => line),
    WHOLE_WAY,
  )
  for (const { request } of calls) assert.equal(request['sec-fetch-site'], 'cross-site')
  assert.match(calls[0]?.response['set-cookie'] ?? '', /__Host-verification-login_.*; Partitioned; SameSite=None/)
  assert.match(calls[2]?.request.cookie ?? '', /^__Host-verification-login_/)
  assert.deepEqual(await cookieNames(context), [loginCookieOf(app)])
})

test('it does so where the browser blocks third-party cookies, and the cookie of an older release does not stand in the way', async (t) => {
  const w = await openCodeStage('sqlite')
  const origin = `https://shop.test:${await openForeignSite()}`
  const app = await stagedApp(w, { ...SAME_SITE_NONE, allowedOrigins: [origin] })
  await openBank(w, app)
  for (const blocked of [false, true]) {
    const context = await newContext(t)
    const name = `__Host-verification-login_${app.id}`
    const older = { name, value: 'vt_old', url: app.origin, secure: true, httpOnly: true, sameSite: 'None' } as const
    await context.addCookies([older])
    const tab = await openTab(context, origin, app.host, blocked ? blockThirdPartyCookies : undefined)
    await loginAndStepUp(w, app, tab)
    const calls = await tab.calls()
    assert.deepEqual(
      calls.map(({ line }) => line),
      WHOLE_WAY,
    )
    assert.equal(calls[0]?.request.cookie, blocked ? undefined : `${name}=vt_old`)
    assert.match(calls[2]?.request.cookie ?? '', /^[^=]*=vt_[\w-]{43}$/)
  }
})

/** As browsers do that keep no cookies of other sites than the page's. */
async function blockThirdPartyCookies(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.enable')
  // Without the exceptions that the browser makes by itself, which the types do not know.
  const controls = {
    enableThirdPartyCookieRestriction: true,
    disableThirdPartyCookieMetadata: true,
    disableThirdPartyCookieHeuristics: true,
  }
  await devtools.send('Network.setCookieControls', controls)
}

test('with SameSite=Lax a page of another site can ask for a code, but not use it', async (t) => {
  const w = await openCodeStage('sqlite')
  const origin = `https://shop.test:${await openForeignSite()}`
  const app = await stagedApp(w, { allowedOrigins: [origin] })
  const tab = await openTab(await newContext(t), origin, app.host)
  await tab.sdk('startOTPLogin', byEmail)
  assert.equal(await tab.sdkError('checkOTP', await codeFor(w, app, EMAIL)), 'Unauthorized')
  assert.equal(await tab.sdkError('retryOTP'), 'Unauthorized')
  assert.deepEqual(await lines(tab), [
    'POST /login/otp 204',
    'POST /login/otp/check 401 unauthorized',
    'POST /login/otp/retry 401 unauthorized',
  ])
})

test('production host names: a page of another site logs in and steps up by code', async (t) => {
  const w = await openCodeStage('sqlite', { baseDomain: 'session.prelude.dev' })
  const port = new URL(w.address).port
  const rules = `MAP *.session.prelude.dev 127.0.0.1:${port}, MAP shop.test 127.0.0.1:${await openForeignSite()}`
  const browser = await launchBrowser([`--host-resolver-rules=${rules}`])
  t.after(() => browser.close())
  const origin = 'https://shop.test'
  const app = await application(w, { ...SAME_SITE_NONE, allowedOrigins: [origin] })
  await openBank(w, app)
  const tab = await openTab(await browser.newContext(), origin, app.host)
  await loginAndStepUp(w, app, tab)
  const calls = await tab.calls()
  assert.deepEqual(
    calls.map(({ line }) => line),
    WHOLE_WAY,
  )
  const host = `https://${app.id}.session.prelude.dev`
  assert.equal(claimsOf(calls[2]?.request.dpop ?? '').htu, `${host}/v1/session/login/otp/check`)
  assert.equal(claimsOf(calls[6]?.request.dpop ?? '').htu, `${host}/v1/session/otp/check`)
})
