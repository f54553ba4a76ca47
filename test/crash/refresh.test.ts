import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { pause } from '../../src/platform/clock.ts'
import { openDatabase } from '../../src/platform/db.ts'
import { application, type Client, login, REFRESH, type TestApp, user } from '../builders.ts'
import { createDatabase, startPostgres } from '../postgres.ts'
import { ENGINES, freshDatabase } from '../world.ts'
import { crashPostgres, untilReachable } from './postgres.ts'
import { counterOf, persist, remoteWorld, type ServerProcess, seeded, startServer } from './servers.ts'

const ROUNDS = 4

/** Clients of one application, half of them with a key, half with a cookie. */
async function logInAll(
  databaseUrl: string,
  server: () => ServerProcess,
): Promise<{ app: TestApp; clients: Client[] }> {
  const world = await remoteWorld(databaseUrl, () => server().address)
  const app = await application(world, { settings: { sessions: { refresh_grace_seconds: 120 } } })
  const userId = await user(world, app)
  const carriers = ['header', 'cookie', 'header', 'cookie', 'header', 'cookie'] as const
  const clients = await Promise.all(carriers.map((carrier) => login(world, app, userId, carrier)))
  await world.close()
  return { app, clients }
}

/** Refresh again and again until the server is gone, and tell of each time that it went well; any refusal fails the test. */
async function refreshUntilGone(client: Client, onAnswer: () => void): Promise<void> {
  for (;;) {
    const answer = await client.post(REFRESH).catch(() => undefined)
    if (!answer) return
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    onAnswer()
  }
}

/** What a client was told was kept before it was told: the row is where its token is, or one further when an answer was lost. */
async function checkRows(databaseUrl: string, app: TestApp, clients: readonly Client[]): Promise<void> {
  const database = openDatabase(databaseUrl, () => {})
  const { rows } = await sql<{ id: string; counter: number; ended_at: number | null }>`
    select id, counter, ended_at from sessions where app_id = ${app.id}`.execute(database.db)
  await database.close()
  for (const client of clients) {
    const row = rows.find(({ id }) => id === client.sessionId)
    assert.equal(row?.ended_at, null)
    const ahead = (row?.counter ?? -1) - counterOf(client.refreshToken)
    assert.ok(ahead === 0 || ahead === 1, `the row is ${ahead} ahead of its client`)
  }
}

for (const engine of ENGINES) {
  test(`${engine}: however often the server is killed under load, every session refreshes with what its client holds`, async () => {
    const databaseUrl = await freshDatabase(engine)
    const random = seeded(engine.length)
    let server = await startServer(databaseUrl)
    const { app, clients } = await logInAll(databaseUrl, () => server)
    let answered = 0
    for (let round = 0; round < ROUNDS; round++) {
      const load = Promise.all(clients.map((client) => refreshUntilGone(client, () => answered++)))
      await pause(50 + random() * 350)
      // A machine that is busy answers late: it is killed under load all the same.
      for (let waited = 0; answered <= 10 * (round + 1) && waited < 100; waited++) await pause(50)
      await server.kill()
      await load
      await checkRows(databaseUrl, app, clients)
      server = await startServer(databaseUrl)
      for (const client of clients) assert.equal((await client.post(REFRESH)).status, 200)
    }
    assert.ok(answered > 10 * ROUNDS, `there was load: ${answered} refreshes`)
    assert.equal(await server.terminate(), 0)
  })
}

test('postgres: when the database crashes under load, no session is lost, whether the server survives or not', {
  skip: !ENGINES.includes('postgres'),
}, async () => {
  const postgres = await startPostgres({ durable: true })
  after(() => postgres.stop())
  const databaseUrl = await createDatabase(postgres.url)
  const random = seeded(3)
  let server = await startServer(databaseUrl)
  const { app, clients } = await logInAll(databaseUrl, () => server)
  for (const serverDies of [false, true]) {
    const stop = new AbortController()
    const load = Promise.all(clients.map((client) => refreshUntil(client, stop.signal)))
    await pause(100 + random() * 200)
    await crashPostgres(databaseUrl)
    if (serverDies) await server.kill()
    stop.abort()
    await load
    await untilReachable(databaseUrl)
    await checkRows(databaseUrl, app, clients)
    assert.equal(server.running, !serverDies)
    if (serverDies) server = await startServer(databaseUrl)
    for (const client of clients) assert.equal((await persist(() => client.post(REFRESH))).status, 200)
  }
  assert.equal(await server.terminate(), 0)
})

/** Refresh until told to stop, through faults of the server; any refusal fails the test. */
async function refreshUntil(client: Client, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const answer = await client.post(REFRESH).catch(() => undefined)
    if (answer && answer.status < 500) assert.equal(answer.status, 200, JSON.stringify(answer.body))
    else await pause(10)
  }
}
