import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, login, REFRESH, user } from '../../../test/builders.ts'
import { assertNoContent } from '../../../test/house/answers.ts'
import { assertNotFound } from '../../../test/house/management.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { ENGINES, world } from '../../../test/world.ts'
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
    const revoke = (userId: string) => app.manage(`/users/${userId}/sessions/revoke`, { method: 'POST' })

    const answer = await revoke(id)
    assert.equal(answer.status, 200)
    assert.deepEqual(answer.body, { revoked: 3 })
    for (const client of clients) assert.equal((await client.post(REFRESH)).status, 401)
    assert.equal((await stranger.post(REFRESH)).status, 200)
    assert.equal((await eventsOf(w, app, 'user.session.revoked')).length, 3)
    assert.deepEqual((await revoke(id)).body, { revoked: 0 })
    assertNotFound(await revoke('usr_nobody'))
  })
}
