import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { addToCounter } from './counters.fixture.ts'
import { openDatabase } from './db.ts'
import type { Bounds } from './db-bounds.ts'
import { isBusy, judgeFault } from './db-fault.ts'
import { makeFile, makeFolder, UnusablePath } from './db-files.ts'
import { openEngine } from './dialect.ts'
import { migrate } from './migrate.ts'

const folder = mkdtempSync(join(tmpdir(), 'antiphon-sqlite-'))
after(() => rmSync(folder, { recursive: true }))
let made = 0

async function openCounters(bounds: Partial<Bounds> = {}) {
  const path = join(folder, `${made++}.db`)
  const database = openDatabase(`sqlite:${path}`, () => {}, bounds)
  after(() => database.close())
  await database.transact(async (tx) => {
    await sql`create table counters (id text primary key, n bigint not null check (n < 100))`.execute(tx)
    await sql`insert into counters values ('a', 1), ('b', 1)`.execute(tx)
  })
  const read = async () =>
    (await sql<{ n: number }>`select n from counters order by id`.execute(database.db)).rows.map(({ n }) => n)
  return { ...database, path, read }
}

type Counters = Awaited<ReturnType<typeof openCounters>>

/** Another program with the file open, which has its lock. */
function lock({ path }: Counters, how = 'begin immediate'): () => void {
  const other = new DatabaseSync(path)
  other.exec(how)
  other.exec("update counters set n = n where id = 'a'")
  return () => other.close()
}

const change = ({ transact }: Counters) =>
  transact(async (tx) => {
    await sql`update counters set n = n + 10 where id = 'a'`.execute(tx)
  })

const WRITES: readonly (readonly [name: string, ask: (counters: Counters) => Promise<unknown>])[] = [
  ['a transaction', change],
  ['a shared write', (counters) => counters.grouped(addToCounter)({ id: 'a', by: 10 })],
  [
    'a statement that writes',
    ({ engine }) => sql`update counters set n = n + 10 where id = 'a'`.execute(engine.writer),
  ],
  [
    'a migration',
    ({ engine }) => migrate(engine, [{ name: 'x/1', up: ["update counters set n = 11 where id = 'a'"] }], 1),
  ],
]

/** How often others had their turn meanwhile. */
async function turnsDuring(work: Promise<unknown>): Promise<number> {
  let turns = 0
  const timer = setInterval(() => turns++, 1)
  await work.finally(() => clearInterval(timer))
  return turns
}

for (const [name, ask] of WRITES) {
  test(`sqlite: ${name} waits for a file that another program has locked without holding the thread, and not for ever`, async () => {
    const counters = await openCounters({ busyMs: 200, migrationTurnMs: 200 })
    const unlock = lock(counters)
    const turns = await turnsDuring(assert.rejects(ask(counters), isBusy))
    assert.ok(turns >= 4, `${turns} turns of others`)
    assert.deepEqual(await counters.read(), [1, 1], 'reading goes on')
    unlock()
    await ask(counters)
    assert.deepEqual(await counters.read(), [11, 1])
  })

  test(`sqlite: ${name} goes on when the lock is given back meanwhile`, async () => {
    const counters = await openCounters()
    const unlock = lock(counters)
    const asked = ask(counters)
    setTimeout(unlock, 40)
    await asked
    assert.deepEqual(await counters.read(), [11, 1])
  })
}

test('sqlite: a file that nobody else may even read is not waited for longer', async () => {
  const counters = await openCounters({ busyMs: 60 })
  await counters.close()
  const unlock = lock(counters, 'pragma locking_mode = exclusive; begin exclusive')
  assert.throws(() => {
    const file = new DatabaseSync(counters.path, { timeout: 1 })
    file.exec('select * from counters')
  }, isBusy)
  unlock()
})

