import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { type Kysely, sql } from 'kysely'
import { ENGINES, type EngineName, freshDatabase } from '../../test/world.ts'
import { openEngine } from './dialect.ts'
import type { Engine } from './dialect-engine.ts'
import type { GroupedUpdate } from './group.ts'

type Database = Kysely<Record<never, never>>

const move: GroupedUpdate = {
  name: 'move_counter',
  table: 'counters',
  parameters: { id: 'text', expected: 'bigint', note: 'text' },
  set: 'n = :expected + 1, note = :note',
  where: 'counters.id = :id and counters.n = :expected',
  returning: 'id, n, note',
  key: 'id',
}

async function engineWithCounters(name: EngineName, ids: readonly string[] = []): Promise<Engine & { url: string }> {
  const url = await freshDatabase(name)
  const engine = openEngine(url, () => {})
  after(() => engine.close())
  await sql`create table counters (id text primary key, n bigint not null check (n < 100), note text)`.execute(
    engine.writer,
  )
  for (const id of ids) await sql`insert into counters (id, n) values (${id}, 1)`.execute(engine.writer)
  return { ...engine, url }
}

const read = async (db: Database) =>
  (await sql<{ id: string; n: number }>`select id, n from counters order by id`.execute(db)).rows.map(({ id, n }) => [
    id,
    n,
  ])

for (const name of ENGINES) {
  test(`${name}: a group answers in the order of its rows; a refused row gets nothing`, async () => {
    const engine = await engineWithCounters(name, ['a', 'b', 'c'])
    const rows = [
      { id: 'c', expected: 1, note: 'x' },
      { id: 'nobody', expected: 1, note: 'x' },
      { id: 'a', expected: 1, note: null },
      { id: 'b', expected: 7, note: 'x' },
    ]
    const answers = await engine.runGroup(move, rows)
    assert.deepEqual(
      answers.map((row) => row && { ...row }),
      [{ id: 'c', n: 2, note: 'x' }, undefined, { id: 'a', n: 2, note: null }, undefined],
    )
    assert.deepEqual(await read(engine.reader), [
      ['a', 2],
      ['b', 1],
      ['c', 2],
    ])
  })

  test(`${name}: a group of one answers as it would among many`, async () => {
    const engine = await engineWithCounters(name, ['a'])
    const moved = await engine.runGroup(move, [{ id: 'a', expected: 1, note: null }])
    assert.deepEqual(
      moved.map((row) => row && { ...row }),
      [{ id: 'a', n: 2, note: null }],
    )
    assert.deepEqual(await engine.runGroup(move, [{ id: 'a', expected: 1, note: 'x' }]), [undefined])
  })

  test(`${name}: a group in which one row fails is rolled back as a whole`, async () => {
    const engine = await engineWithCounters(name, ['a', 'b'])
    await sql`update counters set n = 99 where id = 'b'`.execute(engine.writer)
    const group = engine.runGroup(move, [
      { id: 'a', expected: 1, note: null },
      { id: 'b', expected: 99, note: null },
    ])
    await assert.rejects(group)
    assert.deepEqual(await read(engine.reader), [
      ['a', 1],
      ['b', 99],
    ])
    const [moved] = await engine.runGroup(move, [{ id: 'a', expected: 1, note: null }])
    assert.equal(moved?.n, 2, 'and the connection is good for the next')
  })

  test(`${name}: integers are numbers up to 2^53`, async () => {
    const engine = await engineWithCounters(name)
    await sql`create table moments (at bigint not null)`.execute(engine.writer)
    await sql`insert into moments values (${Number.MAX_SAFE_INTEGER})`.execute(engine.writer)
    const { rows } = await sql<{ at: number }>`select at from moments`.execute(engine.reader)
    assert.equal(rows[0]?.at, Number.MAX_SAFE_INTEGER)
  })
}

const pragma = async (db: Database, name: string) =>
  Object.values((await sql<Record<string, unknown>>`pragma ${sql.raw(name)}`.execute(db)).rows[0] ?? {})[0]

test('sqlite: the writer waits for others, logs ahead, flushes every commit and knows foreign keys', async () => {
  const { writer } = await engineWithCounters('sqlite')
  assert.equal(await pragma(writer, 'busy_timeout'), 5, 'longer waits are a timer’s')
  assert.equal(await pragma(writer, 'journal_mode'), 'wal')
  assert.equal(await pragma(writer, 'synchronous'), 2, 'FULL')
  assert.equal(await pragma(writer, 'foreign_keys'), 1)
})

test('sqlite: the reader cannot write, and does not wait for the writer', async () => {
  const { reader, writer } = await engineWithCounters('sqlite', ['a'])
  await assert.rejects(sql`update counters set n = 2`.execute(reader), /readonly|read-only/)
  await writer.transaction().execute(async (tx) => {
    await sql`update counters set n = 2`.execute(tx)
    assert.deepEqual(await read(reader), [['a', 1]])
  })
  assert.deepEqual(await read(reader), [['a', 2]])
})

test('sqlite: a transaction takes the write lock when it begins, not when it first writes', async () => {
  const { url, writer } = await engineWithCounters('sqlite', ['a'])
  const other = openEngine(url, () => {}, { busyMs: 20 })
  after(() => other.close())
  await writer.transaction().execute(async (tx) => {
    await read(tx)
    await assert.rejects(sql`update counters set n = 2`.execute(other.writer), /locked/)
  })
  await sql`update counters set n = 2`.execute(other.writer)
})

/** What a second process does: read, then write, telling of each. */
const SECOND_PROCESS = `
  import { openDatabase } from ${JSON.stringify(join(import.meta.dirname, 'db.ts'))}
  import { sql } from 'kysely'
  const { db, transact, close } = openDatabase(process.argv[1], () => {})
  console.log('read', (await sql\`select n from counters\`.execute(db)).rows[0].n)
  await transact(async (tx) => { await sql\`update counters set n = n + 10\`.execute(tx) })
  console.log('wrote', (await sql\`select n from counters\`.execute(db)).rows[0].n)
  await close()
`

test('sqlite: a second process reads during an open transaction, and writes once it is over', async () => {
  const { url, reader, writer } = await engineWithCounters('sqlite', ['a'])
  const told: string[] = []
  const hasRead = Promise.withResolvers<void>()
  const transaction = writer.transaction().execute(async (tx) => {
    await sql`update counters set n = 2`.execute(tx)
    const second = spawn(process.execPath, ['--input-type=module', '--eval', SECOND_PROCESS, url], {
      cwd: import.meta.dirname,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const ended = once(second, 'close')
    createInterface(second.stdout).on('line', (line) => {
      told.push(line)
      hasRead.resolve()
    })
    await Promise.race([hasRead.promise, ended])
    await new Promise((resolve) => setTimeout(resolve, 200))
    assert.deepEqual(told, ['read 1'], 'it waits to write')
    return { ended }
  })
  const [status] = await (await transaction).ended
  assert.equal(status, 0)
  assert.deepEqual(told, ['read 1', 'wrote 12'])
  assert.deepEqual(await read(reader), [['a', 12]])
})
