import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, login, REFRESH, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { countSessions } from '../../core/sessions/store.ts'

for (const { engine, w } of await stages()) {
  test(`${engine}: with one session too many the one that was unused for longest gives way, and is told as superseded`, async () => {
    const app = await application(w, { settings: { sessions: { max_sessions_per_user: 3 } } })
    const userId = await user(w, app)
    const clients = []
    for (const carrier of ['header', 'cookie', 'header'] as const) {
      clients.push(await login(w, app, userId, carrier))
      w.advance(1000)
    }
    const [oldest, second, third] = clients
    assert.equal((await oldest?.post(REFRESH))?.status, 200)
    w.advance(1000)
    const fourth = await login(w, app, userId)
    assert.ok(second && third && oldest)
    assertRefused(await second.post(REFRESH), 'unauthorized', 'unauthorized')
    for (const client of [oldest, third, fourth]) assert.equal((await client.post(REFRESH)).status, 200)
    const events = await eventsOf(w, app, 'user.session.revoked')
    assert.deepEqual(
      events.map(({ session_id, reason }) => [session_id, reason]),
      [[second.sessionId, 'superseded']],
    )
  })

  test(`${engine}: each user has room of their own, and what ended or expired takes none of it`, async () => {
    const sessions = { max_sessions_per_user: 2, idle_lifetime_seconds: 60 }
    const app = await application(w, { settings: { sessions } })
    const [userId, other] = [await user(w, app), await user(w, app)]
    const elsewhere = await login(w, app, other)
    const expired = await login(w, app, userId)
    w.advance(40_000)
    const ended = await login(w, app, userId)
    await ended.post('/v1/session/revoke')
    const stays = await login(w, app, userId)
    assert.equal((await elsewhere.post(REFRESH)).status, 200)
    w.advance(30_000)
    await login(w, app, userId)
    for (const client of [stays, elsewhere]) assert.equal((await client.post(REFRESH)).status, 200)
    assertRefused(await expired.post(REFRESH), 'unauthorized', 'unauthorized')
    const reasons = (await eventsOf(w, app, 'user.session.revoked')).map(({ reason }) => reason)
    assert.deepEqual(reasons, ['logged_out'])
  })

  test(`${engine}: by default a user has a hundred sessions`, async () => {
    const app = await application(w)
    const userId = await user(w, app)
    for (let i = 0; i < 104; i++) await login(w, app, userId, 'cookie')
    assert.equal(await countSessions(w.deps.db, app.id, userId, w.deps.now()), 100)
    assert.equal((await eventsOf(w, app, 'user.session.revoked')).length, 4)
  })
}
