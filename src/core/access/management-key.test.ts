import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, instanceKey as newInstanceKey } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import type { World } from '../../../test/world.ts'
import { type HttpRequest, Refused } from '../../platform/endpoint.ts'
import { endApiKey, listApiKeys } from '../applications/api-keys.ts'
import { instanceKey, managementKey } from './management-key.ts'

const requestBy = (authorization: string | undefined, ip = '203.0.113.1'): HttpRequest => ({
  id: '',
  method: 'GET',
  url: '/',
  authority: 'api.session.test',
  ip,
  proxied: false,
  headers: { authorization },
  cookies: {},
})

/** The id of the application that the call reaches, or the code of its refusal. */
async function reached(w: World, appID: string, request: HttpRequest): Promise<string> {
  const grant = await managementKey.resolve(request, { appID }, w.deps, 'users:read')
  return grant instanceof Refused ? grant.refusal.failure.code : grant.app.id
}

async function governs(w: World, request: HttpRequest): Promise<true | string> {
  const grant = await instanceKey.resolve(request, {}, w.deps, 'applications:create')
  return grant instanceof Refused ? grant.refusal.failure.code : true
}

for (const { engine, w } of await stages()) {
  test(`${engine}: a key reaches its own application, and no other is there for it`, async () => {
    const [own, other] = [await application(w), await application(w)]
    const request = requestBy(`Bearer ${own.managementKey}`)
    assert.equal(await reached(w, own.id, request), own.id)
    assert.equal(await reached(w, own.id, requestBy(`bearer   ${own.managementKey}`)), own.id)
    for (const id of [other.id, 'nobody', '']) assert.equal(await reached(w, id, request), 'not_found')
    assert.equal(await governs(w, request), 'invalid_api_token')
  })

  test(`${engine}: an instance key reaches every application there is`, async () => {
    const app = await application(w)
    const request = requestBy(`Bearer ${await newInstanceKey(w)}`)
    assert.equal(await governs(w, request), true)
    assert.equal(await reached(w, app.id, request), app.id)
    assert.equal(await reached(w, 'nobody', request), 'not_found')
  })

  test(`${engine}: a missing key is told from a wrong one`, async () => {
    const app = await application(w)
    for (const none of [undefined, '', 'Bearer', 'Bearer ', `Basic ${app.managementKey}`, app.managementKey])
      assert.equal(await reached(w, app.id, requestBy(none, '203.0.113.2')), 'missing_api_token', String(none))
    for (const wrong of ['x', `${app.managementKey}x`, app.managementKey.slice(0, -1), app.managementKey.toUpperCase()])
      assert.equal(await reached(w, app.id, requestBy(`Bearer ${wrong}`, '203.0.113.2')), 'invalid_api_token', wrong)
  })

  test(`${engine}: a revoked key is wrong`, async () => {
    const app = await application(w)
    const [key] = await listApiKeys(w.deps.db, app.id, w.deps.now())
    assert.ok(await w.deps.transact((tx) => endApiKey(tx, app.id, key?.id ?? '', w.deps.now())))
    assert.equal(await reached(w, app.id, requestBy(`Bearer ${app.managementKey}`)), 'invalid_api_token')
  })

  test(`${engine}: the addresses of one IPv6 network guess as one`, async () => {
    const app = await application(w)
    const guess = (ip: string) => reached(w, app.id, requestBy('Bearer guess', ip))
    for (let i = 0; i < 60; i++) assert.equal(await guess(`2001:db8:0:7::${i}`), 'invalid_api_token')
    assert.equal(await guess('2001:db8:0:7:8::1'), 'rate_limited')
    assert.equal(await guess('2001:db8:0:8::1'), 'invalid_api_token')
  })

  test(`${engine}: an address that guesses has to wait a minute; others do not, nor does a right key`, async () => {
    const app = await application(w)
    const guess = (ip: string) => reached(w, app.id, requestBy('Bearer guess', ip))
    for (let i = 0; i < 60; i++) assert.equal(await guess('203.0.113.3'), 'invalid_api_token')
    const grant = await managementKey.resolve(
      requestBy('Bearer guess', '203.0.113.3'),
      { appID: app.id },
      w.deps,
      'users:read',
    )
    assert.ok(grant instanceof Refused)
    assert.equal(grant.refusal.failure.code, 'rate_limited')
    assert.equal(grant.refusal.headers?.['retry-after'], '60')
    assert.equal(await reached(w, app.id, requestBy(`Bearer ${app.managementKey}`, '203.0.113.3')), app.id)
    assert.equal(await guess('203.0.113.4'), 'invalid_api_token')
    assert.equal(await reached(w, app.id, requestBy(`Bearer ${app.managementKey}`, '203.0.113.3')), app.id)
    w.advance(60_000)
    assert.equal(await guess('203.0.113.3'), 'invalid_api_token')
  })
}
