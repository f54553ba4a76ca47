import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listSessions } from '../../src/core/sessions/store.ts'
import { FINALIZE, REFRESH, REVOKE, user } from '../builders.ts'
import type { World } from '../world.ts'
import { finalize, openStage, sessionOf, signIn, stagedApp, storedSession } from './stage.ts'
import { lines, loseAnswers, newContext, openTab } from './tab.ts'

/** How often presented refresh tokens turned out to be what. */
async function outcomes(w: World): Promise<Record<string, number>> {
  const { values } = await w.deps.metrics.refreshes.get()
  return Object.fromEntries(values.map(({ labels, value }) => [labels.outcome, value]))
}

test('a login whose answer is lost is repeated by the SDK into the same session', async (t) => {
  const w = await openStage('sqlite')
  const app = await stagedApp(w)
  const tab = await openTab(await newContext(t), app.origin, app.host)
  await loseAnswers(tab, FINALIZE, 2)
  const userId = await user(w, app)
  await finalize(w, app, tab, userId)

  const calls = await tab.calls()
  assert.deepEqual(
    calls.map((call) => call.line),
    ['POST /login/finalize failed', 'POST /login/finalize failed', 'POST /login/finalize 200'],
  )
  assert.equal(new Set(calls.map((call) => call.request.dpop)).size, 3)
  assert.equal((await listSessions(w.deps.db, app.id, userId, w.deps.now())).length, 1)
  await tab.sdk('invalidateCache')
  await tab.sdk('refresh')
  assert.equal((await storedSession(w, app, tab)).counter, 1)
})

test('a refresh whose answer is lost is repeated with the spent token, and the session lives on', async (t) => {
  const w = await openStage('sqlite')
  const app = await stagedApp(w)
  const tab = await signIn(w, app, await newContext(t))
  await loseAnswers(tab, REFRESH, 1)
  await tab.sdk('invalidateCache')
  await tab.sdk('refresh')

  const [lost, repeated, ...rest] = await tab.calls()
  assert.deepEqual([lost?.line, repeated?.line, rest.length], ['POST /refresh failed', 'POST /refresh 200', 0])
  assert.equal(repeated?.request['x-refresh-token'], lost?.request['x-refresh-token'])
  assert.deepEqual(await outcomes(w), { rotated: 1, repeated: 1 })
  await tab.sdk('invalidateCache')
  await tab.sdk('refresh')
  const { counter, ended_at } = await storedSession(w, app, tab)
  assert.deepEqual([counter, ended_at], [2, null])
})

test('when every answer to a refresh is lost the SDK gives up, and a day later the same token still works', async (t) => {
  const w = await openStage('sqlite')
  const app = await stagedApp(w)
  const tab = await signIn(w, app, await newContext(t))
  await loseAnswers(tab, REFRESH, 3)
  await tab.sdk('invalidateCache')
  assert.equal(await tab.sdkError('refresh'), 'TypeError: Failed to fetch')
  assert.deepEqual(await lines(tab), ['POST /refresh failed', 'POST /refresh failed', 'POST /refresh failed'])

  w.advance(86_400_000)
  await tab.sdk('refresh')
  assert.deepEqual(await lines(tab), ['POST /refresh 400 use_dpop_nonce', 'POST /refresh 200'])
  assert.deepEqual(await outcomes(w), { rotated: 1, repeated: 3 })
  const { counter, ended_at } = await storedSession(w, app, tab)
  assert.deepEqual([counter, ended_at], [1, null])
})

test('a connection that dies after the server did its part is mended by the browser, proof and all', async (t) => {
  const proofs: unknown[] = []
  const w = await openStage('sqlite', {
    prepare(server) {
      server.addHook('onSend', async ({ url, headers, raw }) => {
        if (url !== REFRESH) return
        proofs.push(headers.dpop)
        if (proofs.length === 1) raw.socket.destroy()
      })
    },
  })
  const app = await stagedApp(w)
  const tab = await signIn(w, app, await newContext(t))
  await tab.sdk('invalidateCache')
  await tab.sdk('refresh')
  assert.deepEqual(await lines(tab), ['POST /refresh 200'], 'neither the page nor the SDK noticed')
  assert.equal(proofs.length, 2)
  assert.equal(proofs[1], proofs[0])
  assert.deepEqual(await outcomes(w), { rotated: 1, repeated: 1 })
  const { counter, ended_at } = await storedSession(w, app, tab)
  assert.deepEqual([counter, ended_at], [1, null])
})

test('a logout whose answer is lost is repeated, and the second one is no error', async (t) => {
  const w = await openStage('sqlite')
  const app = await stagedApp(w)
  const tab = await signIn(w, app, await newContext(t))
  const { id } = await storedSession(w, app, tab)
  await loseAnswers(tab, REVOKE, 1)
  await tab.sdk('logout')
  assert.deepEqual(await lines(tab), ['POST /revoke failed', 'POST /revoke 204'])
  assert.equal((await sessionOf(w, app, id)).end_reason, 'logged_out')
  assert.equal(await tab.sdk('getSessionId'), null)
})
