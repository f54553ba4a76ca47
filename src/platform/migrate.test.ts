import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { createDatabase } from '../../test/postgres.ts'
import { ENGINES, type EngineName } from '../../test/world.ts'
import { openEngine } from './dialect.ts'
import type { Engine } from './dialect-engine.ts'
import { type Migration, migrate, pendingMigrations } from './migrate.ts'

const folder = mkdtempSync(join(tmpdir(), 'antiphon-migrate-'))
after(() => rmSync(folder, { recursive: true }))

let made = 0

/** The address of a database in which nothing is. */
const emptyDatabase = async (name: EngineName) =>
  name === 'postgres'
    ? await createDatabase(process.env.ANTIPHON_TEST_POSTGRES as string)
    : `sqlite:${join(folder, `${made++}.db`)}`

function open(url: string): Engine {
  const engine = openEngine(url, () => {})
  after(() => engine.close())
  return engine
}

/** Each step needs the one before. */
const steps: readonly Migration[] = [
  { name: 'a/001-create', up: ['create table a (id text primary key)', 'create index a_id on a (id)'] },
  { name: 'b/001-copy', up: ["insert into a values ('one')"] },
  { name: 'a/002-rename', up: ['alter table a rename to c'] },
]
const names = steps.map((step) => step.name)

const read = async (db: Kysely<Record<never, never>>, table: string) =>
  (await sql<{ id: string }>`select id from ${sql.ref(table)}`.execute(db)).rows.map((row) => row.id)

for (const name of ENGINES) {
  test(`${name}: migrations are applied in the order given, once`, async () => {
    const engine = open(await emptyDatabase(name))
    assert.deepEqual(await pendingMigrations(engine.reader, steps), names)
    assert.deepEqual(await migrate(engine, steps, 5), names)
    assert.deepEqual(await read(engine.reader, 'c'), ['one'])
    assert.deepEqual(await pendingMigrations(engine.reader, steps), [])
    assert.deepEqual(await migrate(engine, steps, 6), [])
    assert.deepEqual(await read(engine.reader, 'c'), ['one'])
  })

  test(`${name}: a newer release applies what is missing, an older one leaves it alone`, async () => {
    const engine = open(await emptyDatabase(name))
    assert.deepEqual(await migrate(engine, steps.slice(0, 2), 5), names.slice(0, 2))
    assert.deepEqual(await pendingMigrations(engine.reader, steps), names.slice(2))
    assert.deepEqual(await migrate(engine, steps, 6), names.slice(2))
    assert.deepEqual(await migrate(engine, steps.slice(0, 1), 7), [])
    assert.deepEqual(await read(engine.reader, 'c'), ['one'])
  })

  test(`${name}: a migration that fails leaves nothing half done, and what came before stays`, async () => {
    const engine = open(await emptyDatabase(name))
    const broken = { name: 'b/002-broken', up: ['create table b (id text)', 'insert into b values (1, 2)'] }
    const third = { name: 'b/003-later', up: ['create table later (id text)'] }
    const list = [...steps, broken, third]
    await assert.rejects(migrate(engine, list, 5))
    await assert.rejects(read(engine.reader, 'b'), /no such table|does not exist/)
    await assert.rejects(read(engine.reader, 'later'), /no such table|does not exist/)
    assert.deepEqual(await read(engine.reader, 'c'), ['one'])
    assert.deepEqual(await pendingMigrations(engine.reader, list), [broken.name, third.name])
    const mended = [...steps, { ...broken, up: ['create table b (id text)'] }, third]
    assert.deepEqual(await migrate(engine, mended, 6), [broken.name, third.name])
    assert.deepEqual(await read(engine.reader, 'b'), [])
  })
}

test('postgres: of many processes that migrate one database at once, each migration is applied by one', {
  skip: !ENGINES.includes('postgres'),
}, async () => {
  const url = await emptyDatabase('postgres')
  const engines = Array.from({ length: 8 }, () => open(url))
  const applied = await Promise.all(engines.map((engine) => migrate(engine, steps, 5)))
  assert.deepEqual(applied.flat().sort(), names.toSorted())
  assert.deepEqual(await read(engines[0]?.reader as Engine['reader'], 'c'), ['one'])
})

test('postgres: a process waits for the long migration of another', {
  skip: !ENGINES.includes('postgres'),
}, async () => {
  const url = await emptyDatabase('postgres')
  const slow = [{ name: 'slow/001', up: ['select pg_sleep(3.5)', ...(steps[0]?.up ?? [])] }]
  const applied = await Promise.all([migrate(open(url), slow, 5), migrate(open(url), slow, 5)])
  assert.deepEqual(applied.flat(), ['slow/001'])
})

test('postgres: a statement of a migration may take its time, yet does not queue for a lock for long', {
  skip: !ENGINES.includes('postgres'),
}, async () => {
  const engine = open(await emptyDatabase('postgres'))
  const limits = "current_setting('statement_timeout') || ' ' || current_setting('lock_timeout')"
  await migrate(engine, [{ name: 'limits/001', up: [`create table limits as select ${limits} as id`] }], 5)
  assert.deepEqual(await read(engine.reader, 'limits'), ['1h 3s'])
})
