import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import pg from 'pg'
import { application, login, REFRESH, user } from '../../../test/builders.ts'
import { ENGINES, world } from '../../../test/world.ts'
import { KEPT_MS, sweepSessions } from './store/sweep.ts'

const GUIDE = readFileSync(new URL('../../../docs/guide/scale.md', import.meta.url), 'utf8')
const SQL = /```sql\n([\s\S]*?)```/.exec(GUIDE)?.[1] ?? ''

const INDEXES = `select regexp_replace(indexdef, '^.* USING ', '') as made from pg_indexes where tablename = 'sessions' order by 1`

if (ENGINES.includes('postgres'))
  test('sessions go on in the partitions of the guide: refreshed, listed and swept', async () => {
    const w = await world('postgres')
    const app = await application(w)
    const userId = await user(w, app)
    const clients = [await login(w, app, userId), await login(w, app, userId), await login(w, app, userId, 'cookie')]
    const database = new pg.Client({ connectionString: w.databaseUrl })
    await database.connect()
    try {
      const before = (await database.query(INDEXES)).rows
      await database.query(SQL)
      assert.deepEqual((await database.query(INDEXES)).rows, before)

      clients.push(await login(w, app, userId))
      for (const client of [...clients, ...clients]) assert.equal((await client.post(REFRESH)).status, 200)
      const { sessions } = (await app.manage(`/users/${userId}/sessions`)).body
      assert.equal(sessions.length, clients.length)
      const stored = `select count(*)::int as all, count(distinct tableoid)::int as parts from sessions`
      const [{ all, parts }] = (await database.query(stored)).rows
      assert.ok(all === clients.length && parts > 0)
      const plan = await database.query(`explain select 1 from sessions where app_id = '${app.id}' and id = 'x'`)
      assert.equal(plan.rows.filter((row) => /sessions_\d/.test(row['QUERY PLAN'])).length, 1, 'one partition is asked')

      const late = w.deps.now() + 400 * 86_400_000 + KEPT_MS
      for (let left = 1; left > 0; ) left = await w.deps.transact((tx) => sweepSessions(tx, late, 10))
      assert.equal((await database.query(stored)).rows[0].all, 0)
    } finally {
      await database.end()
    }
  })
