import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionTables } from '../../src/core/sessions/tables.ts'
import { challengeToken, pkce, type TestApp, user } from '../builders.ts'
import type { World } from '../world.ts'
import { openStage, sessionOf, signIn, stagedApp, storedSession } from './stage.ts'
import { lines, newContext, openTab, type Tab } from './tab.ts'

async function fixture() {
  const w = await openStage('sqlite')
  const app = await stagedApp(w)
  return { w, app, userId: await user(w, app) }
}

/** Finalizes in vain; answers what the SDK threw. */
async function finalizeError(tab: Tab, token: string, verifier: string): Promise<string> {
  await tab.storeVerifier(verifier)
  return await tab.sdkError('finalizeOAuthLogin', token)
}

async function sessionCount(w: World, app: TestApp): Promise<number> {
  const rows = await w.deps.db
    .withTables<SessionTables>()
    .selectFrom('sessions')
    .select('id')
    .where('app_id', '=', app.id)
    .execute()
  return rows.length
}

test('each refusal of a challenge token is an error of its own in the SDK', async (t) => {
  const { w, app, userId } = await fixture()
  const { verifier, challenge } = pkce()
  const tab = await openTab(await newContext(t), app.origin, app.host)
  const good = await challengeToken(w, app, userId, challenge)

  assert.equal(await finalizeError(tab, 'no.challenge.token', verifier), 'InvalidChallengeToken')
  const burned = await challengeToken(w, app, userId, challenge)
  assert.equal(await finalizeError(tab, burned, pkce().verifier), 'BadRequest')
  assert.equal(await finalizeError(tab, burned, verifier), 'TokenReused')
  w.advance(601_000)
  assert.equal(await finalizeError(tab, good, verifier), 'ExpiredChallengeToken')
  assert.equal(await sessionCount(w, app), 0)
})

test('a challenge token that two browsers used is of no use to a third, even with its verifier', async (t) => {
  const { w, app, userId } = await fixture()
  const { verifier, challenge } = pkce()
  const token = await challengeToken(w, app, userId, challenge)
  const owner = await openTab(await newContext(t), app.origin, app.host)
  await owner.storeVerifier(verifier)
  await owner.sdk('finalizeOAuthLogin', token)
  const other = await openTab(await newContext(t), app.origin, app.host)
  await other.storeVerifier(verifier)
  await other.sdk('finalizeOAuthLogin', token)
  assert.equal(await other.sdk('getSessionId'), await owner.sdk('getSessionId'))
  const third = await openTab(await newContext(t), app.origin, app.host)
  assert.equal(await finalizeError(third, token, verifier), 'TokenReused')
  assert.deepEqual(await lines(third), ['POST /login/finalize 409 token_reused'])
  assert.equal((await owner.sdk('listSessions')).total, 1)
  await owner.sdk('invalidateCache')
  await other.sdk('invalidateCache')
  await other.sdk('refresh')
})

test('each refusal of a call for a session is an error of its own in the SDK, and the session lives', async (t) => {
  const { w, app, userId } = await fixture()
  const tab = await signIn(w, app, await newContext(t), userId)
  const { id } = await storedSession(w, app, tab)

  assert.equal(await tab.sdkError('revokeSessions', 'session', 'ses_nobody'), 'NotFound')
  assert.equal(await tab.sdkError('listSessions', { limit: 0 }), 'BadRequest')
  assert.equal(await tab.sdkError('listSessions', { offset: -1 }), 'BadRequest')
  await tab.sdk('invalidateCache')
  const challenge = { token: await challengeToken(w, app, userId), id: 'chl_none' }
  assert.equal(await tab.sdkError('refresh', { challenge }), 'InvalidChallengeToken')
  assert.deepEqual(await lines(tab), [
    'POST /me/revoke?target=session&session_id=ses_nobody 404 not_found',
    'GET /me/list?limit=0 400 invalid_pagination_limit',
    'GET /me/list?offset=-1 400 invalid_pagination_offset',
    'POST /refresh 400 invalid_challenge_token',
  ])

  await tab.page.evaluate(`new Promise((resolve) => {
    const open = indexedDB.open('prld')
    open.onsuccess = () => {
      const stores = open.result.transaction('dpop_keys', 'readwrite')
      stores.objectStore('dpop_keys').clear()
      stores.oncomplete = resolve
    }
  })`)
  await tab.page.context().clearCookies()
  assert.equal(await tab.sdkError('refresh'), 'BadRequest')
  assert.deepEqual(await lines(tab), ['POST /refresh 401 dpop_key_mismatch'])
  const { counter, ended_at } = await sessionOf(w, app, id)
  assert.deepEqual([counter, ended_at], [0, null])
})

test('too many failed logins from one address are refused as such', async (t) => {
  const w = await openStage('sqlite')
  const app = await stagedApp(w, { settings: { finalize: { failures_per_ip: 2 } } })
  const tab = await openTab(await newContext(t), app.origin, app.host)
  for (const expected of ['InvalidChallengeToken', 'InvalidChallengeToken', 'RateLimited'])
    assert.equal(await finalizeError(tab, 'no.challenge.token', pkce().verifier), expected)
  assert.match((await lines(tab)).at(-1) ?? '', / 429 rate_limited$/)
})

test('a login that breaks on our side after it was stored can be repeated into the same session', async (t) => {
  const { w, app, userId } = await fixture()
  const setScopes = (scopes: string) =>
    w.deps.transact((tx) =>
      tx.withTables<SessionTables>().updateTable('users').set({ scopes }).where('id', '=', userId).execute(),
    )
  const tab = await openTab(await newContext(t), app.origin, app.host)
  const { verifier, challenge } = pkce()
  const token = await challengeToken(w, app, userId, challenge)
  await setScopes('no list')
  assert.equal(await finalizeError(tab, token, verifier), 'InternalServer')
  assert.deepEqual(await lines(tab), ['POST /login/finalize 500 internal'])

  await setScopes('["plan:pro"]')
  await tab.storeVerifier(verifier)
  await tab.sdk('finalizeOAuthLogin', token)
  assert.equal((await tab.sdk('getProfile'))?.scope, 'plan:pro')
  assert.equal(await sessionCount(w, app), 1)
})
