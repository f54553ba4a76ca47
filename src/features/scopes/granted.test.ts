import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { rfc3339 } from '../../platform/clock.ts'

const grant = (app: TestApp, id: string, scope: unknown) => app.manage(`/users/${id}/scopes`, { body: { scope } })
const take = (app: TestApp, id: string, scope: unknown) =>
  app.manage(`/users/${id}/scopes`, { method: 'DELETE', body: { scope } })
const read = async (app: TestApp, id: string) => (await app.manage(`/users/${id}`)).body.user

for (const { engine, w } of await stages()) {
  async function story(allowed = ['read', 'write', 'admin']) {
    const app = await application(w)
    for (const scope of allowed) await app.manage('/config/scopes', { body: { scope } })
    return { app, id: await user(w, app) }
  }

  test(`${engine}: a granted scope is in the next access token of every session, and a taken one no longer`, async () => {
    const { app, id } = await story()
    const clients = [await login(w, app, id), await login(w, app, id, 'cookie')]
    const scopesNow = async () => {
      for (const client of clients) await client.post(REFRESH)
      return clients.map(({ accessToken }) => claimsOf(accessToken).scope)
    }
    const granted = await grant(app, id, 'write')
    assert.equal(granted.status, 200)
    assert.deepEqual(granted.body, { success: true, scopes: ['write'] })
    assert.deepEqual(await scopesNow(), ['write', 'write'])
    assert.deepEqual((await grant(app, id, 'admin')).body, { success: true, scopes: ['write', 'admin'] })
    assert.deepEqual(await scopesNow(), ['write admin', 'write admin'])
    const taken = await take(app, id, 'write')
    assert.equal(taken.status, 200)
    assert.deepEqual(taken.body, { scopes: ['admin'] })
    assert.deepEqual(await scopesNow(), ['admin', 'admin'])
    assert.deepEqual((await take(app, id, 'admin')).body, { scopes: [] })
    assert.deepEqual(await scopesNow(), [undefined, undefined])
    assert.equal(claimsOf((await login(w, app, await user(w, app))).accessToken).scope, undefined)
  })

  test(`${engine}: a scope that the user has already stays, and nothing changes`, async () => {
    const { app, id } = await story()
    await grant(app, id, 'read')
    const before = await read(app, id)
    assert.deepEqual(before.scopes, ['read'])
    w.advance(5000)
    const again = await grant(app, id, 'read')
    assert.equal(again.status, 200)
    assert.deepEqual(again.body, { success: true, scopes: ['read'] })
    assert.deepEqual(await read(app, id), before)
    await grant(app, id, 'write')
    assert.equal((await read(app, id)).updated_at, rfc3339(w.deps.now()))
  })

  test(`${engine}: only what the application allows is granted`, async () => {
    const { app, id } = await story(['read'])
    assertDenied(await grant(app, id, 'write'), 'unknown_scope', 'bad_request')
    assertDenied(await grant(app, id, 'READ'), 'unknown_scope', 'bad_request')
    const other = await story(['write'])
    assertDenied(await grant(other.app, other.id, 'read'), 'unknown_scope', 'bad_request')
    assert.deepEqual((await read(app, id)).scopes, [])
    await app.manage('/config/scopes', { method: 'DELETE', body: { scope: 'read' } })
    assertDenied(await grant(app, id, 'read'), 'unknown_scope', 'bad_request')
  })

  test(`${engine}: a reserved scope is nobody’s for good, allowed or not`, async () => {
    const { app, id } = await story(['prld:pwd:write'])
    for (const scope of ['prld:pwd:write', 'prld:x']) {
      assertDenied(await grant(app, id, scope), 'reserved_scope', 'bad_request')
    }
    assert.deepEqual((await read(app, id)).scopes, [])
  })

  test(`${engine}: what is allowed no longer, or came before it was reserved, can be taken`, async () => {
    const { app } = await story([])
    const id = await user(w, app, { scopes: ['old', 'prld:pwd:write'] })
    assert.deepEqual((await take(app, id, 'prld:pwd:write')).body, { scopes: ['old'] })
    assert.deepEqual((await take(app, id, 'old')).body, { scopes: [] })
    assertNotFound(await take(app, id, 'old'))
  })

  test(`${engine}: users who are not there have no scopes, and what is no scope is refused`, async () => {
    const { app, id } = await story()
    const stranger = await story()
    for (const nobody of ['usr_nobody', stranger.id]) {
      assertNotFound(await grant(app, nobody, 'read'))
      assertNotFound(await take(app, nobody, 'read'))
    }
    assertNotFound(await take(app, id, 'read'))
    for (const scope of ['', 'a b', 'x'.repeat(129), undefined]) {
      assertInvalid(await grant(app, id, scope), 'body.scope')
      assertInvalid(await take(app, id, scope), 'body.scope')
    }
  })

  test(`${engine}: a user has at most a hundred scopes`, async () => {
    const { app } = await story()
    const id = await user(w, app, { scopes: Array.from({ length: 99 }, (_, i) => `scope${i}`) })
    assert.equal((await grant(app, id, 'read')).status, 200)
    assertDenied(await grant(app, id, 'write'), 'too_many_scopes', 'bad_request')
    assert.equal((await grant(app, id, 'read')).status, 200)
    await take(app, id, 'scope0')
    assert.equal((await grant(app, id, 'write')).body.scopes.length, 100)
  })
}
