import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { listSessions } from '../../src/core/sessions/store.ts'
import { user } from '../builders.ts'
import { openStage, sessionOf, signIn, stagedApp, storedSession } from './stage.ts'
import { lines, newContext, type Tab } from './tab.ts'

/** One user signed in on several devices. */
async function signedInOn(t: TestContext, devices: number) {
  const w = await openStage('sqlite')
  const app = await stagedApp(w)
  const userId = await user(w, app)
  const tabs: Tab[] = []
  const ids: string[] = []
  for (let i = 0; i < devices; i++) {
    const tab = await signIn(w, app, await newContext(t), userId)
    tabs.push(tab)
    ids.push((await storedSession(w, app, tab)).id)
    w.advance(1000)
  }
  const reasons = async () => {
    const sessions = await Promise.all(ids.map((id) => sessionOf(w, app, id)))
    return sessions.map(({ end_reason }) => end_reason)
  }
  return { w, app, userId, tabs: tabs as [Tab, Tab, Tab, Tab], ids: ids as [string, string, string, string], reasons }
}

/** A tab whose session has ended notices at the next call. */
async function assertSignedOut(tab: Tab) {
  await lines(tab)
  assert.equal(await tab.sdkError('listSessions'), 'Unauthorized')
  assert.deepEqual(await lines(tab), ['GET /me/list 401', 'POST /refresh 401 unauthorized'])
}

test('a user sees their sessions, ends one, all others, then their own', async (t) => {
  const { w, app, userId, tabs, ids, reasons } = await signedInOn(t, 4)
  const [here, phone, tablet, laptop] = tabs

  const page = await here.sdk('listSessions')
  const stored = await listSessions(w.deps.db, app.id, userId, w.deps.now())
  assert.deepEqual(
    page.sessions.map(({ id }) => id),
    stored.map(({ id }) => id),
  )
  assert.deepEqual(page.sessions.map(({ id }) => id).sort(), [...ids].sort())
  assert.deepEqual([page.total, page.limit, page.offset, page.sessions[0]?.device_type], [4, 10, 0, 'desktop'])
  const second = await here.sdk('listSessions', { limit: 1, offset: 1 })
  assert.deepEqual([second.sessions[0]?.id, second.sessions.length, second.total], [stored[1]?.id, 1, 4])

  await here.sdk('revokeSessions', 'session', ids[1])
  assert.deepEqual(await reasons(), [null, 'revoked', null, null])
  await assertSignedOut(phone)

  await here.sdk('revokeSessions', 'others')
  assert.deepEqual(await reasons(), [null, 'revoked', 'revoked', 'revoked'])
  await assertSignedOut(tablet)
  await assertSignedOut(laptop)
  assert.equal((await here.sdk('listSessions')).total, 1)

  await lines(here)
  await here.sdk('revokeSessions', 'mine')
  assert.deepEqual(await lines(here), ['POST /me/revoke?target=mine 204'])
  assert.equal(await here.sdk('getProfile'), undefined)
  assert.equal((await sessionOf(w, app, ids[0])).end_reason, 'revoked')
})

test('a user ends all sessions at once, or their own by its id', async (t) => {
  const { tabs, ids, reasons } = await signedInOn(t, 3)
  const [one, two, three] = tabs
  await one.sdk('revokeSessions', 'session', ids[0])
  assert.deepEqual(await reasons(), ['revoked', null, null])
  assert.equal(await one.sdk('getSessionId'), null)

  await two.sdk('revokeSessions', 'all')
  assert.deepEqual(await reasons(), ['revoked', 'revoked', 'revoked'])
  assert.equal(await two.sdk('getSessionId'), null)
  await assertSignedOut(three)
})

test('after a logout nothing is left in the browser and nothing is refreshed; the next login has a new key', async (t) => {
  const { w, app, userId, tabs, ids, reasons } = await signedInOn(t, 2)
  const [here, elsewhere] = tabs
  await here.sdk('logout')
  assert.deepEqual(await lines(here), ['POST /revoke 204'])
  assert.deepEqual(await reasons(), ['logged_out', null])
  assert.equal(await here.sdk('getProfile'), undefined)
  assert.equal(await here.sdkError('refresh'), 'Unauthorized')
  assert.equal(await here.sdkError('logout'), 'Unauthorized')
  assert.deepEqual(await lines(here), ['POST /refresh 401 unauthorized', 'POST /revoke 401 unauthorized'])
  assert.deepEqual(await reasons(), ['logged_out', null])
  assert.equal((await elsewhere.sdk('listSessions')).total, 1)

  const again = await signIn(w, app, here.page.context(), userId)
  const [before, after] = [await sessionOf(w, app, ids[0]), await storedSession(w, app, again)]
  assert.notEqual(after.jkt, before.jkt)
})
