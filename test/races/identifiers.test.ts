import assert from 'node:assert/strict'
import { test } from 'node:test'
import { insertGrants } from '../../src/core/grants/store.ts'
import { application, type Client, login, REFRESH, send, type TestApp, user } from '../builders.ts'
import { eventsOf } from '../house/rows.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'

const servers = await twoServers()
const [w] = servers

const LIST = '/v1/session/me/identifiers'
const SCOPE = 'prld:identifiers:write'
const EMAIL = `${LIST}/email_address/ada%40example.com`
const PHONE = `${LIST}/phone_number/%2B306912345678`

/** A user with two proven identifiers, and as many grants to remove one. */
async function story(grants: number) {
  const app = await application(w)
  const client = await login(w, app, await user(w, app, { email: 'ada@example.com', phone: '+306912345678' }))
  const row = { app_id: app.id, user_id: client.userId, session_id: client.sessionId, jti: '', scope: SCOPE }
  const rows = Array.from({ length: grants }, () => ({ ...row, expires_at: w.deps.now() + 600_000 }))
  await w.deps.transact((tx) => insertGrants(tx, w.deps, rows))
  await client.post(REFRESH)
  return { app, client }
}

const remove = (app: TestApp, client: Client, i: number, path: string) =>
  send(servers[i % 2] ?? w, path, {
    method: 'DELETE',
    headers: { host: app.host, authorization: `Bearer ${client.accessToken}` },
  })

const held = async (client: Client) => (await client.bearer(LIST)).body.identifiers.length

test('of two identifiers that are removed sixteen times at once, one stays, and one scope is used up', async () => {
  for (let round = 0; round < 4; round++) {
    const { app, client } = await story(CALLERS)
    const answers = await race((i) => remove(app, client, i, (i >> 1) % 2 ? EMAIL : PHONE))
    const half = CALLERS / 2
    assert.deepEqual(tally(answers), { 204: 1, '404 not_found': half - 1, '409 last_identifier': half })
    assert.equal(await held(client), 1)
    assert.equal((await eventsOf(w, app, 'user.identifier.deleted')).length, 1)
  }
})

test('one scope removes one identifier, however many are removed with it at once', async () => {
  const { app, client } = await story(1)
  for (let i = 0; i < CALLERS; i++) {
    const identifier = { type: 'email_address', value: `more${i}@example.com` }
    await app.manage(`/users/${client.userId}/identifiers`, { body: { identifier } })
  }
  const answers = await race((i) => remove(app, client, i, `${LIST}/email_address/more${i}%40example.com`))
  assert.deepEqual(tally(answers), { 204: 1, '403 insufficient_scope': CALLERS - 1 })
  assert.equal(await held(client), CALLERS + 1)
})
