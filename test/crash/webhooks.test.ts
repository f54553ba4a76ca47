import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { sql } from 'kysely'
import { emitAll } from '../../src/core/events/store.ts'
import { pause } from '../../src/platform/clock.ts'
import { openDatabase } from '../../src/platform/db.ts'
import type { Deps } from '../../src/platform/deps.ts'
import { application, type TestApp } from '../builders.ts'
import type { ReceivedBody } from '../house/webhooks.ts'
import { createDatabase, startPostgres } from '../postgres.ts'
import { ENGINES, freshDatabase } from '../world.ts'
import { crashPostgres, untilReachable } from './postgres.ts'
import { persist, remoteWorld, type ServerProcess, seeded, startServer } from './servers.ts'

/** How many events there are at least; a hundred thousand for the figures that are published. */
const EVENTS = Number(process.env.ANTIPHON_TEST_WEBHOOK_EVENTS ?? 120)
const IS_LONG = EVENTS > 10_000
const USERS_AT_ONCE = IS_LONG ? 100 : 5
const PRODUCERS = 4
/** A machine that is busy with other things is asked again and again, and not too often. */
const PATIENCE = { forMs: IS_LONG ? 600_000 : 60_000, everyMs: IS_LONG ? 250 : 10 }

const folder = mkdtempSync(join(process.env.ANTIPHON_TEST_FOLDER ?? tmpdir(), 'antiphon-webhooks-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const CLOCK = pathToFileURL(join(import.meta.dirname, 'shifting-clock.mjs')).href
const ENVIRONMENT = { ANTIPHON_ALLOW_PRIVATE_HOOKS: 'true', NODE_OPTIONS: `--import=${CLOCK}` }

/** A receiver in a process of its own, that can be killed and comes back at the same port with what it had. */
async function startReceiver(name: string) {
  const file = join(folder, name)
  let port = 0
  async function start() {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'receiver.mjs'), String(port), file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    after(() => child.kill('SIGKILL'))
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    port = Number(line.toString())
    return child
  }
  let child = await start()
  return {
    url: () => `http://127.0.0.1:${port}/hook`,
    async kill() {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
    async restart() {
      child = await start()
    },
    /** Every body it got, in the order it did. A line that was cut off by a kill was never answered. */
    bodies(): ReceivedBody[] {
      const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
      return lines.flatMap((line) => (line.endsWith('}') ? (JSON.parse(line) as ReceivedBody) : []))
    },
  }
}

type ReceiverProcess = Awaited<ReturnType<typeof startReceiver>>

/** Everything that takes part. */
interface Stage {
  readonly databaseUrl: string
  readonly app: TestApp
  readonly deps: Deps
  readonly webhookId: string
  readonly receiver: ReceiverProcess
  server: ServerProcess
}

async function openStage(databaseUrl: string, name: string): Promise<Stage> {
  const receiver = await startReceiver(name)
  let server = await startServer(databaseUrl, ENVIRONMENT)
  const stage = {
    databaseUrl,
    receiver,
    get server() {
      return server
    },
    set server(next: ServerProcess) {
      server = next
    },
  }
  const world = await remoteWorld(databaseUrl, () => server.address)
  after(() => world.close())
  const app = await application(world)
  const manage: TestApp['manage'] = (path, call) => persist(() => app.manage(path, call), PATIENCE)
  const events = ['user.created', 'user.profile.updated']
  const body = { url: receiver.url(), verification_token: 'secret', events }
  const created = await manage('/webhooks', { body })
  assert.equal(created.status, 201, JSON.stringify(created.body))
  const webhookId = created.body.webhook.id
  return Object.assign(stage, { app: { ...app, manage }, deps: world.deps, webhookId })
}

/** As soon as the receiver is back: what waits is sent at once. A connection that died with the one before costs a try. */
async function activate({ app, webhookId }: Pick<Stage, 'app' | 'webhookId'>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const { status, body } = await app.manage(`/webhooks/${webhookId}/activate`, { method: 'POST' })
    if (status === 200) return
    assert.ok(attempt < 20, JSON.stringify(body))
    await pause(100)
  }
}

interface Progress {
  made: number
  /** The test is over, well or not. */
  ended?: boolean
}

/** Users are made and changed until there are as many events as are wanted. What fails is asked for again. */
async function load({ app }: Stage, progress: Progress): Promise<void> {
  while (progress.made < EVENTS && !progress.ended) {
    const users = Array.from({ length: USERS_AT_ONCE }, () => ({
      identifiers: [{ type: 'email_address', value: `${randomUUID()}@example.com` }],
    }))
    const { body } = await app.manage('/users/bulk', { body: { users, mode: 'create', emit_events: true } })
    progress.made += USERS_AT_ONCE
    const [first] = body.results ?? assert.fail(JSON.stringify(body))
    // Of a request that was answered by nobody, the second finds its users there.
    if (first.id === undefined) continue
    const changed = await app.manage(`/users/${first.id}/profile`, { method: 'PATCH', body: { changed: 'yes' } })
    assert.equal(changed.status, 204, JSON.stringify(changed.body))
    progress.made += 1
  }
}

const AT_ONCE = 200

/**
 * The same beside it where there are many: events in transactions of a process that nobody kills, which is faster than to have users made. What the
 * database breaks off is done again.
 */
async function tell({ app, deps }: Stage, progress: Progress): Promise<void> {
  while (IS_LONG && progress.made < EVENTS && !progress.ended) {
    const payloads = Array.from({ length: AT_ONCE }, (_, n) => ({ user_id: `usr_${n}`, profile: { n } }))
    const told = deps.transact((tx) => emitAll(tx, deps, app.id, 'user.profile.updated', payloads))
    await told.then(
      () => {
        progress.made += AT_ONCE
      },
      () => pause(500),
    )
    await pause(250)
  }
}

/** A lease of a server that was killed, as if its time were over: a test does not wait for that. */
async function endLeases(databaseUrl: string): Promise<void> {
  const database = openDatabase(databaseUrl, () => {})
  await database.transact(async (tx) => {
    await sql`update webhook_lanes set leased_until = null`.execute(tx)
  })
  await database.close()
}

async function killServer(stage: Stage): Promise<void> {
  await stage.server.kill()
  if (!IS_LONG) await endLeases(stage.databaseUrl)
  stage.server = await startServer(stage.databaseUrl, ENVIRONMENT)
}

async function killReceiver(stage: Stage, random: () => number): Promise<void> {
  await stage.receiver.kill()
  await pause(random() * 200)
  await stage.receiver.restart()
  await activate(stage)
}

/** Wait until everything was taken. */
async function untilDrained({ app, webhookId }: Stage): Promise<void> {
  for (let waited = 0; waited < (IS_LONG ? 3000 : 400); waited++) {
    const { webhook } = (await app.manage(`/webhooks/${webhookId}`)).body
    if (webhook.waiting === 0) return
    if (waited % 100 === 99) await activate({ app, webhookId })
    await pause(100)
  }
  throw new Error('it was not drained in time')
}

/** No event lost, none that is not one of ours, none under two numbers, no number without an event. */
async function checkReceived({ databaseUrl, app, receiver }: Stage) {
  const database = openDatabase(databaseUrl, () => {})
  const { rows } = await sql<{ id: string }>`
    select id from events where app_id = ${app.id} and type in ('user.created', 'user.profile.updated')
  `.execute(database.db)
  await database.close()
  const bodies = receiver.bodies()
  const numbers = new Map<string, number>()
  const deliveries = new Map<string, string>()
  for (const { delivery_id, events } of bodies) {
    const frozen = JSON.stringify(events)
    assert.equal(deliveries.get(delivery_id) ?? frozen, frozen, 'a delivery is the same at each try')
    deliveries.set(delivery_id, frozen)
    for (const { id, sequence } of events) {
      assert.equal(numbers.get(id) ?? sequence, sequence, 'an event has one number')
      numbers.set(id, sequence)
    }
  }
  const wanted = rows.map(({ id }) => id).sort()
  assert.ok(wanted.length >= EVENTS, `there were ${wanted.length} events`)
  assert.deepEqual([...numbers.keys()].sort(), wanted)
  const sequences = [...numbers.values()].sort((a, b) => a - b)
  assert.deepEqual(
    sequences,
    Array.from({ length: wanted.length }, (_, i) => i + 1),
  )
  const received = bodies.reduce((sum, { events }) => sum + events.length, 0)
  return { events: wanted.length, deliveries: deliveries.size, twice: received - wanted.length }
}

for (const engine of ENGINES) {
  test(`${engine}: servers and receivers are killed under load and clocks are set, and every event arrives, numbered without a gap`, async (t) => {
    const random = seeded(engine.length)
    const stage = await openStage(await freshDatabase(engine), `${engine}.ndjson`)
    await activate(stage)
    const progress: Progress = { made: 0 }
    t.after(() => {
      progress.ended = true
    })
    const producers = Array.from({ length: PRODUCERS }, () => load(stage, progress))
    const done = Promise.all([...producers, tell(stage, progress)])
    const counts = { servers: 0, receivers: 0, clocks: 0 }
    for (let round = 0; round === 0 || (IS_LONG && progress.made < EVENTS); round++) {
      await pause(IS_LONG ? 2000 + random() * 4000 : random() * 100)
      stage.server.signal('SIGUSR2')
      counts.clocks++
      await pause(random() * 100)
      await killReceiver(stage, random)
      counts.receivers++
      if (round % 3 === 0) {
        await killServer(stage)
        counts.servers++
      }
    }
    await done
    await untilDrained(stage)
    t.diagnostic(`${engine}: ${JSON.stringify({ ...counts, ...(await checkReceived(stage)) })}`)
    assert.equal(await stage.server.terminate(), 0)
  })
}

test('postgres: when the database crashes under load, every event arrives, numbered without a gap', {
  skip: !ENGINES.includes('postgres'),
}, async (t) => {
  const postgres = await startPostgres({ durable: true })
  after(() => postgres.stop())
  const databaseUrl = await createDatabase(postgres.url)
  const random = seeded(5)
  const stage = await openStage(databaseUrl, 'crash.ndjson')
  await activate(stage)
  const progress: Progress = { made: 0 }
  t.after(() => {
    progress.ended = true
  })
  const producers = Array.from({ length: PRODUCERS }, () => load(stage, progress))
  const done = Promise.all([...producers, tell(stage, progress)])
  let crashes = 0
  for (let round = 0; round === 0 || (IS_LONG && progress.made < EVENTS); round++) {
    await pause(IS_LONG ? 5000 + random() * 5000 : random() * 150)
    await crashPostgres(databaseUrl)
    await untilReachable(databaseUrl)
    crashes++
    if (!IS_LONG) await endLeases(databaseUrl)
  }
  await done
  await untilDrained(stage)
  t.diagnostic(`database: ${JSON.stringify({ crashes, ...(await checkReceived(stage)) })}`)
  assert.equal(await stage.server.terminate(), 0)
})
