import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Endpoint, Refused } from '../../src/platform/endpoint.ts'
import { ALL_PERMISSIONS, type Permission } from '../../src/platform/permissions.ts'
import { endpoints } from '../../src/server.ts'
import { apiKey, application, send } from '../builders.ts'
import type { World } from '../world.ts'
import { assertDenied } from './management.ts'
import { stages } from './stages.ts'

const managed = endpoints.filter((endpoint) => endpoint.audience === 'management')
const isOfInstance = (endpoint: Endpoint) => endpoint.access.name === 'instanceKey'
const LACKING = 'insufficient_permissions'
/** As far as access looks at it. */
const REQUEST = { id: '', method: 'GET', url: '/', authority: '', ip: '127.0.0.1', proxied: false, cookies: {} }

/** Of something that is not there, but for the application. */
const pathOf = (endpoint: Endpoint, appId: string) =>
  endpoint.path.replace('{appID}', isOfInstance(endpoint) ? 'x' : appId).replace(/\{\w+\}/g, 'x')

/** Keys that are each allowed what `allowed` answers, by permission: of an application, or of the instance. */
async function keysBy(w: World, appId: string, allowed: (permission: Permission) => readonly Permission[]) {
  const made = ALL_PERMISSIONS.map(async (one) => [one, await apiKey(w, appId, { permissions: allowed(one) })] as const)
  return new Map<string | undefined, string>(await Promise.all(made))
}

test('every management operation needs a permission, and no other operation has one', () => {
  for (const { operationId, audience, permission } of endpoints)
    assert.equal(permission !== undefined, audience === 'management', operationId)
})

test('there is no permission that no operation needs', () => {
  const unneeded = ALL_PERMISSIONS.filter((one) => !managed.some(({ permission }) => permission === one))
  assert.deepEqual(unneeded, [])
})

/** A POST only because what is asked for does not fit into a URL. */
const READ_BY_POST = ['batchLookup', 'previewMessageTemplate', 'verifyWebhookBody', 'previewClaimsMapping']

test('a permission to read opens what only reads, and all that only reads needs one', () => {
  for (const { operationId, method, permission } of managed)
    assert.equal(permission?.endsWith(':read'), method === 'GET' || READ_BY_POST.includes(operationId), operationId)
})

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  test(`${engine}: a key with one permission comes past access where it is the one that is needed, and nowhere else`, async () => {
    const own = await keysBy(w, app.id, (one) => [one])
    const ofInstance = await keysBy(w, '', (one) => [one])
    const wrong: string[] = []
    for (const endpoint of managed) {
      const keys = isOfInstance(endpoint) ? ofInstance : own
      for (const permission of ALL_PERMISSIONS) {
        const request = { ...REQUEST, headers: { authorization: `Bearer ${keys.get(permission)}` } }
        const grant = await endpoint.access.resolve(request, { appID: app.id }, w.deps, endpoint.permission)
        const code = grant instanceof Refused ? grant.refusal.failure.code : 'granted'
        const expected = permission === endpoint.permission ? 'granted' : LACKING
        if (code !== expected) wrong.push(`${endpoint.operationId} with ${permission}: ${code}`)
      }
      const headers = { authorization: `Bearer ${keys.get(endpoint.permission)}` }
      const answer = await send(w, pathOf(endpoint, app.id), { method: endpoint.method, headers })
      if (answer.status === 401 || answer.body.code === LACKING) wrong.push(`${endpoint.operationId}: ${answer.status}`)
    }
    assert.deepEqual(wrong, [])
  })

  test(`${engine}: a key with every permission but the one that is needed is told which`, async () => {
    const allBut = (name: Permission) => ALL_PERMISSIONS.filter((one) => one !== name)
    const own = await keysBy(w, app.id, allBut)
    const ofInstance = await keysBy(w, '', allBut)
    for (const endpoint of managed) {
      const key = (isOfInstance(endpoint) ? ofInstance : own).get(endpoint.permission)
      const answer = await send(w, pathOf(endpoint, app.id), {
        method: endpoint.method,
        headers: { authorization: `Bearer ${key}` },
      })
      assertDenied(answer, LACKING, 'forbidden', endpoint.permission)
      const challenge = `Bearer realm="Antiphon management", error="insufficient_scope", scope="${endpoint.permission}"`
      assert.equal(answer.headers.get('www-authenticate'), challenge)
    }
  })

  test(`${engine}: a key that may not be used from where it is used does nothing`, async () => {
    const limits = { allowedNetworks: ['10.0.0.0/8'] }
    const [own, ofInstance] = [await apiKey(w, app.id, limits), await apiKey(w, '', limits)]
    for (const endpoint of managed) {
      const key = isOfInstance(endpoint) ? ofInstance : own
      const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': '203.0.113.1' }
      const answer = await send(w, pathOf(endpoint, app.id), { method: endpoint.method, headers })
      assertDenied(answer, 'address_not_allowed', 'forbidden')
    }
  })

  test(`${engine}: a key of another application is told that there is none, whatever it may do`, async () => {
    const key = await apiKey(w, (await application(w)).id, { permissions: [] })
    const answer = await send(w, `/v2/session/apps/${app.id}`, { headers: { authorization: `Bearer ${key}` } })
    assert.equal(answer.status, 404)
  })
}
