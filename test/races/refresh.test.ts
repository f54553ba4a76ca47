import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { findSession, swapCounter } from '../../src/core/sessions/store.ts'
import { application, type Client, login, REFRESH, REVOKE, refreshTokenOf, type TestApp, user } from '../builders.ts'
import { eventsOf } from '../house/rows.ts'
import { CALLERS, postAtOnce, presentations, race, refreshOutcomes, tally, twoServers } from './contenders.ts'

const servers = await twoServers()
const [first, second] = servers

const stored = (app: TestApp, client: Client) => findSession(first.deps.db, app.id, client.sessionId, first.deps.now())

const revocations = async (app: TestApp) =>
  (await eventsOf(first, app, 'user.session.revoked')).map((event) => event.reason)

for (const carrier of ['header', 'cookie'] as const) {
  for (const [where, asked] of [
    ['one server', [first]],
    ['two servers', servers],
  ] as const) {
    test(`of sixteen refreshes with one ${carrier} token on ${where}, one rotates, and all get the same usable token`, async () => {
      const app = await application(first)
      const client = await login(first, app, await user(first, app), carrier)
      const headers = await presentations(app, client, REFRESH)
      await refreshOutcomes(servers)
      const answers = await postAtOnce(asked, app, REFRESH, headers)
      assert.deepEqual(tally(answers), { 200: CALLERS })
      assert.deepEqual(await refreshOutcomes(servers), { rotated: 1, repeated: CALLERS - 1 })
      assert.equal((await stored(app, client))?.counter, 1)
      const tokens = new Set(answers.map(refreshTokenOf))
      assert.equal(tokens.size, 1)
      assert.ok(!tokens.has(client.refreshToken))
      client.refreshToken = [...tokens][0] ?? ''
      assert.equal((await client.post(REFRESH)).status, 200)
      assert.equal((await stored(app, client))?.counter, 2)
      assert.deepEqual(await revocations(app), [])
    })
  }

  test(`of sixteen uses of one old ${carrier} token, one ends the session, and there is one event of it`, async () => {
    const app = await application(first)
    const client = await login(first, app, await user(first, app), carrier)
    const headers = await presentations(app, client, REFRESH)
    for (let i = 0; i < (carrier === 'header' ? 11 : 2); i++) await client.post(REFRESH)
    const answers = await postAtOnce(servers, app, REFRESH, headers)
    assert.deepEqual(tally(answers), { '401 unauthorized': CALLERS })
    assert.deepEqual(
      answers.flatMap(refreshTokenOf).filter((token) => token !== undefined),
      [],
    )
    assert.deepEqual(await revocations(app), ['refresh_token_reused'])
    assert.equal((await client.post(REFRESH)).status, 401)
  })
}

test('a restored database takes sixteen presentations of the token it has forgotten, and moves forward once', async () => {
  const app = await application(first)
  const client = await login(first, app, await user(first, app))
  for (let i = 0; i < 3; i++) await client.post(REFRESH)
  const headers = await presentations(app, client, REFRESH)
  await first.deps.transact(async (tx) => {
    await sql`update sessions set counter = 1 where id = ${client.sessionId}`.execute(tx)
  })
  await refreshOutcomes(servers)
  const answers = await postAtOnce(servers, app, REFRESH, headers)
  assert.deepEqual(tally(answers), { 200: CALLERS })
  assert.deepEqual(await refreshOutcomes(servers), { restored: 1, repeated: CALLERS - 1 })
  assert.equal((await stored(app, client))?.counter, 4)
  assert.equal(new Set(answers.map(refreshTokenOf)).size, 1)
})