test('sqlite: more than may wait for the connection are refused at once, and who waits too long later', async () => {
  const counters = await openCounters({ waiting: 2, turnMs: 50 })
  const held = Promise.withResolvers<void>()
  const first = counters.transact(() => held.promise)
  const others = await Promise.allSettled([1, 2, 3, 4].map(() => change(counters)))
  assert.deepEqual(
    others.map((one) => (one.status === 'rejected' ? `${judgeFault(one.reason)}: ${one.reason.message}` : 'answered')),
    [
      ...['unavailable: the database was busy for 50 ms', 'unavailable: the database was busy for 50 ms'],
      ...['unavailable: 2 wait for the database already', 'unavailable: 2 wait for the database already'],
    ],
  )
  held.resolve()
  await first
  await change(counters)
  assert.deepEqual(await counters.read(), [11, 1])
})

test('sqlite: closing does not wait for ever for a transaction that does not end, and takes it back', async () => {
  const counters = await openCounters({ turnMs: 30 })
  const never = counters.transact(async (tx) => {
    await sql`update counters set n = 50`.execute(tx)
    await new Promise(() => {})
  })
  never.catch(() => {})
  await counters.close()
  const again = openDatabase(`sqlite:${counters.path}`, () => {})
  assert.deepEqual((await sql<{ n: number }>`select n from counters`.execute(again.db)).rows[0]?.n, 1)
  await again.close()
})

test('sqlite: a transaction that SQLite has ended by itself tells why, writes nothing more, and passes nothing on', async () => {
  const counters = await openCounters()
  const ended = counters.transact(async (tx) => {
    await sql`update counters set n = 2 where id = 'b'`.execute(tx)
    await sql`insert or rollback into counters values ('a', 3)`.execute(tx)
  })
  await assert.rejects(ended, /UNIQUE constraint/)
  const swallowed = counters.transact(async (tx) => {
    await sql`insert or rollback into counters values ('a', 3)`.execute(tx).catch(() => {})
    await sql`update counters set n = 4 where id = 'b'`.execute(tx)
  })
  await assert.rejects(swallowed, /broken off/)
  assert.deepEqual(await counters.read(), [1, 1])
  await change(counters)
  assert.deepEqual(await counters.read(), [11, 1])
})

test('sqlite: a full database is no bug, on any path, and goes on when there is room', async () => {
  const counters = await openCounters()
  const { engine } = counters
  const pages = async (count: number) => {
    await sql.raw(`pragma max_page_count = ${count}`).execute(engine.writer)
  }
  await pages(1)
  const filler = (tx: Parameters<Parameters<typeof counters.transact>[0]>[0]) =>
    sql`insert into counters values (${'x'.repeat(20_000)}, 1)`.execute(tx)
  await assert.rejects(
    counters.transact(filler),
    (error) => judgeFault(error) === 'unavailable' && /full/.test(String(error)),
  )
  await pages(10_000)
  await counters.transact(filler)
})

test('what is made for a database belongs to its owner alone, whatever the umask; what is there stays as it is', async () => {
  const before = process.umask(0)
  after(() => process.umask(before))
  const there = join(folder, 'there')
  makeFolder(there)
  chmodSync(there, 0o755)
  const path = join(there, 'deep', 'er', 'a.db')
  const engine = openEngine(`sqlite:${path}`, () => {})
  after(() => engine.close())
  await sql`create table x (id text)`.execute(engine.writer)
  const mode = (name: string) => (statSync(name).mode & 0o777).toString(8)
  assert.deepEqual([there, join(there, 'deep'), join(there, 'deep/er')].map(mode), ['755', '700', '700'])
  const files = readdirSync(join(there, 'deep/er'))
  assert.deepEqual(files.toSorted(), ['a.db', 'a.db-shm', 'a.db-wal'])
  for (const name of files) assert.equal(mode(join(there, 'deep/er', name)), '600', name)

  writeFileSync(join(there, 'old.db'), '', { mode: 0o640 })
  makeFile(join(there, 'old.db'))
  assert.equal(mode(join(there, 'old.db')), '640')
})

test('a path where no database can ever be is called so at once', () => {
  writeFileSync(join(folder, 'file'), '')
  const paths = [join(folder, 'file', 'a.db'), folder, join(folder, 'x'.repeat(300))]
  for (const path of existsSync('/proc') ? [...paths, '/proc/none/a.db', '/proc/self/none/b/a.db'] : paths) {
    assert.throws(() => makeFile(path), UnusablePath, path.slice(0, 80))
  }
})
