import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { assertNoContent } from '../../../test/house/answers.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { ENGINES, world } from '../../../test/world.ts'
import type { UserTables } from '../../core/users/tables.ts'
import { managementDocument } from '../../documents.ts'
import { rfc3339 } from '../../platform/clock.ts'

type Document = { components: { schemas: Record<string, { properties: { status: { enum: string[] } } }> } }

const read = async (app: TestApp, id: string) => (await app.manage(`/users/${id}`)).body.user

for (const engine of ENGINES) {
  const w = await world(engine)

  test(`${engine}: a profile change keeps what it does not name, replaces what it names and takes out what is null`, async () => {
    const app = await application(w)
    const id = await user(w, app, { profile: { first_name: 'Jane', address: { city: 'Athens' }, locales: ['el'] } })
    w.advance(5000)
    const body = { address: { street: 'Main' }, locales: ['en', 'el'], first_name: null, never_there: null }
    assertNoContent(await app.manage(`/users/${id}/profile`, { method: 'PATCH', body }))

    const profile = { address: { street: 'Main' }, locales: ['en', 'el'] }
    const now = rfc3339(w.deps.now())
    const after = await read(app, id)
    assert.deepEqual(after.profile, profile)
    assert.equal(after.updated_at, now)
    assert.notEqual(after.created_at, now)
    assert.deepEqual(await eventsOf(w, app, 'user.profile.updated'), [{ user_id: id, profile, updated_at: now }])
  })

  test(`${engine}: a profile never grows beyond 16 KiB, however small the steps`, async () => {
    const app = await application(w)
    const id = await user(w, app)
    const patch = (body: unknown) => app.manage(`/users/${id}/profile`, { method: 'PATCH', body })
    assertNoContent(await patch({ a: 'x'.repeat(8000), b: 'ü'.repeat(4000) }))
    assertInvalid(await patch({ c: 'x'.repeat(1000) }), '16 KiB')
    assert.deepEqual(Object.keys((await read(app, id)).profile), ['a', 'b'])
    assertNoContent(await patch({ a: null, c: 'x'.repeat(1000) }))
    assertInvalid(await patch([]), 'body')
    assertInvalid(await patch(undefined), 'body')
    assertNotFound(await app.manage('/users/usr_nobody/profile', { method: 'PATCH', body: {} }))
  })

  test(`${engine}: an inactive user's sessions end at once, and nobody logs in as them until they are let in again`, async () => {
    const app = await application(w)
    const id = await user(w, app)
    const [phone, laptop] = [await login(w, app, id), await login(w, app, id, 'cookie')]
    const bystander = await login(w, app, await user(w, app))
    const put = (status: unknown) => app.manage(`/users/${id}/status`, { method: 'PUT', body: { status } })

    const kept = await put('inactive')
    assert.equal(kept.status, 200)
    assert.equal(kept.body.user.id, id)
    assert.equal(kept.body.user.status, 'inactive')
    assert.equal((await read(app, id)).status, 'inactive')
    assert.equal((await phone.post(REFRESH)).status, 401)
    assert.equal((await laptop.post(REFRESH)).status, 401)
    assert.equal((await phone.bearer('/v1/session/me/list')).status, 401)
    assert.equal((await bystander.post(REFRESH)).status, 200)
    const revoked = await eventsOf(w, app, 'user.session.revoked')
    assert.deepEqual(
      revoked.map((event) => [event.user_id, event.reason]),
      [
        [id, 'user_inactive'],
        [id, 'user_inactive'],
      ],
    )
    await assert.rejects(login(w, app, id), /invalid_challenge_token/)

    assert.equal((await put('active')).body.user.status, 'active')
    assert.equal((await phone.post(REFRESH)).status, 401)
    assert.equal((await (await login(w, app, id)).post(REFRESH)).status, 200)
    assertInvalid(await put('asleep'), 'body.status')
    assertNotFound(await app.manage('/users/usr_nobody/status', { method: 'PUT', body: { status: 'active' } }))
  })

  test(`${engine}: the word of earlier releases is understood, stored for them, and answered to nobody`, async () => {
    const app = await application(w)
    const id = await user(w, app)
    const client = await login(w, app, id)
    const put = (status: unknown) => app.manage(`/users/${id}/status`, { method: 'PUT', body: { status } })
    assert.equal((await put('blocked')).body.user.status, 'inactive')
    assert.equal((await client.post(REFRESH)).status, 401)
    const users = w.deps.db.withTables<UserTables>().selectFrom('users').select('status')
    assert.equal((await users.where('id', '=', id).executeTakeFirstOrThrow()).status, 'blocked')
    const { message } = (await put('asleep')).body
    assert.ok(!message.includes('blocked'), message)
    const { UpdateStatusRequest } = (managementDocument() as Document).components.schemas
    assert.deepEqual(UpdateStatusRequest?.properties.status.enum, ['active', 'inactive'])
  })

  test(`${engine}: an external id belongs to one user, who may be given another and leave the first to others`, async () => {
    const app = await application(w)
    const [a, b] = [await user(w, app), await user(w, app)]
    const put = (id: string, external_id: unknown) =>
      app.manage(`/users/${id}/external_id`, { method: 'PUT', body: { external_id } })

    assertNoContent(await put(a, 'one'))
    assertNoContent(await put(a, 'one'))
    assert.equal((await read(app, a)).external_id, 'one')
    assertDenied(await put(b, 'one'), 'external_id_already_exists', 'conflict')
    assert.equal((await read(app, b)).external_id, undefined)
    assertNoContent(await put(a, 'two'))
    assertNoContent(await put(b, 'one'))
    assert.equal((await read(app, b)).external_id, 'one')
    assert.equal((await app.manage('/users')).body.users.length, 2)

    assertNoContent(await put(a, 'x'.repeat(128)))
    assertInvalid(await put(a, 'x'.repeat(129)), 'body.external_id')
    assertInvalid(await put(a, ''), 'body.external_id')
    assertInvalid(await put(a, 7), 'body.external_id')
    assertNotFound(await put('usr_nobody', 'three'))
    assertNotFound(await put('usr_nobody', 'one'))

    const elsewhere = await application(w)
    const c = await user(w, elsewhere, { externalId: 'one' })
    assert.equal((await read(elsewhere, c)).external_id, 'one')
  })
}