test('a session that is revoked while it is refreshed is over: whatever was answered, no later refresh succeeds', async () => {
  const app = await application(first)
  const userId = await user(first, app)
  for (let round = 0; round < 8; round++) {
    const client = await login(first, app, userId, round % 2 ? 'cookie' : 'header')
    const refreshes = (await presentations(app, client, REFRESH)).slice(0, 8)
    const revokes = (await presentations(app, client, REVOKE)).slice(0, 2)
    const [refreshed, revoked] = await Promise.all([
      postAtOnce(servers, app, REFRESH, refreshes),
      postAtOnce(servers, app, REVOKE, revokes),
    ])
    assert.deepEqual(tally(revoked), { 204: 2 })
    for (const answer of refreshed) assert.ok(answer.status === 200 || answer.body.code === 'unauthorized')
    assert.notEqual((await stored(app, client))?.ended_at, null)
    for (const token of new Set([client.refreshToken, ...refreshed.map(refreshTokenOf)])) {
      client.refreshToken = token ?? client.refreshToken
      assert.deepEqual(tally([await client.post(REFRESH)]), { '401 unauthorized': 1 })
    }
  }
  assert.deepEqual(await revocations(app), Array(8).fill('logged_out'))
})

test('a user who is blocked while all their sessions are refreshed keeps none', async () => {
  const app = await application(first)
  for (let round = 0; round < 5; round++) {
    const userId = await user(first, app)
    const clients = await race(() => login(first, app, userId))
    const headers = await Promise.all(
      clients.map(async (client) => (await presentations(app, client, REFRESH))[0] ?? {}),
    )
    const [refreshed, blocked] = await Promise.all([
      postAtOnce(servers, app, REFRESH, headers),
      app.manage(`/users/${userId}/status`, { method: 'PUT', body: { status: 'inactive' } }),
    ])
    assert.equal(blocked.status, 200)
    for (const answer of refreshed) assert.ok(answer.status === 200 || answer.body.code === 'unauthorized')
    assert.deepEqual(tally(await Promise.all(clients.map((client) => client.post(REFRESH)))), {
      '401 unauthorized': CALLERS,
    })
  }
})

async function movesOf(app: TestApp) {
  const userId = await user(first, app)
  const clients = await race(() => login(first, app, userId))
  const now = first.deps.now()
  return (presented: number) =>
    clients.map(({ sessionId: id, key }) => ({
      app_id: app.id,
      id,
      presented,
      jkt: key?.thumbprint ?? '',
      now,
      idle_expires_at: now + 60_000,
      proof_issued_at: now,
      token_key: 'any',
    }))
}

test('the rotations of one turn are one transaction', async () => {
  const app = await application(first)
  const moves = await movesOf(app)
  const moved = await Promise.all(moves(0).map((move) => swapCounter(first.deps, move)))
  assert.deepEqual(
    moved.map((session) => session?.counter),
    Array(CALLERS).fill(1),
  )
  const { rows } = await sql<{ count: number }>`
    select count(distinct xmin::text) as count from sessions where app_id = ${app.id}`.execute(first.deps.db)
  assert.equal(rows[0]?.count, 1)
})

/** As many sessions as make PostgreSQL look each one up by its index, as it does in earnest. */
async function addBystanders(app: TestApp): Promise<void> {
  await first.deps.transact(async (tx) => {
    await sql`
      insert into sessions
      select (jsonb_populate_record(one, jsonb_build_object('id', 'bystander ' || n))).*
      from (select sessions from sessions where app_id = ${app.id} limit 1) as any_one(one), generate_series(1, 5000) n
    `.execute(tx)
  })
  await sql`analyze sessions`.execute(first.deps.db)
}

test('two servers that rotate the same sessions in opposite orders never wait for each other in a circle', async () => {
  const app = await application(first)
  const moves = await movesOf(app)
  await addBystanders(app)
  for (let counter = 0; counter < 20; counter++) {
    const moved = await Promise.all([
      ...moves(counter).map((move) => swapCounter(first.deps, move)),
      ...moves(counter)
        .toReversed()
        .map((move) => swapCounter(second.deps, move)),
    ])
    assert.equal(moved.filter(Boolean).length, CALLERS)
  }
  const { rows } = await sql<{ deadlocks: number }>`
    select deadlocks from pg_stat_database where datname = current_database()`.execute(first.deps.db)
  assert.equal(rows[0]?.deadlocks, 0)
})
