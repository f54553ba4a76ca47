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
import { migrations } from '../../server.ts'

const folder = mkdtempSync(join(tmpdir(), 'antiphon-federation-'))
after(() => rmSync(folder, { recursive: true }))

const isNew = (name: string) => name.startsWith('federation/')
/** As the release before writes it. */
const insertOld = (subject: string, userId: string) =>
  sql`insert into federated_identities (app_id, provider, subject, user_id, created_at)
    values ('app', 'google', ${subject}, ${userId}, 5) on conflict do nothing returning user_id`

for (const name of ENGINES) {
  test(`${name}: accounts at providers come along into the table that knows issuers, and the release before goes on with it`, async () => {
    const url =
      name === 'postgres'
        ? await createDatabase(process.env.ANTIPHON_TEST_POSTGRES as string)
        : `sqlite:${join(folder, 'old.db')}`
    const engine = openEngine(url, () => {})
    after(() => engine.close())
    const old = migrations.filter((one) => !isNew(one.name))
    await migrate(engine, old, 1)
    await insertOld('108', 'usr_1').execute(engine.writer)
    await migrate(engine, migrations, 2)
    assert.equal((await insertOld('108', 'usr_2').execute(engine.writer)).rows.length, 0)
    assert.equal((await insertOld('109', 'usr_2').execute(engine.writer)).rows.length, 1)
    const { rows } = await sql`select provider, issuer, subject, user_id, created_at from federated_identities
      where app_id = 'app' order by subject`.execute(engine.reader)
    const row = { provider: 'google', issuer: '', created_at: 5 }
    assert.deepEqual(
      rows.map((one) => ({ ...(one as object) })),
      [
        { ...row, subject: '108', user_id: 'usr_1' },
        { ...row, subject: '109', user_id: 'usr_2' },
      ],
    )
  })
}
