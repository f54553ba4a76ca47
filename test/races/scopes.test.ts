import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, send, type TestApp, user } from '../builders.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'

const servers = await twoServers()
const [w] = servers

/** Call the management API, the servers taking turns. */
const manage = (app: TestApp, i: number, path: string, method: 'POST' | 'DELETE', scope: string) =>
  send(servers[i % 2] ?? w, `/v2/session/apps/${app.id}${path}`, {
    method,
    body: { scope },
    headers: { authorization: `Bearer ${app.managementKey}` },
  })

const names = Array.from({ length: CALLERS }, (_, i) => `scope${i}`)
const nameOf = (i: number) => names[i] as string
const sorted = (scopes: readonly string[]) => scopes.toSorted()
const allowed = async (app: TestApp) => (await app.manage('/config/scopes')).body.scopes
const scopesOf = async (app: TestApp, id: string) => (await app.manage(`/users/${id}`)).body.user.scopes

test('sixteen scopes that are allowed at once are all allowed, also the first ones of an application', async () => {
  const app = await application(w)
  const answers = await race((i) => manage(app, i, '/config/scopes', 'POST', nameOf(i)))
  assert.deepEqual(tally(answers), { 201: CALLERS })
  assert.deepEqual(sorted(await allowed(app)), sorted(names))
})

test('of sixteen callers who allow one scope, one does; of sixteen who remove it, too', async () => {
  const app = await application(w)
  const added = await race((i) => manage(app, i, '/config/scopes', 'POST', 'read'))
  assert.deepEqual(tally(added), { 201: 1, '409 scope_already_exists': CALLERS - 1 })
  assert.deepEqual(await allowed(app), ['read'])
  const removed = await race((i) => manage(app, i, '/config/scopes', 'DELETE', 'read'))
  assert.deepEqual(tally(removed), { 200: 1, '404 not_found': CALLERS - 1 })
})

test('sixteen different scopes granted to one user at once all stay', async () => {
  const app = await application(w)
  for (const [i, name] of names.entries()) await manage(app, i, '/config/scopes', 'POST', name)
  const id = await user(w, app)
  const granted = await race((i) => manage(app, i, `/users/${id}/scopes`, 'POST', nameOf(i)))
  assert.deepEqual(tally(granted), { 200: CALLERS })
  assert.deepEqual(sorted(await scopesOf(app, id)), sorted(names))
  const taken = await race((i) => manage(app, i, `/users/${id}/scopes`, 'DELETE', nameOf(i)))
  assert.deepEqual(tally(taken), { 200: CALLERS })
  assert.deepEqual(await scopesOf(app, id), [])
})

test('one scope granted sixteen times at once is held once, and of sixteen who take it, one does', async () => {
  const app = await application(w)
  await manage(app, 0, '/config/scopes', 'POST', 'read')
  const id = await user(w, app)
  assert.deepEqual(tally(await race((i) => manage(app, i, `/users/${id}/scopes`, 'POST', 'read'))), { 200: CALLERS })
  assert.deepEqual(await scopesOf(app, id), ['read'])
  const taken = await race((i) => manage(app, i, `/users/${id}/scopes`, 'DELETE', 'read'))
  assert.deepEqual(tally(taken), { 200: 1, '404 not_found': CALLERS - 1 })
})
