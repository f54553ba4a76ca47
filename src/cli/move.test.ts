import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { application, credentials, login, REFRESH, through, user } from '../../test/builders.ts'
import { emptyDatabase } from '../../test/cli/antiphon.ts'
import { copyOf } from '../../test/house/copies.ts'
import { ENGINES, type EngineName, freshDatabase, type World, world } from '../../test/world.ts'
import { claimDatabase } from '../core/master-key/canary.ts'
import { tablesOf } from '../platform/migrate.ts'
import { migrations } from '../server.ts'
import { move, undoMove } from './move.ts'
import { done, type Outcome } from './outcome.ts'
import { withCurrentSchema } from './process.ts'

const folder = mkdtempSync(join(tmpdir(), 'antiphon-move-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let made = 0
const place = () => join(folder, `${made++}.db`)

/** The key of every world of tests. */
const naming = (url: string) => ({
  ANTIPHON_DATABASE_URL: url,
  ANTIPHON_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
})
const reasonOf = (outcome: Outcome) =>
  outcome.kind === 'refused' || outcome.kind === 'misused' ? outcome.reason : assert.fail(JSON.stringify(outcome))
const jsonOf = (outcome: Outcome) =>
  outcome.kind === 'done' ? (outcome.json as { rows: number }) : assert.fail(JSON.stringify(outcome))

/** More users than a batch has rows, some of whom are logged in. */
async function inhabit(w: World) {
  const app = await application(w)
  await w.deps.transact((tx) => {
    const rows = Array.from(
      { length: 901 },
      (_, i) => sql`(${app.id}, ${'Zürich%_\\ '}, ${`${i % 2 ? 'ä' : 'Z'}-${i}`}, 0, ${i}, 9)`,
    )
    return sql`insert into limits (app_id, name, subject, window_start, taken, expires_at) values ${sql.join(rows)}`.execute(
      tx,
    )
  })
  const clients = []
  for (const carrier of ['header', 'cookie', 'header'] as const) {
    const client = await login(w, app, await user(w, app), carrier)
    assert.equal((await client.post(REFRESH)).status, 200)
    clients.push(client)
  }
  const gone = await login(w, app, await user(w, app))
  await gone.post('/v1/session/revoke')
  return { app, clients, gone }
}

const PAIRS: readonly (readonly [EngineName, EngineName])[] = [
  ['sqlite', 'sqlite'],
  ...(ENGINES.includes('postgres')
    ? ([
        ['sqlite', 'postgres'],
        ['postgres', 'sqlite'],
      ] as const)
    : []),
]

for (const [from, to] of PAIRS) {
  test(`${from} to ${to}: what is moved in the middle of a rotation of the master key is served under both keys`, async () => {
    const databaseUrl = await freshDatabase(from)
    const old = await world(from, { databaseUrl })
    assert.equal(await claimDatabase(old.deps), true)
    const app = await application(old)
    const [early, late] = [await user(old, app), await user(old, app)]
    const clients = [await login(old, app, early)]
    const next = randomBytes(32)
    const config = { masterKey: new Uint8Array(next), previousMasterKeys: [old.deps.config.masterKey] }
    const both = await world(from, { databaseUrl, config })
    assert.equal(await claimDatabase(both.deps), true)
    clients.push(await login(both, through(both, app), late))
    const [source, target] = [await copyOf(from, both, place()), await emptyDatabase(to)]
    const { ANTIPHON_MASTER_KEY: previous, ...named } = naming(source)
    const keys = { ANTIPHON_MASTER_KEY: next.toString('base64'), ANTIPHON_MASTER_KEY_PREVIOUS: previous }
    jsonOf(await move({ ...named, ...keys }, target))
    const moved = await world(to, { databaseUrl: target, config })
    assert.equal(await claimDatabase(moved.deps), true)
    for (const client of clients) {
      const at = through(moved, app)
      const headers = await credentials(at, client, REFRESH)
      assert.equal((await at.call(REFRESH, { method: 'POST', headers })).status, 200)
    }
  })

  test(`${from} to ${to}: nobody is logged out, nothing is lost, and a move that was broken off goes on`, async () => {
    const w = await world(from, { databaseUrl: await freshDatabase(from) })
    const { app, clients, gone } = await inhabit(w)
    const [source, target] = [await copyOf(from, w, place()), await emptyDatabase(to)]
    const { rows } = jsonOf(await move(naming(source), target))
    assert.ok(rows > 910)
    assert.match(reasonOf(await move(naming(source), target)), /^there is something in \S+ already/)

    // As if it had been killed: half of a table is there, something of before is, too.
    const spoiler = await world(to, { databaseUrl: target })
    await spoiler.deps.transact(async (tx) => {
      await sql`insert into migrations (name, applied_at) values ('moving', 0)`.execute(tx)
      await sql`delete from sessions`.execute(tx)
      await sql`delete from limits where taken < 500`.execute(tx)
      await sql`update users set status = 'inactive'`.execute(tx)
    })
    const half = await copyOf(to, spoiler, place())
    const left = await withCurrentSchema(naming(source), async () => done({}, ''))
    assert.match(reasonOf(left), /^\S+ was moved into another database, or is being moved: serve that one/)
    const refused = await withCurrentSchema(naming(half), async () => done({}, ''))
    assert.match(reasonOf(refused), /^a database is being moved into \S+, and not all of it is there/)
    assert.equal(jsonOf(await move(naming(source), half)).rows, rows)

    const moved = await world(to, { databaseUrl: half })
    const at = through(moved, app)
    const refresh = async (client: (typeof clients)[number]) =>
      (await at.call(REFRESH, { method: 'POST', headers: await credentials(at, client, REFRESH) })).status
    for (const client of clients) assert.equal(await refresh(client), 200)
    assert.equal(await refresh(gone), 401)
    if (to === 'postgres') assert.match(reasonOf(await move(naming(half), `sqlite:${place()}`)), /^others have /)
  })
}

test('a database that was moved is served again once that is said', async () => {
  const w = await world('sqlite', { databaseUrl: await freshDatabase('sqlite') })
  const source = await copyOf('sqlite', w, place())
  assert.match(reasonOf(await undoMove(naming(source))), /was not moved$/)
  jsonOf(await move(naming(source), `sqlite:${place()}`))
  const serves = async () => await withCurrentSchema(naming(source), async () => done({}, ''))
  assert.equal((await serves()).kind, 'refused')
  assert.equal((await undoMove(naming(source))).kind, 'done')
  assert.equal((await serves()).kind, 'done')
})

test('a database that a server has open, that is missing or is the same is not moved', async () => {
  const w = await world('sqlite', { databaseUrl: await freshDatabase('sqlite') })
  const to = `sqlite:${place()}`
  assert.match(reasonOf(await move(naming(w.databaseUrl), to)), /^others have \S+ open: stop every server first$/)
  assert.match(reasonOf(await move(naming(`sqlite:${place()}`), to)), /^there is no database at /)
  assert.match(reasonOf(await move(naming(to), to)), /^--to: is the database/)
  assert.match(reasonOf(await move(naming(await copyOf('sqlite', w, place())), w.databaseUrl)), /^others have /)
  assert.match(reasonOf(await move(naming(to), 'mysql://x')), /^--to: is neither sqlite:/)
})

test('every table has a primary key to be read by', () => {
  const tables = tablesOf(migrations)
  for (const [name, key] of tables) assert.ok(key.length > 0 && key.every((column) => /^\w+$/.test(column)), name)
  assert.deepEqual(tables.get('federated_identities')?.[0], 'app_id')
})
