import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { BrowserContext } from 'playwright-core'
import { verifyRefreshToken } from '../../src/core/sessions/refresh-token.ts'
import { challengeToken, claimsOf, FINALIZE, pkce, REFRESH, REVOKE, type TestApp, user } from '../builders.ts'
import { ENGINES, type World } from '../world.ts'
import {
  cookieNames,
  finalize,
  loginCookieOf,
  openForeignSite,
  openStage,
  sessionOf,
  stagedApp,
  storedSession,
} from './stage.ts'
import { lines, newContext, openTab, type Tab } from './tab.ts'

/** Logs a user in without the SDK and without a key; answers the session's id. */
async function signInByCookie(w: World, app: TestApp, tab: Tab, userId: string): Promise<string> {
  const { verifier, challenge } = pkce()
  const body = { challenge_token: await challengeToken(w, app, userId, challenge), code_verifier: verifier }
  const headers = { 'content-type': 'application/json' }
  const answer = await tab.fetch(FINALIZE, { headers, body: JSON.stringify(body) })
  assert.equal(answer.status, 200, answer.text)
  return String(claimsOf(JSON.parse(answer.text).access_token).sid)
}

/** The only cookie of the browser, with what its refresh token says. */
async function onlyCookie(w: World, app: TestApp, context: BrowserContext) {
  const [cookie, ...others] = await context.cookies()
  assert.ok(cookie)
  assert.equal(others.length, 0)
  const { sessionId, counter } = verifyRefreshToken(w.deps, app.id, cookie.value) ?? {}
  return { ...cookie, token: { sessionId, counter } }
}

for (const engine of ENGINES) {
  test(`${engine}: a client without a key keeps its refresh token in a cookie that no script sees`, async (t) => {
    const w = await openStage(engine)
    const app = await stagedApp(w)
    const context = await newContext(t)
    const tab = await openTab(context, app.origin, app.host)
    const sessionId = await signInByCookie(w, app, tab, await user(w, app))

    const issued = await onlyCookie(w, app, context)
    assert.deepEqual(issued.token, { sessionId, counter: 0 })
    const { name, path, domain, httpOnly, secure, sameSite } = issued
    assert.deepEqual(
      { name, path, domain, httpOnly, secure, sameSite },
      {
        name: `__Host-refresh_${app.id}`,
        path: '/',
        domain: new URL(app.origin).hostname,
        httpOnly: true,
        secure: true,
        sameSite: 'Lax',
      },
    )
    assert.equal(await tab.page.evaluate('document.cookie'), '')
    const [finalized] = await tab.calls()
    assert.equal(finalized?.response['x-refresh-token'], undefined)

    assert.equal((await tab.fetch(REFRESH)).status, 200)
    const [refreshed] = await tab.calls()
    assert.equal(refreshed?.request.cookie, `${name}=${issued.value}`)
    assert.deepEqual((await onlyCookie(w, app, context)).token, { sessionId, counter: 1 })
    assert.equal((await sessionOf(w, app, sessionId)).counter, 1)

    const second = await openTab(context, app.origin, app.host)
    const answers = await Promise.all([tab.fetch(REFRESH), second.fetch(REFRESH)])
    assert.deepEqual([answers[0].status, answers[1].status], [200, 200])
    const { counter } = await sessionOf(w, app, sessionId)
    assert.deepEqual((await onlyCookie(w, app, context)).token, { sessionId, counter })

    assert.equal((await tab.fetch(REVOKE)).status, 204)
    assert.deepEqual(await context.cookies(), [])
    assert.equal((await sessionOf(w, app, sessionId)).end_reason, 'logged_out')
    assert.equal((await second.fetch(REFRESH)).status, 401)
  })
}

test('a page that takes up the SDK goes on with the session of its cookie, and can end it', async (t) => {
  const w = await openStage('sqlite')
  const app = await stagedApp(w)
  const context = await newContext(t)
  const tab = await openTab(context, app.origin, app.host)
  const sessionId = await signInByCookie(w, app, tab, await user(w, app))
  await tab.sdk('refresh')
  assert.equal(await tab.sdk('getSessionId'), sessionId)
  assert.deepEqual((await onlyCookie(w, app, context)).token, { sessionId, counter: 1 })

  await tab.sdk('logout')
  assert.deepEqual(await lines(tab), ['POST /login/finalize 200', 'POST /refresh 200', 'POST /revoke 204'])
  assert.equal((await sessionOf(w, app, sessionId)).end_reason, 'logged_out')
  assert.deepEqual(await context.cookies(), [])
})

test('a login by the SDK replaces the session of the cookie', async (t) => {
  const w = await openStage('sqlite')
  const app = await stagedApp(w)
  const context = await newContext(t)
  const tab = await openTab(context, app.origin, app.host)
  const userId = await user(w, app)
  const before = await signInByCookie(w, app, tab, userId)
  await finalize(w, app, tab, userId)
  assert.equal((await sessionOf(w, app, before)).end_reason, 'replaced')
  assert.equal((await storedSession(w, app, tab)).ended_at, null)
  assert.deepEqual(await cookieNames(context), [loginCookieOf(app)])
})

test('a page of another site that has the browser send the cookie is refused, and the session lives', async (t) => {
  const received: unknown[] = []
  const w = await openStage('sqlite', {
    prepare(server) {
      server.addHook('onRequest', async ({ headers }) => {
        if (headers['sec-fetch-site'] === 'cross-site') received.push(headers.cookie)
      })
    },
  })
  const app = await stagedApp(w, { settings: { sessions: { cookie_same_site: 'none' } } })
  const context = await newContext(t)
  const tab = await openTab(context, app.origin, app.host)
  const sessionId = await signInByCookie(w, app, tab, await user(w, app))
  const { name, value, httpOnly, secure, sameSite } = await onlyCookie(w, app, context)

  const foreign = await openTab(context, `https://shop.test:${await openForeignSite()}`, app.host)
  const post = () => foreign.fetch(app.origin + REFRESH, { mode: 'no-cors' })
  await post()
  assert.deepEqual(await lines(foreign), ['POST /refresh 401'])
  // As a browser keeps it that knows no partitions.
  await context.clearCookies()
  await context.addCookies([{ name, value, httpOnly, secure, sameSite, url: app.origin }])
  await post()
  await foreign.fetch(app.origin + REVOKE, { mode: 'no-cors' })
  assert.deepEqual(await lines(foreign), ['POST /refresh 403', 'POST /revoke 403'])
  const cookie = `${name}=${value}`
  assert.deepEqual(received, [undefined, cookie, cookie])
  const { counter, ended_at } = await sessionOf(w, app, sessionId)
  assert.deepEqual([counter, ended_at], [0, null])
  assert.equal((await onlyCookie(w, app, context)).value, value)
})
