import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, login, REFRESH, user } from '../../../test/builders.ts'
import { assertNoContent } from '../../../test/house/answers.ts'
import { assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { eventsOf, sessionRow } from '../../../test/house/rows.ts'
import { ENGINES, world } from '../../../test/world.ts'
import type { SessionTables } from '../../core/sessions/tables.ts'
import { rfc3339 } from '../../platform/clock.ts'

const DAY_MS = 86_400_000

for (const engine of ENGINES) {
  const w = await world(engine)

  test(`${engine}: the live sessions of a user are listed as the user sees them, last seen first`, async () => {
    const app = await application(w)
    const id = await user(w, app)
    await login(w, app, await user(w, app))
    const start = w.deps.now()
    const first = await login(w, app, id)
    w.advance(60_000)
    const second = await login(w, app, id)
    const gone = await login(w, app, id)
    assertNoContent(await gone.post('/v1/session/revoke'))
    w.advance(60_000)
    assert.equal((await first.post(REFRESH)).status, 200)

    const { status, body } = await app.manage(`/users/${id}/sessions`)
    assert.equal(status, 200)
    assert.deepEqual(Object.keys(body), ['sessions'])
    assert.deepEqual(
      body.sessions.map((session: { id: string }) => session.id),
      [first.sessionId, second.sessionId],
    )
    assert.deepEqual(body.sessions[0], {
      id: first.sessionId,
      device_model: body.sessions[0].device_model,
      device_type: 'unknown',
      os_version: '',
      country_code: 'ZZ',
      created_at: rfc3339(start),
      last_seen_at: rfc3339(start + 120_000),
      expires_at: rfc3339(start + 120_000 + 30 * DAY_MS),
    })
    const own = await first.bearer('/v1/session/me/list')
    assert.deepEqual(body.sessions, own.body.sessions)
    assertNotFound(await app.manage('/users/usr_nobody/sessions'))
  })

  test(`${engine}: one session is ended, once, and the others go on`, async () => {
    const app = await application(w)
    const id = await user(w, app)
    const [ended, other] = [await login(w, app, id), await login(w, app, id)]
    const stranger = await login(w, app, await user(w, app))
    const end = (sessionId: string) => app.manage(`/users/${id}/sessions/${sessionId}`, { method: 'DELETE' })

    assertNoContent(await end(ended.sessionId))
    assert.equal((await ended.post(REFRESH)).status, 401)
    assert.equal((await other.post(REFRESH)).status, 200)
    const [event] = await eventsOf(w, app, 'user.session.revoked')
    assert.deepEqual(event, {
      user_id: id,
      session_id: ended.sessionId,
      revoked_at: rfc3339(w.deps.now()),
      reason: 'revoked',
    })

    assertNotFound(await end(ended.sessionId))
    assertNotFound(await end('ses_nothing'))
    assertNotFound(await end(stranger.sessionId))
    assert.equal((await stranger.post(REFRESH)).status, 200)
    assert.equal((await eventsOf(w, app, 'user.session.revoked')).length, 1)
  })

  test(`${engine}: every session of a user is ended at once, and the answer says how many`, async () => {
    const app = await application(w)
    const id = await user(w, app)
    const clients = [await login(w, app, id), await login(w, app, id, 'cookie'), await login(w, app, id)]
    const stranger = await login(w, app, await user(w, app))
    const invalidate = (userId: string, verb = 'invalidate') =>
      app.manage(`/users/${userId}/sessions/${verb}`, { method: 'POST' })

    const answer = await invalidate(id)
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, { revoked: 3 })
    for (const client of clients) assert.equal((await client.post(REFRESH)).status, 401)
    assert.equal((await stranger.post(REFRESH)).status, 200)
    assert.equal((await eventsOf(w, app, 'user.session.revoked')).length, 3)
    assert.deepEqual((await invalidate(id)).body, { revoked: 0 })
    assertNotFound(await invalidate('usr_nobody'))
    const late = await login(w, app, id)
    assert.deepEqual((await invalidate(id, 'revoke')).body, { revoked: 1 }, 'the path of earlier releases')
    assert.equal((await late.post(REFRESH)).status, 401)
  })

  test(`${engine}: of many live sessions those seen last are listed, five hundred at most`, async () => {
    const app = await application(w)
    const id = await user(w, app)
    const { sessionId } = await login(w, app, id)
    const first = await sessionRow(w, app, sessionId)
    const copies = Array.from({ length: 520 }, (_, i) => ({
      ...first,
      id: `ses_${i}`,
      last_seen_at: first.last_seen_at + i,
    }))
    await w.deps.transact((tx) => tx.withTables<SessionTables>().insertInto('sessions').values(copies).execute())
    const seen = async (query: string): Promise<string[]> =>
      (await app.manage(`/users/${id}/sessions${query}`)).body.sessions.map((one: { id: string }) => one.id)
    const newest = copies.map((one) => one.id).reverse()
    assert.deepEqual(await seen(''), newest.slice(0, 500))
    assert.deepEqual(await seen('?limit=2'), ['ses_519', 'ses_518'])
    for (const limit of ['0', '501', 'x']) {
      assertInvalid(await app.manage(`/users/${id}/sessions?limit=${limit}`), 'query.limit')
    }
  })
}
