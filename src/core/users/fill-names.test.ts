import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { createDatabase } from '../../../test/postgres.ts'
import { ENGINES, type World, world } from '../../../test/world.ts'
import { openEngine } from '../../platform/dialect.ts'
import { migrate } from '../../platform/migrate.ts'
import { migrations } from '../../server.ts'
import { nameKeysOf } from './names.ts'

const folder = mkdtempSync(join(tmpdir(), 'antiphon-names-'))
after(() => rmSync(folder, { recursive: true }))

const PEOPLE = 250
const HOUR_MS = 3_600_000
const profileOf = (i: number) => JSON.stringify({ first_name: `Ada ${i}`, last_name: 'Lovelace' })

/** As the release before writes it. */
const insertOld = (appId: string, i: number) =>
  sql`insert into users (app_id, id, status, profile, scopes, created_at, updated_at)
    values (${appId}, ${`usr_${String(i).padStart(26, '0')}`}, 'active', ${profileOf(i)}, '[]', 5, 5)`

const listKeys = async (w: World) =>
  (
    await sql<{ profile: string; key: string | null }>`select profile, given_key as key from users order by id`.execute(
      w.deps.db,
    )
  ).rows

const wantedKey = (profile: string) => nameKeysOf(JSON.parse(profile)).given_key

for (const name of ENGINES) {
  test(`${name}: who was there before is found by name once it was filled in, and so is who came by the release before meanwhile`, async () => {
    const databaseUrl =
      name === 'postgres'
        ? await createDatabase(process.env.ANTIPHON_TEST_POSTGRES as string)
        : `sqlite:${join(folder, 'old.db')}`
    const engine = openEngine(databaseUrl, () => {})
    after(() => engine.close())
    await migrate(
      engine,
      migrations.filter((one) => one.name !== 'users/007-lists'),
      1,
    )
    for (let i = 0; i < PEOPLE; i++) await insertOld(i % 2 ? 'a' : 'b', i).execute(engine.writer)
    await migrate(engine, migrations, 2)

    const w = await world(name, { databaseUrl })
    await w.drain()
    const filled = await listKeys(w)
    assert.equal(filled.length, PEOPLE)
    for (const { profile, key } of filled) assert.equal(key, wantedKey(profile))

    await insertOld('a', PEOPLE).execute(engine.writer)
    await sql`update users set profile = ${profileOf(0)} where id = ${`usr_${'1'.padStart(26, '0')}`}`.execute(
      engine.writer,
    )
    await w.drain()
    assert.equal((await listKeys(w)).filter(({ profile, key }) => key !== wantedKey(profile)).length, 2)
    w.advance(HOUR_MS)
    await w.drain()
    for (const { profile, key } of await listKeys(w)) assert.equal(key, wantedKey(profile))
    w.advance(HOUR_MS)
    const { rows } = await sql`select id from jobs where kind = 'users/fill-names'`.execute(w.deps.db)
    assert.deepEqual(rows, [])
  })
}
