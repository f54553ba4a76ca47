import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, login, REFRESH, send, type TestApp, through, user } from '../builders.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'

const servers = await twoServers()
const [w, second] = servers

/** Call the management API, the servers taking turns. */
const manage = (app: TestApp, i: number, method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object) =>
  send(servers[i % 2] ?? w, `/v2/session/apps/${app.id}${path}`, {
    method,
    body,
    headers: { authorization: `Bearer ${app.managementKey}` },
  })

test('of sixteen callers who make one group, one does; of sixteen who delete it, too', async () => {
  const app = await application(w)
  const made = await race((i) => manage(app, i, 'POST', '/config/groups', { name: 'support' }))
  assert.deepEqual(tally(made), { 201: 1, '409 group_already_exists': CALLERS - 1 })
  const deleted = await race((i) => manage(app, i, 'DELETE', '/config/groups/support'))
  assert.deepEqual(tally(deleted), { 204: 1, '404 not_found': CALLERS - 1 })
})

test('a scope that is disallowed while sixteen give it to a group is in none of them afterwards', async () => {
  const app = await application(w)
  await manage(app, 0, 'POST', '/config/scopes', { scope: 'read' })
  const answers = await race((i) =>
    i === 7
      ? manage(app, i, 'DELETE', '/config/scopes', { scope: 'read' })
      : manage(app, i, 'POST', '/config/groups', { name: `g${i}`, scopes: ['read'] }),
  )
  for (const { status, body } of answers) assert.ok(status < 300 || body.code === 'unknown_scope', JSON.stringify(body))
  const { groups } = (await app.manage('/config/groups')).body
  for (const { scopes } of groups) assert.deepEqual(scopes, [])
})

test('one group given sixteen times at once is held once, with one event', async () => {
  const app = await application(w)
  await manage(app, 0, 'POST', '/config/groups', { name: 'support' })
  const id = await user(w, app)
  const added = await race((i) => manage(app, i, 'POST', `/users/${id}/groups`, { group: 'support' }))
  assert.deepEqual(tally(added), { 200: CALLERS })
  assert.deepEqual((await app.manage(`/users/${id}/groups`)).body, { groups: ['support'] })
  const { events } = (await app.manage('/events?type=user.group.added')).body
  assert.equal(events.length, 1)
})

test('sixteen lifetimes set at once, of two kinds, lose neither kind', async () => {
  const app = await application(w)
  const answers = await race((i) =>
    manage(
      app,
      i,
      'PUT',
      '/config/tokens',
      i % 2 ? { access_token_ttl_seconds: 99 } : { refresh_token_ttl_seconds: 999 },
    ),
  )
  assert.deepEqual(tally(answers), { 200: CALLERS })
  const { config } = (await app.manage('/config/tokens')).body
  assert.deepEqual(config, { access_token_ttl_seconds: 99, refresh_token_ttl_seconds: 999 })
})

test('what a group gives by one process, tokens of the other carry a second later', async () => {
  const app = await application(w)
  await manage(app, 0, 'POST', '/config/scopes', { scope: 'read' })
  await manage(app, 0, 'POST', '/config/groups', { name: 'support', scopes: ['read'] })
  const id = await user(w, app)
  await manage(app, 0, 'POST', `/users/${id}/groups`, { group: 'support' })
  const client = await login(second, through(second, app), id)
  assert.equal(claimsOf(client.accessToken).scope, 'read')
  await manage(app, 0, 'PUT', '/config/groups/support', { scopes: [] })
  second.advance(1_000)
  await client.post(REFRESH)
  assert.equal(claimsOf(client.accessToken).scope, undefined)
})
