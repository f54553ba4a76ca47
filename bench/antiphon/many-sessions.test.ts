import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sweepSessions } from '../../src/core/sessions/store/sweep.ts'
import { application, dpopKey, login, newClient, REFRESH, user } from '../../test/builders.ts'
import { stages } from '../../test/house/stages.ts'
import { fillDeadSessions, fillSessions, firstTokenOf, openSql, readTemplates, sessionIdOf } from './many-sessions.ts'

const DAY_MS = 86_400_000

for (const { engine, w } of await stages()) {
  test(`${engine}: sessions that SQL wrote are refreshed by the tokens that were made for them, and the dead are swept`, async () => {
    const app = await application(w)
    await login(w, app, await user(w, app, { email: 'seed@many.example' }))
    const keys = [await dpopKey(w), await dpopKey(w)]
    const sql = openSql(w.databaseUrl)
    try {
      const since = w.deps.now() - DAY_MS
      const fill = {
        templates: await readTemplates(sql, app.id),
        app: app.id,
        since,
        jkts: keys.map((key) => key.thumbprint),
      }
      await fillSessions(sql, { ...fill, from: 0, to: 5 })
      await fillSessions(sql, { ...fill, from: 5, to: 9 })
      await fillDeadSessions(sql, { ...fill, since: since - 400 * DAY_MS, from: 0, to: 7 }, 60)
      const count = async (table: string) =>
        Number((await sql.run(`select count(*) as n from ${table} where app_id = '${app.id}'`))[0]?.n)
      assert.deepEqual([await count('users'), await count('identifiers'), await count('sessions')], [6, 6, 17])

      const master = Buffer.from(w.deps.config.masterKey).toString('base64')
      for (const i of [0, 4, 5, 8]) {
        const client = newClient(app, '', keys[i % 2])
        client.refreshToken = firstTokenOf(master, sessionIdOf(i, since), app.id)
        assert.equal((await client.post(REFRESH)).status, 200, `session ${i}`)
      }
      await w.deps.transact((tx) => sweepSessions(tx, w.deps.now(), 100))
      assert.equal(await count('sessions'), 10)
    } finally {
      await sql.close()
    }
  })
}
