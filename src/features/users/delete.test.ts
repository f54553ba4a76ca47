import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, challengeToken, dpopKey, login, REFRESH, user } from '../../../test/builders.ts'
import { assertNoContent } from '../../../test/house/answers.ts'
import { holderOf, linkAccount } from '../../../test/house/federation.ts'
import { assertNotFound } from '../../../test/house/management.ts'
import { eventsOf, sessionCount } from '../../../test/house/rows.ts'
import { finalizeWith } from '../../../test/house/tokens.ts'
import { ENGINES, world } from '../../../test/world.ts'
import { listIdentifiers } from '../../core/identifiers/store.ts'
import { rfc3339 } from '../../platform/clock.ts'

for (const engine of ENGINES) {
  const w = await world(engine)

  test(`${engine}: a deleted user is gone with identifiers, linked accounts and sessions`, async () => {
    const app = await application(w)
    const id = await user(w, app, { email: 'gone@example.com', externalId: 'gone' })
    const staying = await user(w, app, { email: 'staying@example.com' })
    for (const [subject, owner] of [
      ['gone', id],
      ['staying', staying],
    ] as const) {
      await linkAccount(w, app, owner, 'google', subject)
    }
    const clients = [await login(w, app, id), await login(w, app, id, 'cookie')]
    const ended = await login(w, app, id)
    await ended.post('/v1/session/revoke')
    const stranger = await login(w, app, staying)
    const unused = await challengeToken(w, app, id)

    assertNoContent(await app.manage(`/users/${id}`, { method: 'DELETE' }))

    for (const client of clients) {
      const answer = await client.post(REFRESH)
      assert.equal(answer.status, 401)
      assert.equal(answer.body.code, 'unauthorized')
    }
    assert.equal((await clients[0]?.bearer('/v1/session/me/list'))?.status, 401)
    assert.equal((await finalizeWith(app, await dpopKey(w), unused)).body.code, 'invalid_challenge_token')
    assertNotFound(await app.manage(`/users/${id}`))
    assertNotFound(await app.manage(`/users/${id}`, { method: 'DELETE' }))
    assert.deepEqual(await listIdentifiers(w.deps.db, app.id, [id]), [])
    assert.equal(await holderOf(w, app, 'google', 'gone'), undefined)
    assert.equal(await sessionCount(w, app, id), 0)

    const now = rfc3339(w.deps.now())
    assert.deepEqual(await eventsOf(w, app, 'user.deleted'), [{ user_id: id, deleted_at: now }])
    const reasons = (await eventsOf(w, app, 'user.session.revoked')).map((event) => event.reason)
    assert.deepEqual(reasons.sort(), ['logged_out', 'user_deleted', 'user_deleted'])

    assert.equal((await stranger.post(REFRESH)).status, 200)
    assert.equal((await listIdentifiers(w.deps.db, app.id, [staying])).length, 1)
    assert.equal(await holderOf(w, app, 'google', 'staying'), staying)
  })

  test(`${engine}: what a deleted user had is free for the next`, async () => {
    const app = await application(w)
    const body = { identifiers: [{ type: 'email_address', value: 'next@example.com' }], external_id: 'next' }
    const first = await app.manage('/users', { body })
    assertNoContent(await app.manage(`/users/${first.body.id}`, { method: 'DELETE' }))
    const second = await app.manage('/users', { body })
    assert.equal(second.status, 201)
    assert.notEqual(second.body.id, first.body.id)
  })
}
