import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challengeToken, pkce, REFRESH, user } from '../builders.ts'
import { eventsOf } from '../house/rows.ts'
import { openStage, signIn, stagedApp, storedSession } from './stage.ts'
import { lines, loseAnswers, newContext, openTab } from './tab.ts'

// The SDK makes its key when it first needs one, and two calls at once make two. It keeps the one it made last.

for (const [what, method] of [
  ['asks whether it is signed in while it finalizes', 'refresh'],
  ['finalizes twice', 'finalizeOAuthLogin'],
] as const) {
  test(`a new browser that ${what} is in, and stays in`, async (t) => {
    const w = await openStage('sqlite')
    const app = await stagedApp(w)
    for (let round = 0; round < 3; round++) {
      const tab = await openTab(await newContext(t), app.origin, app.host)
      const { verifier, challenge } = pkce()
      await tab.storeVerifier(verifier)
      const token = await challengeToken(w, app, await user(w, app), challenge)
      const beside = method === 'refresh' ? tab.sdk('refresh') : tab.sdk('finalizeOAuthLogin', token)
      const came = await Promise.allSettled([beside, tab.sdk('finalizeOAuthLogin', token)])
      assert.ok(came.some(({ status }) => status === 'fulfilled'))
      await tab.sdk('invalidateCache')
      await tab.sdk('refresh')
      assert.equal((await storedSession(w, app, tab)).counter, 1)
      assert.equal((await tab.sdk('listSessions')).total, 1)
    }
  })
}

test('a browser that lost its key a moment after the login stays in with a new one', async (t) => {
  const w = await openStage('sqlite')
  const app = await stagedApp(w)
  const tab = await signIn(w, app, await newContext(t))
  await tab.page.evaluate(`new Promise((resolve) => {
    const open = indexedDB.open('prld')
    open.onsuccess = () => {
      const stores = open.result.transaction('dpop_keys', 'readwrite')
      stores.objectStore('dpop_keys').clear()
      stores.oncomplete = resolve
    }
  })`)
  await tab.sdk('invalidateCache')
  await loseAnswers(tab, REFRESH, 1)
  await tab.sdk('refresh')
  assert.deepEqual(await lines(tab), ['POST /refresh failed', 'POST /refresh 200'])
  assert.equal((await eventsOf(w, app, 'user.session.rebound')).length, 1)
  await tab.sdk('invalidateCache')
  await tab.sdk('refresh')
  assert.equal((await storedSession(w, app, tab)).counter, 2)
})
