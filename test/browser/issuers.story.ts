import assert from 'node:assert/strict'
import { test } from 'node:test'
import { user } from '../builders.ts'
import { openStage, pass, signIn, stagedApp } from './stage.ts'
import { lines, newContext } from './tab.ts'

test('the SDK takes tokens whatever they call issuer and audience and however they are signed, and a change logs nobody out', async (t) => {
  const w = await openStage('sqlite')
  const app = await stagedApp(w)
  const tab = await signIn(w, app, await newContext(t), await user(w, app))
  const before = await tab.sdk('getProfile')
  assert.deepEqual([before?.iss, before?.aud], [app.host, undefined])

  const sessions = { issuer_form: 'url', audience: 'https://api.shop.example', access_token_algorithm: 'RS256' }
  await app.manage('/settings', { method: 'PATCH', body: { settings: { sessions } } })
  assert.equal((await tab.sdk('listSessions')).total, 1)
  await pass(w, tab, 120)
  await lines(tab)
  await tab.sdk('refresh')
  const after = await tab.sdk('getProfile')
  assert.deepEqual([after?.iss, after?.aud, after?.sub], [app.origin, 'https://api.shop.example', before?.sub])
  assert.equal((await tab.sdk('listSessions')).total, 1)
  assert.deepEqual(await lines(tab), ['POST /refresh 200', 'GET /me/list 200'])
})
