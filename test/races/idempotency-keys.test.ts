import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, send, type TestApp } from '../builders.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'

const servers = await twoServers()
const [w] = servers

/** Create a user, the servers taking turns. */
const create = (app: TestApp, i: number, key: string, email: string) =>
  send(servers[i % 2] ?? w, `/v2/session/apps/${app.id}/users`, {
    method: 'POST',
    body: { identifiers: [{ type: 'email_address', value: email }] },
    headers: { authorization: `Bearer ${app.managementKey}`, 'idempotency-key': key },
  })

const usersOf = async (app: TestApp) => (await app.manage('/users')).body.users
const eventsOf = async (app: TestApp) => (await app.manage('/events?type=user.created')).body.events

test('sixteen requests with one key create once, and all get the one answer', async () => {
  const app = await application(w)
  const answers = await race((i) => create(app, i, 'k', 'ana@example.com'))
  assert.deepEqual(tally(answers), { 201: CALLERS })
  assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1)
  const users = await usersOf(app)
  assert.deepEqual(
    users.map((one: { id: string }) => one.id),
    [answers[0]?.body.id],
  )
  assert.equal((await eventsOf(app)).length, 1)
})

test('of sixteen different requests with one key one is carried out', async () => {
  const app = await application(w)
  const answers = await race((i) => create(app, i, 'k', `ana${i}@example.com`))
  assert.deepEqual(tally(answers), { 201: 1, '400 idempotency_key_reused': CALLERS - 1 })
  assert.equal((await usersOf(app)).length, 1)
})

test('of sixteen who find a key a day old, or its holder dead, one takes over', async () => {
  const app = await application(w)
  await create(app, 0, 'k', 'ana@example.com')
  for (const world of servers) world.advance(86_400_000)
  const answers = await race((i) => create(app, i, 'k', 'bo@example.com'))
  assert.deepEqual(tally(answers), { 201: CALLERS })
  assert.equal((await usersOf(app)).length, 2)
})
