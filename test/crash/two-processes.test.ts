import assert from 'node:assert/strict'
import { Agent, request } from 'node:http'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { pause } from '../../src/platform/clock.ts'
import { listJobs } from '../../src/platform/jobs/store.ts'
import { application, type Client, credentials, login, REFRESH, type TestApp, user } from '../builders.ts'
import { freshDatabase, type World } from '../world.ts'
import { remoteWorld, type ServerProcess, seeded, startServer, withFailover } from './servers.ts'

/** A quick machine logs in more often than a user may stay logged in by default. */
const SESSIONS = { refresh_grace_seconds: 120, max_sessions_per_user: 1000 }

/** A client that logs in, refreshes a while and begins anew, until told to stop. Answers its clients, the last first. */
async function live(world: World, app: TestApp, userId: string, carrier: 'header' | 'cookie', stop: AbortSignal) {
  const clients: Client[] = []
  while (!stop.aborted) {
    const client = await login(world, app, userId, carrier)
    clients.unshift(client)
    for (let i = 0; i < 3 && !stop.aborted; i++) {
      const answer = await client.post(REFRESH)
      assert.equal(answer.status, 200, JSON.stringify(answer.body))
    }
  }
  return clients
}

test('two servers on one database: one is killed under load, the other stopped after it is replaced, and no session is lost', async () => {
  const databaseUrl = await freshDatabase('postgres')
  const random = seeded(11)
  const servers: ServerProcess[] = await Promise.all([startServer(databaseUrl), startServer(databaseUrl)])
  const pick = () => servers[Math.floor(random() * servers.length)]?.address ?? ''
  const world = await remoteWorld(databaseUrl, pick)
  after(() => world.close())
  const app = withFailover(world, await application(world, { settings: { sessions: SESSIONS } }), pick)
  const userId = await user(world, app)
  const stop = new AbortController()
  const lives = Promise.all(
    (['header', 'cookie', 'header', 'cookie', 'header'] as const).map((carrier) =>
      live(world, app, userId, carrier, stop.signal),
    ),
  )
  await pause(400)
  await servers[0]?.kill()
  await pause(400)
  servers[0] = await startServer(databaseUrl)
  await pause(200)
  assert.equal(await servers[1]?.terminate(), 0)
  await pause(200)
  stop.abort()
  const clients = (await lives).flat()
  assert.ok(clients.length > 10, `there was load: ${clients.length} logins`)
  for (const client of clients) assert.equal((await client.post(REFRESH)).status, 200)
  const { rows } = await sql<{ sessions: number; users: number }>`
    select count(*) as sessions, count(ended_at) as ended from sessions where app_id = ${app.id}
  `.execute(world.deps.db)
  assert.deepEqual(rows, [{ sessions: clients.length, ended: 0 }])
  assert.equal(await servers[0].terminate(), 0)
})

/** POST over a connection that is kept. `taken` once the server has it, as it says by 100 Continue. */
function post(agent: Agent, address: string, path: string, headers: Record<string, string>) {
  const taken = Promise.withResolvers<void>()
  const answered = new Promise<number>((resolve, reject) => {
    const options = { method: 'POST', agent, headers: { ...headers, expect: '100-continue' } }
    const outgoing = request(`${address}${path}`, options, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
    outgoing.on('continue', () => {
      outgoing.end()
      taken.resolve()
    })
    outgoing.on('error', reject).flushHeaders()
  })
  return { taken: taken.promise, answered }
}

test('a server that is told to stop answers what it was asked, finishes its job, and leaves no lease behind', async () => {
  const databaseUrl = await freshDatabase('postgres')
  const earlier = await startServer(databaseUrl)
  const world = await remoteWorld(databaseUrl, () => earlier.address)
  after(() => world.close())
  const app = await application(world, { settings: { sessions: SESSIONS } })
  const userId = await user(world, app)
  const clients = await Promise.all([1, 2, 3].map(() => login(world, app, userId)))
  assert.equal(await earlier.terminate(), 0)

  const gate = await closeGates(world)
  const server = await startServer(databaseUrl)
  const agent = new Agent({ keepAlive: true })
  after(() => agent.destroy())
  assert.equal(await post(agent, server.address, '/v1/session/none', { host: app.host }).answered, 404)
  const sent = await Promise.all(clients.map((client) => credentials(app, client, REFRESH)))
  const asked = sent.map((headers) => post(agent, server.address, REFRESH, { host: app.host, ...headers }))
  await Promise.all(asked.map(({ taken }) => taken))
  await gate.untilBothWait()
  const leased = async () => (await listJobs(world.deps.db)).filter((job) => job.leased_until !== null)
  assert.deepEqual(
    (await leased()).map((job) => job.kind),
    ['sweep/limits'],
  )
  const status = server.terminate()
  await pause(100)
  await gate.open('sessions')
  assert.deepEqual(await Promise.all(asked.map(({ answered }) => answered)), [200, 200, 200])
  await pause(100)
  assert.equal(server.running, true, 'it waits for its job')
  await gate.open('limits')
  assert.equal(await status, 0)
  assert.deepEqual(await leased(), [])
  const { rows } = await sql`select 1 from limits`.execute(world.deps.db)
  assert.deepEqual(rows, [], 'the sweep was finished')
})

/** Close gates before the sessions and before a limit that is over, so that a refresh and the sweep, which is due, have to wait. */
async function closeGates({ deps }: World) {
  await deps.transact(async (tx) => {
    for (const statement of GATES) await sql.raw(statement).execute(tx)
  })
  const waiting = async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'
    `.execute(deps.db)
    return rows[0]?.count ?? 0
  }
  return {
    async untilBothWait() {
      while ((await waiting()) < 2) await pause(20)
    },
    async open(table: 'sessions' | 'limits') {
      await deps.transact(async (tx) => {
        await sql`delete from gates where before = ${table}`.execute(tx)
      })
    },
  }
}

const GATES = [
  "create table gates as select 'sessions' as before union select 'limits'",
  `create function wait_at_gate() returns trigger language plpgsql as $$ begin
    while exists (select from gates where before = tg_table_name) loop perform pg_sleep(0.02); end loop;
    return coalesce(new, old);
  end $$`,
  'create trigger wait before update on sessions for each row execute function wait_at_gate()',
  'create trigger wait before delete on limits for each row execute function wait_at_gate()',
  "insert into limits values ('', 'old', 'subject', 0, 1, 1)",
  "update jobs set run_at = 0 where kind = 'sweep/limits'",
]
