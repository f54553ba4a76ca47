import assert from 'node:assert/strict'
import { test } from 'node:test'
import { consumeLink } from '../../src/core/users/external-id.ts'
import { type Answer, application, login, REFRESH, type TestApp, user } from '../builders.ts'
import { eventsOf } from '../house/rows.ts'
import { world } from '../world.ts'

const CALLERS = 16

const race = <T>(call: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: CALLERS }, (_, i) => call(i)))

/** How often each status and code was answered. */
function tally(answers: readonly Answer[]): Record<string, number> {
  const names = answers.map(({ status, body }) => (body?.code ? `${status} ${body.code}` : String(status)))
  return Object.fromEntries(names.map((name) => [name, names.filter((other) => other === name).length]))
}

const email = (value: string) => ({ type: 'email_address', value })

const setExternalId = (app: TestApp, id: string | undefined, externalId: string) =>
  app.manage(`/users/${id}/external_id`, { method: 'PUT', body: { external_id: externalId } })

const w = await world('postgres')

test('of sixteen users created with one identifier, one is', async () => {
  const app = await application(w)
  const answers = await race(() => app.manage('/users', { body: { identifiers: [email('one@example.com')] } }))
  assert.deepEqual(tally(answers), { 201: 1, '409 identifier_already_exists': CALLERS - 1 })
  assert.equal((await app.manage('/users')).body.users.length, 1)
  assert.equal((await eventsOf(w, app, 'user.created')).length, 1)
})

test('of sixteen users created with one external id, one is', async () => {
  const app = await application(w)
  const answers = await race((i) =>
    app.manage('/users', { body: { identifiers: [email(`user${i}@example.com`)], external_id: 'one' } }),
  )
  assert.deepEqual(tally(answers), { 201: 1, '409 external_id_already_exists': CALLERS - 1 })
})

test('of sixteen users created with one UUID, one is', async () => {
  const app = await application(w)
  const id = crypto.randomUUID()
  const answers = await race((i) => {
    const written = i % 2 ? id : id.toUpperCase()
    return app.manage('/users', { body: { id: written, identifiers: [email(`user${i}@example.com`)] } })
  })
  assert.deepEqual(tally(answers), { 201: 1, '409 internal_id_already_exists': CALLERS - 1 })
  assert.equal((await app.manage('/users')).body.users.length, 1)
})

test('users created with the same two identifiers in different orders never wait for each other in a circle', async () => {
  const app = await application(w)
  const pair = [email('a@example.com'), email('b@example.com')]
  const answers = await race((i) => app.manage('/users', { body: { identifiers: i % 2 ? pair : pair.toReversed() } }))
  assert.deepEqual(tally(answers), { 201: 1, '409 identifier_already_exists': CALLERS - 1 })
})

test('of sixteen users who are given one identifier, one gets it', async () => {
  const app = await application(w)
  const ids = await race(() => user(w, app))
  const identifier = { type: 'phone_number', value: '+306912345678' }
  const answers = await race((i) => app.manage(`/users/${ids[i]}/identifiers`, { body: { identifier } }))
  assert.deepEqual(tally(answers), { 201: 1, '409 identifier_already_exists': CALLERS - 1 })
  assert.equal((await eventsOf(w, app, 'user.identifier.created')).length, 1)
})

test('of sixteen users who are given one external id, one gets it', async () => {
  const app = await application(w)
  const ids = await race(() => user(w, app))
  const answers = await race((i) => setExternalId(app, ids[i], 'wanted'))
  assert.deepEqual(tally(answers), { 204: 1, '409 external_id_already_exists': CALLERS - 1 })
  const { users } = (await app.manage('/users')).body
  assert.equal(users.length, CALLERS)
  const holders = users.filter((one: { external_id?: string }) => one.external_id === 'wanted')
  const winner = ids[answers.findIndex((answer) => answer.status === 204)]
  assert.deepEqual(
    holders.map((one: { id: string }) => one.id),
    [winner],
  )
})

