import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type Client, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { eventsOf, sessionRow } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'
import { countSessions, listSessions } from './store.ts'
import type { SessionTables } from './tables.ts'

const LIST = '/v1/session/me/list'
const END = '/v1/session/me/revoke'

/** Gives a user sessions by the thousand, as a release that knew no bound let them have. */
async function crowd(w: World, app: TestApp, client: Client, count: number) {
  const row = await sessionRow(w, app, client.sessionId)
  await w.deps.transact(async (tx) => {
    for (let start = 0; start < count; start += 500) {
      const rows = Array.from({ length: 500 }, (_, i) => ({
        ...row,
        id: `ses_crowd_${start + i}`,
        last_seen_at: row.last_seen_at - start - i,
      }))
      await tx.withTables<SessionTables>().insertInto('sessions').values(rows).execute()
    }
  })
}

for (const { engine, w } of await stages()) {
  async function crowded(count: number) {
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    await crowd(w, app, client, count)
    const alive = async () =>
      (
        await w.deps.db
          .withTables<SessionTables>()
          .selectFrom('sessions')
          .select('id')
          .where('app_id', '=', app.id)
          .where('ended_at', 'is', null)
          .execute()
      ).length
    return { app, client, alive }
  }

  test(`${engine}: of thousands of sessions each transaction ends a thousand at most, until none is left`, async () => {
    const { app, client, alive } = await crowded(2500)
    assert.equal((await client.bearer(`${END}?target=all`, { method: 'POST' })).status, 204)
    assert.equal(await alive(), 1501)
    w.advance(1000)
    const later = await login(w, app, client.userId)
    await w.drain()
    assert.equal(await alive(), 1)
    assert.equal((await later.post(REFRESH)).status, 200)
    const events = await eventsOf(w, app, 'user.session.revoked')
    assert.equal(new Set(events.map(({ session_id }) => session_id)).size, 2501)
    assert.equal(events.length, 2501)
  })

  test(`${engine}: the session that others are ended from outlives them all`, async () => {
    const { client, alive } = await crowded(1500)
    assert.equal((await client.bearer(`${END}?target=others`, { method: 'POST' })).status, 204)
    await w.drain()
    assert.equal(await alive(), 1)
    assert.equal((await client.post(REFRESH)).status, 200)
  })

  test(`${engine}: a list of thousands says a thousand, and ends there however far one looks`, async () => {
    const { app, client } = await crowded(1500)
    const page = async (query: string) => (await client.bearer(`${LIST}${query}`)).body
    assert.equal((await page('')).total, 1000)
    assert.equal((await page('?limit=100&offset=900')).sessions.length, 100)
    assert.deepEqual((await page('?limit=100&offset=1000')).sessions, [])
    assert.deepEqual((await page('?limit=1&offset=999999999')).sessions, [])
    const now = w.deps.now()
    assert.equal(await countSessions(w.deps.db, app.id, client.userId, now), 1000)
    assert.equal((await listSessions(w.deps.db, app.id, client.userId, now)).length, 1000)
  })

  test(`${engine}: each login of a crowded user makes room, and the latest is in`, async () => {
    const { app, client, alive } = await crowded(1500)
    const next = await login(w, app, client.userId)
    assert.ok((await alive()) <= 502)
    const last = await login(w, app, client.userId)
    assert.equal(await alive(), 100)
    for (const one of [next, last]) assert.equal((await one.post(REFRESH)).status, 200)
  })
}
