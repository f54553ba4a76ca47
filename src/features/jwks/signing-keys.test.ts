import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiKey, application, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'

const PATH = '/signing_keys'

for (const { engine, w } of await stages()) {
  const keysOf = async (app: TestApp) => (await app.manage(PATH)).body.signing_keys
  const signing = async (app: TestApp) =>
    (await keysOf(app)).find(
      ({ purpose, state }: { purpose: string; state: string }) => purpose === 'access_token' && state === 'signing',
    )
  const rotate = (app: TestApp, body?: object) =>
    app.manage(`${PATH}/rotate`, { method: 'POST', ...(body && { body }) })
  const revoke = (app: TestApp, kid: string) => app.manage(`${PATH}/${kid}`, { method: 'DELETE' })

  test(`${engine}: a key is revoked by the API: what it signed is refused, its successor signs, and it is told and logged`, async () => {
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    const { kid } = await signing(app)
    const { status, body } = await revoke(app, kid)
    assert.deepEqual([status, body.kid], [200, kid])
    assert.equal((await signing(app)).kid, body.successor)
    assert.equal((await client.bearer('/v1/session/me/list')).status, 401)
    assert.equal((await client.post(REFRESH)).status, 200)
    assert.equal((await client.bearer('/v1/session/me/list')).status, 200)
    assertNotFound(await revoke(app, kid))
    const [told] = await eventsOf(w, app, 'key.revoked')
    assert.equal(told?.kid, kid)
    const { entries } = (await app.manage('/audit')).body
    assert.partialDeepStrictEqual(entries[0], { operation: 'revokeSigningKey', target: { kid } })
  })

  test(`${engine}: the next key is made once, for what is said, and by whoever may; none is another application's`, async () => {
    const [app, other] = [await application(w), await application(w)]
    const [next] = (await rotate(app)).body.signing_keys
    assert.deepEqual([next.purpose, next.state], ['access_token', 'next'])
    assert.deepEqual((await rotate(app, { purpose: 'access_token' })).body.signing_keys, [next])
    const [ofWebhooks] = (await rotate(app, { purpose: 'webhook' })).body.signing_keys
    assert.deepEqual([ofWebhooks.purpose, ofWebhooks.alg], ['webhook', 'PS256'])
    assertInvalid(await rotate(app, { purpose: 'development_token' }), 'body.purpose')
    assertNotFound(await revoke(other, next.kid))
    const reader = await apiKey(w, app.id, { permissions: ['signing_keys:read'] })
    const url = `${w.address}/v2/session/apps/${app.id}${PATH}`
    const headers = { authorization: `Bearer ${reader}` }
    assert.equal((await fetch(url, { headers })).status, 200)
    assert.equal((await fetch(`${url}/${next.kid}`, { method: 'DELETE', headers })).status, 403)
    const shown = JSON.stringify(await keysOf(app))
    assert.ok(!shown.includes('jwk') && !shown.includes('sealed'), shown)
  })
}