test('an external id goes either to a new user or to one who is given it', async () => {
  const app = await application(w)
  const ids = await race(() => user(w, app))
  const answers = await race((i) => {
    if (i % 2) return setExternalId(app, ids[i], 'wanted')
    return app.manage('/users', { body: { identifiers: [email(`user${i}@example.com`)], external_id: 'wanted' } })
  })
  const { 201: created = 0, 204: given = 0, ...lost } = tally(answers)
  assert.equal(created + given, 1)
  assert.deepEqual(lost, { '409 external_id_already_exists': CALLERS - 1 })
})

test('of sixteen users linked to one legacy record, one is', async () => {
  const app = await application(w)
  const ids = await race(() => user(w, app))
  const linked = await race((i) => w.deps.transact((tx) => consumeLink(tx, w.deps, app.id, ids[i] as string, 'legacy')))
  assert.equal(linked.filter(Boolean).length, 1)
  const { users } = (await app.manage('/users/batch_lookup', { body: { external_ids: ['legacy'] } })).body
  assert.equal(users[0].id, ids[linked.indexOf(true)])
})

test('one external id given sixteen times to its user is done sixteen times', async () => {
  const app = await application(w)
  const id = await user(w, app)
  assert.deepEqual(tally(await race(() => setExternalId(app, id, 'own'))), { 204: CALLERS })
})

test('sixteen users who pass their external ids on at once are all answered, and no id is held twice', async () => {
  const app = await application(w)
  const ids = await race((i) => user(w, app, { externalId: `id${i}` }))
  const answers = await race((i) => setExternalId(app, ids[i], `id${(i + 1) % CALLERS}`))
  const { 204: _done, '409 external_id_already_exists': _lost, ...others } = tally(answers)
  assert.deepEqual(others, {})
  const held = (await app.manage('/users')).body.users.map((one: { external_id: string }) => one.external_id)
  assert.equal(new Set(held).size, CALLERS)
})

test('sixteen changes of different members of a profile are all kept', async () => {
  const app = await application(w)
  const id = await user(w, app)
  const answers = await race((i) =>
    app.manage(`/users/${id}/profile`, { method: 'PATCH', body: { [`member${i}`]: i } }),
  )
  assert.deepEqual(tally(answers), { 204: CALLERS })
  const { profile } = (await app.manage(`/users/${id}`)).body.user
  assert.equal(Object.keys(profile).length, CALLERS)
})

test('no session of a user outlives their block, however close the login', async () => {
  const app = await application(w)
  const id = await user(w, app)
  const logins = race(() => login(w, app, id).catch(() => undefined))
  const blocked = await app.manage(`/users/${id}/status`, { method: 'PUT', body: { status: 'inactive' } })
  assert.equal(blocked.status, 200)
  const clients = (await logins).filter((client) => client !== undefined)
  for (const client of clients) assert.equal((await client.post(REFRESH)).status, 401)
  assert.deepEqual((await app.manage(`/users/${id}/sessions`)).body, { sessions: [] })
})

test('users who are deleted while identifiers and sessions arrive leave none behind', async () => {
  const app = await application(w)
  for (let round = 0; round < 8; round++) {
    const id = await user(w, app)
    const arriving = race<unknown>((i) => {
      if (i % 4 === 0) return login(w, app, id).catch(() => undefined)
      return app.manage(`/users/${id}/identifiers`, { body: { identifier: email(`late${i}@example.com`) } })
    })
    const deletions = await race(() => app.manage(`/users/${id}`, { method: 'DELETE' }))
    await arriving
    assert.deepEqual(tally(deletions), { 204: 1, '404 not_found': CALLERS - 1 })
    assert.equal((await eventsOf(w, app, 'user.deleted')).length, round + 1)
  }
  for (const table of ['users', 'identifiers', 'sessions']) {
    const rows = w.deps.db.withTables<Record<string, { app_id: string }>>().selectFrom(table).selectAll()
    assert.deepEqual(await rows.where('app_id', '=', app.id).execute(), [], table)
  }
})
