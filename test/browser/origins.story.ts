import assert from 'node:assert/strict'
import { test } from 'node:test'
import { updateApplicationHosts } from '../../src/core/applications/store.ts'
import { listSessions } from '../../src/core/sessions/store.ts'
import type { FastifyInstance } from '../../src/platform/http.ts'
import { application, challengeToken, claimsOf, FINALIZE, pkce, type TestApp, user } from '../builders.ts'
import { launchBrowser } from '../chromium.ts'
import type { World } from '../world.ts'
import { finalize, movedTo, openForeignSite, openStage, signIn, stagedApp, storedSession } from './stage.ts'
import { lines, newContext, openTab } from './tab.ts'

/** What a server was asked, preflights included, with what it answered. */
interface Heard {
  readonly line: string
  readonly request: Readonly<Record<string, unknown>>
  readonly answer: Readonly<Record<string, unknown>>
}

function listen() {
  const heard: Heard[] = []
  const prepare = (server: FastifyInstance) => {
    server.addHook('onSend', async (request, reply) => {
      if (!request.url.startsWith('/v1/')) return
      const line = `${request.method} ${request.url.replace('/v1/session', '')} ${reply.statusCode}`
      heard.push({ line, request: request.headers, answer: reply.getHeaders() })
    })
  }
  return { heard, prepare }
}

const portOf = (w: World) => new URL(w.address).port

/** The application that answers at `localhost`. */
async function localApp(w: World, allowedOrigins: string[] = []): Promise<TestApp> {
  const app = await application(w, { allowedOrigins })
  await w.deps.transact((tx) => updateApplicationHosts(tx, app.id, ['localhost']))
  return await movedTo(w, app, `localhost:${portOf(w)}`)
}

test('a page on the origin of the API needs no permission', async (t) => {
  const { heard, prepare } = listen()
  const w = await openStage('sqlite', { prepare })
  const app = await localApp(w)
  const tab = await signIn(w, app, await newContext(t))
  await tab.sdk('listSessions')
  await tab.sdk('logout')
  assert.deepEqual(
    heard.map(({ line }) => line),
    ['POST /login/finalize 200', 'GET /me/list 200', 'POST /revoke 204'],
  )
  assert.equal(claimsOf(String(heard[0]?.request.dpop)).htu, `${app.origin}${FINALIZE}`)
})

test('a page on another port may call and read everything the SDK needs, answers and refusals alike', async (t) => {
  const { heard, prepare } = listen()
  const w = await openStage('sqlite', { prepare, clockAheadMs: -86_400_000 })
  const origin = `https://localhost:${await openForeignSite()}`
  const app = await localApp(w, [origin])
  const tab = await openTab(await newContext(t), origin, app.host)

  await finalize(w, app, tab, await user(w, app))
  const [asked, answered] = await tab.calls()
  assert.equal(asked?.line, 'POST /login/finalize 400 use_dpop_nonce')
  assert.equal(answered?.line, 'POST /login/finalize 200')
  await tab.sdk('refresh')
  assert.deepEqual(await lines(tab), [], 'it read Date: the token it has is good')
  await tab.sdk('invalidateCache')
  await tab.sdk('refresh')
  const [refreshed] = await tab.calls()
  assert.equal(refreshed?.line, 'POST /refresh 200')
  assert.equal(refreshed.request['x-refresh-token'], answered?.response['x-refresh-token'])
  assert.equal((await storedSession(w, app, tab)).counter, 1)
  await tab.sdk('listSessions')
  assert.equal(await tab.sdkError('revokeSessions', 'session', 'ses_nobody'), 'NotFound')
  await tab.sdk('logout')
  assert.equal(await tab.sdkError('refresh'), 'Unauthorized')

  const preflights = heard.filter(({ line }) => line.startsWith('OPTIONS'))
  assert.deepEqual(
    preflights.map(({ line, request }) => `${line}: ${request['access-control-request-headers']}`),
    [
      'OPTIONS /login/finalize 204: content-type,dpop,x-sdk-user-agent',
      'OPTIONS /refresh 204: content-type,dpop,x-refresh-token,x-sdk-user-agent',
      'OPTIONS /me/list 204: authorization,x-sdk-user-agent',
      'OPTIONS /me/revoke?target=session&session_id=ses_nobody 204: authorization,content-type,x-sdk-user-agent',
      'OPTIONS /revoke 204: content-type,dpop,x-refresh-token,x-sdk-user-agent',
    ],
  )
  for (const { line, answer } of heard) {
    assert.equal(answer['access-control-allow-origin'], origin, line)
    assert.equal(answer['access-control-allow-credentials'], 'true', line)
    assert.match(String(answer.vary), /\bOrigin\b/, line)
  }
})

test('production host names: the host names the application, for a page of another site', async (t) => {
  const w = await openStage('sqlite', { baseDomain: 'session.prelude.dev' })
  const site = await openForeignSite()
  const rules = `MAP *.session.prelude.dev 127.0.0.1:${portOf(w)}, MAP shop.test 127.0.0.1:${site}`
  const browser = await launchBrowser([`--host-resolver-rules=${rules}`])
  t.after(() => browser.close())
  const origin = 'https://shop.test'
  const [app, neighbour] = [
    await application(w, { allowedOrigins: [origin] }),
    await application(w, { allowedOrigins: [origin] }),
  ]
  assert.equal(app.origin, `https://${app.id}.session.prelude.dev`)
  const context = await browser.newContext()
  const tab = await openTab(context, origin, app.host)
  await finalize(w, app, tab, await user(w, app))
  const [finalized] = await tab.calls()
  assert.equal(finalized?.line, 'POST /login/finalize 200')
  assert.equal(claimsOf(finalized.request.dpop ?? '').htu, `${app.origin}${FINALIZE}`)
  assert.equal(finalized.request['sec-fetch-site'], 'cross-site')
  assert.equal((await tab.sdk('getProfile'))?.iss, app.host)
  await tab.sdk('invalidateCache')
  await tab.sdk('refresh')
  assert.equal((await storedSession(w, app, tab)).counter, 1)

  const elsewhere = await openTab(context, origin, neighbour.host)
  assert.equal(await elsewhere.sdkError('refresh'), 'Unauthorized')
  const token = await challengeToken(w, app, await user(w, app), pkce().challenge)
  await elsewhere.storeVerifier('a'.repeat(43))
  assert.equal(await elsewhere.sdkError('finalizeOAuthLogin', token), 'InvalidChallengeToken')
})

test('the browser keeps a page that is not on the list from calling, and the server changes nothing', async (t) => {
  const { heard, prepare } = listen()
  const w = await openStage('sqlite', { prepare })
  const app = await stagedApp(w, { allowedOrigins: ['https://shop.test'] })
  const userId = await user(w, app)
  const { verifier, challenge } = pkce()
  const token = await challengeToken(w, app, userId, challenge)
  const tab = await openTab(await newContext(t), `https://shop.test:${await openForeignSite()}`, app.host)
  await tab.storeVerifier(verifier)
  assert.equal(await tab.sdkError('finalizeOAuthLogin', token), 'TypeError: Failed to fetch')

  assert.ok(heard.length > 0)
  for (const { line, answer } of heard) {
    assert.match(line, /^OPTIONS \/login\/finalize /)
    assert.equal(answer['access-control-allow-origin'], undefined)
  }
  assert.deepEqual(await listSessions(w.deps.db, app.id, userId, w.deps.now()), [])
  const own = await openTab(await newContext(t), app.origin, app.host)
  await own.storeVerifier(verifier)
  await own.sdk('finalizeOAuthLogin', token)
})
