import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { createDatabase } from '../../../test/postgres.ts'
import { ENGINES } from '../../../test/world.ts'
import { openEngine } from '../../platform/dialect.ts'
import { migrate } from '../../platform/migrate.ts'
import { ALL_PERMISSIONS } from '../../platform/permissions.ts'
import { migrations } from '../../server.ts'
import { findApiKey, isExpired } from './api-keys.ts'
import { isAllowed } from './key-limits.ts'

const folder = mkdtempSync(join(tmpdir(), 'antiphon-applications-'))
after(() => rmSync(folder, { recursive: true }))

const isNew = (name: string) => /^applications\/00[23]/.test(name)

/** As the release writes it that knew no permissions. */
const insertOld = (id: string) =>
  sql`insert into api_keys (app_id, id, name, hash, created_at) values ('shop', ${id}, 'old', ${`hash of ${id}`}, 5)`

for (const name of ENGINES) {
  test(`${name}: a key from before there were permissions keeps every right, and so does one that the release before makes meanwhile`, async () => {
    const url =
      name === 'postgres'
        ? await createDatabase(process.env.ANTIPHON_TEST_POSTGRES as string)
        : `sqlite:${join(folder, 'old.db')}`
    const engine = openEngine(url, () => {})
    after(() => engine.close())
    const old = migrations.filter((one) => !isNew(one.name))
    await migrate(engine, old, 1)
    await insertOld('key_1').execute(engine.writer)
    await migrate(engine, migrations, 2)
    await insertOld('key_2').execute(engine.writer)
    for (const id of ['key_1', 'key_2']) {
      const key = await findApiKey(engine.reader, `hash of ${id}`)
      assert.ok(key && !isExpired(key, Number.MAX_SAFE_INTEGER))
      assert.equal(key.allowedNetworks, undefined)
      for (const permission of ALL_PERMISSIONS) assert.ok(isAllowed(key, permission), permission)
    }
  })
}
