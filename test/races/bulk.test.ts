import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, application, send, type TestApp, user } from '../builders.ts'
import { eventsOf } from '../house/rows.ts'
import { CALLERS, race, twoServers } from './contenders.ts'

const servers = await twoServers()
const [w] = servers
const ROWS = 30

const email = (value: string) => ({ type: 'email_address', value })

function sendBulk(app: TestApp, i: number, users: readonly object[]): Promise<Answer> {
  const headers = { authorization: `Bearer ${app.managementKey}` }
  const body = { users, emit_events: true }
  const server = servers[i % servers.length] ?? w
  return send(server, `/v2/session/apps/${app.id}/users/bulk`, { method: 'POST', headers, body })
}

/** The same rows from another one on. */
const turned = <T>(rows: readonly T[], by: number): T[] => [...rows.slice(by), ...rows.slice(0, by)]

const tally = (answers: readonly Answer[]) => {
  const all = answers.flatMap(({ body }) =>
    body.results.map(({ outcome, code }: Record<string, string>) => code ?? outcome),
  )
  return Object.fromEntries([...Map.groupBy(all, (one: string) => one)].map(([name, { length }]) => [name, length]))
}

test('of sixteen requests with the same rows, in different orders, each user is made by one', async () => {
  const app = await application(w)
  const rows = Array.from({ length: ROWS }, (_, i) => ({
    external_id: `customer-${i}`,
    identifiers: [email(`b${i}@example.com`), email(`a${ROWS - i}@example.com`)],
    profile: { name: `User ${i}` },
  }))
  const answers = await race((i) => sendBulk(app, i, turned(rows, i * 3)))
  for (const { status, body } of answers) assert.equal(status, 200, JSON.stringify(body))
  assert.deepEqual(tally(answers), { created: ROWS, unchanged: ROWS * (CALLERS - 1) })
  assert.equal((await app.manage('/users?limit=500')).body.users.length, ROWS)
  assert.equal((await eventsOf(w, app, 'user.created')).length, ROWS)
})

test('of sixteen requests that give different people one address, one does, and nobody else is made', async () => {
  const app = await application(w)
  const answers = await race((i) =>
    sendBulk(app, i, [
      { external_id: `first-${i}`, identifiers: [email('one@example.com')] },
      { external_id: `own-${i}`, identifiers: [email(`own${i}@example.com`)] },
    ]),
  )
  assert.deepEqual(tally(answers), { created: 1 + CALLERS, identifier_already_exists: CALLERS - 1 })
  assert.equal((await app.manage('/users?limit=500')).body.users.length, 1 + CALLERS)
})

test('of sixteen requests that link one account, each by its own external id, one does', async () => {
  const app = await application(w)
  const id = await user(w, app, { email: 'one@example.com' })
  const answers = await race((i) =>
    sendBulk(app, i, [{ external_id: `e-${i}`, identifiers: [email('one@example.com')] }]),
  )
  assert.deepEqual(tally(answers), { updated: 1, identifier_already_exists: CALLERS - 1 })
  const { users } = (await app.manage('/users')).body
  assert.deepEqual(
    users.map((one: { id: string }) => one.id),
    [id],
  )
})
