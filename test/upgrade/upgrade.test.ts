import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, test } from 'node:test'
import { type RawBuilder, sql } from 'kysely'
import { type Db, openDatabase } from '../../src/platform/db.ts'
import type { Job } from '../../src/platform/jobs/jobs.ts'
import { migrate, pendingMigrations, tablesOf } from '../../src/platform/migrate.ts'
import { jobs, migrations } from '../../src/server.ts'
import { application, type Client, credentials, login, REFRESH, type TestApp, through, user } from '../builders.ts'
import { emptyDatabase } from '../cli/antiphon.ts'
import { sessionCount } from '../house/rows.ts'
import { ENGINES, type EngineName, freshDatabase, type World, world } from '../world.ts'
import before from './before.json' with { type: 'json' }

/** The migrations of the release before, by name, and a hash of what each does. */
const released: Readonly<Record<string, string>> = before.released
const earlier = migrations.filter(({ name }) => name in released)
const DAY_MS = 86_400_000
/** What it made of sessions, and what sweeps them now. */
const schema = earlier.flatMap(({ name, up }) => (name.startsWith('sessions/') ? up : [])).join('\n')
const sweep = jobs.find(({ kind }) => kind === 'sweep/sessions') as Job
const tables = [...tablesOf(earlier).keys()]

const open = (url: string) => {
  const database = openDatabase(url, () => {})
  after(() => database.close())
  return database
}

async function columnsOf(engine: EngineName, db: Db, table: string): Promise<string[]> {
  const { rows } =
    engine === 'sqlite'
      ? await sql<{ name: string }>`select name from pragma_table_info(${table})`.execute(db)
      : await sql<{ name: string }>`select column_name as name from information_schema.columns
          where table_schema = 'public' and table_name = ${table}`.execute(db)
  return rows.map(({ name }) => name)
}

/** Write what a database holds into another, as far as the release before has the columns for it. */
async function copyAsBefore(from: Db, to: ReturnType<typeof open>, columns: ReadonlyMap<string, readonly string[]>) {
  for (const [table, names] of columns) {
    const list = sql.join(names.map((name) => sql.ref(name)))
    const { rows } = await sql<Record<string, unknown>>`select ${list} from ${sql.table(table)}`.execute(from)
    for (const row of rows) {
      const values = sql.join(names.map((name) => row[name]))
      await to.transact((tx) =>
        sql`insert into ${sql.table(table)} (${list}) values (${values}) on conflict do nothing`.execute(tx),
      )
    }
  }
}

async function inhabited(engine: EngineName): Promise<{ w: World; app: TestApp; clients: Client[] }> {
  const w = await world(engine)
  const app = await application(w)
  const clients: Client[] = []
  for (const carrier of ['header', 'cookie', 'header'] as const) {
    const client = await login(w, app, await user(w, app, { email: `${clients.length}@example.org` }), carrier)
    assert.equal((await client.post(REFRESH)).status, 200)
    clients.push(client)
  }
  return { w, app, clients }
}

test('what a migration does is never changed once it is released', () => {
  const now = earlier.map(({ name, up, postgres = [] }) => [
    name,
    createHash('sha256')
      .update([...up, ...postgres].join(';'))
      .digest('hex')
      .slice(0, 16),
  ])
  assert.deepEqual(Object.fromEntries(now), released)
})

for (const engine of ENGINES) {
  test(`${engine}: a database of the release before is migrated by ${engine === 'postgres' ? 'two processes at once' : 'one process'} while others read it, and nobody is logged out`, async () => {
    const { w, app, clients } = await inhabited(engine)
    const url = await emptyDatabase(engine)
    const old = open(url)
    await migrate(old.engine, earlier, 0)
    const columns = new Map<string, string[]>()
    for (const table of tables) columns.set(table, await columnsOf(engine, old.db, table))
    await copyAsBefore(w.deps.db, old, columns)
    const pending = await pendingMigrations(old.engine.reader, migrations)
    assert.ok(pending.length > 0)

    let isDone = false
    const reading = (async () => {
      let reads = 0
      for (; !isDone; reads++) await sql`select * from sessions`.execute(old.db)
      return reads
    })()
    const others = engine === 'postgres' ? [open(url), open(url)] : [old]
    const applied = await Promise.all(others.map((one) => migrate(one.engine, migrations, 1)))
    isDone = true
    assert.ok((await reading) > 0)
    assert.deepEqual(applied.flat().toSorted(), pending.toSorted())

    const upgraded = await world(engine, { databaseUrl: url })
    const at = through(upgraded, app)
    for (const client of clients) {
      const headers = await credentials(at, client, REFRESH)
      assert.equal((await at.call(REFRESH, { method: 'POST', headers })).status, 200)
    }
  })

  test(`${engine}: what the release before writes is taken by the new schema: it goes on beside it`, async () => {
    const { w } = await inhabited(engine)
    const old = open(await emptyDatabase(engine))
    await migrate(old.engine, earlier, 0)
    const columns = new Map<string, string[]>()
    for (const table of tables) columns.set(table, await columnsOf(engine, old.db, table))
    const beside = open(await freshDatabase(engine))
    await copyAsBefore(w.deps.db, beside, columns)
    for (const table of ['users', 'sessions', 'identifiers', 'applications', 'events']) {
      const count = async (db: Db) =>
        (await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(db)).rows[0]?.n
      assert.equal(Number(await count(beside.db)), Number(await count(w.deps.db)), table)
    }
  })

  test(`${engine}: a session that the release before began and refreshes goes thirty days after its end, and not before`, async () => {
    const w = await world(engine)
    const app = await application(w)
    const { sessionId: id, userId } = await login(w, app, await user(w, app))
    const run = (statement: RawBuilder<unknown>) => w.deps.transact((tx) => statement.execute(tx))
    // As it inserts: without the columns of later releases.
    const known = (await columnsOf(engine, w.deps.db, 'sessions')).filter(
      (name) => name !== 'id' && schema.includes(` ${name} `),
    )
    assert.ok(!known.includes('sweep_at'))
    const list = sql.join(known.map((name) => sql.ref(name)))
    await run(sql`insert into sessions (${list}, id) select ${list}, 'ses_of_before' from sessions where id = ${id}`)
    await run(sql`delete from sessions where id = ${id}`)
    const refresh = (end: number) =>
      run(sql`update sessions set counter = counter + 1, last_seen_at = ${w.deps.now()}, idle_expires_at = ${end},
        proof_issued_at = ${w.deps.now()} where app_id = ${app.id} and id = 'ses_of_before' and ended_at is null`)
    const isKept = async (days: number) => {
      w.advance(days * DAY_MS)
      await sweep.run(null, { appId: '', jobId: '' }, w.deps)
      return (await sessionCount(w, app, userId)) === 1
    }
    assert.ok(await isKept(0))
    await refresh(w.deps.now() + 90 * DAY_MS)
    for (let month = 0; month < 3; month++) assert.ok(await isKept(29))
    // Its application gives less time from now on.
    await refresh(w.deps.now() + DAY_MS)
    assert.ok(await isKept(1))
    assert.ok(await isKept(30))
    assert.ok(!(await isKept(1 / DAY_MS)))
  })
}
