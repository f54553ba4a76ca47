import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { pause } from '../../src/platform/clock.ts'
import { openDatabase } from '../../src/platform/db.ts'
import { application, challengeToken, claimsOf, dpopKey, FINALIZE, send, type TestApp, user } from '../builders.ts'
import { ENGINES, freshDatabase, type World } from '../world.ts'
import { remoteWorld, type ServerProcess, startServer } from './servers.ts'

const PEOPLE = 24

/** Finalize the logins of many people at once; answers the sessions that somebody was told of. */
function finalizeAll(app: TestApp, tokens: readonly string[], world: World) {
  const told: string[] = []
  const finalized = tokens.map(async (challenge_token) => {
    const dpop = await (await dpopKey(world)).proof(`${app.origin}${FINALIZE}`)
    const call = { method: 'POST', headers: { host: app.host, dpop }, body: { challenge_token } } as const
    const answer = await send(world, FINALIZE, call).catch(() => undefined)
    if (answer?.status === 200) told.push(String(claimsOf(answer.body.access_token).sid))
  })
  return { told, done: Promise.all(finalized) }
}

for (const engine of ENGINES) {
  test(`${engine}: whoever was told of a session before the server was killed has it, with its event, and nobody has half of one`, async () => {
    const databaseUrl = await freshDatabase(engine)
    let server: ServerProcess = await startServer(databaseUrl)
    const world = await remoteWorld(databaseUrl, () => server.address)
    const app = await application(world)
    const users = await Promise.all(Array.from({ length: PEOPLE }, () => user(world, app)))
    const tokens = await Promise.all(users.map((id) => challengeToken(world, app, id)))
    const { told, done } = finalizeAll(app, tokens, world)
    for (let waited = 0; told.length === 0 && waited < 2_000; waited++) await pause(1)
    await server.kill()
    await done
    server = await startServer(databaseUrl)
    const begun = await rowsAfter(databaseUrl, app)
    for (const id of told) assert.ok(begun.sessions.includes(id), `${id} was told of`)
    assert.deepEqual(begun.sessions, begun.events)
    assert.deepEqual(begun.sessions, begun.spent)
    assert.ok(told.length > 0)
    await world.close()
    assert.equal(await server.terminate(), 0)
  })
}

/** Ids of the sessions that there are, of those that there is an event of, and of those that something was spent for. */
async function rowsAfter(databaseUrl: string, app: TestApp) {
  const { db, close } = openDatabase(databaseUrl, () => {})
  const sessions = await sql<{ id: string }>`select id from sessions where app_id = ${app.id}`.execute(db)
  const spent = await sql<{
    id: string
  }>`select session_id as id from consumed_challenges where app_id = ${app.id}`.execute(db)
  const events = await sql<{ payload: string }>`
    select payload from events where app_id = ${app.id} and type = 'user.session.created'`.execute(db)
  await close()
  return {
    sessions: sessions.rows.map(({ id }) => id).sort(),
    spent: spent.rows.map(({ id }) => id).sort(),
    events: events.rows.map(({ payload }) => String(JSON.parse(payload).session_id)).sort(),
  }
}
