import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type Call, instanceKey, send, user } from '../../../test/builders.ts'
import { assertNoContent } from '../../../test/house/answers.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { BASE_DOMAIN, ENGINES, world } from '../../../test/world.ts'
import { rfc3339 } from '../../platform/clock.ts'

const APPS = '/v2/session/apps'

for (const engine of ENGINES) {
  const w = await world(engine)
  const operator = { authorization: `Bearer ${await instanceKey(w)}` }
  const operate = (path: string, call: Call = {}) => send(w, `${APPS}${path}`, { headers: operator, ...call })

  test(`${engine}: a new application answers at its host, with the key that was shown`, async () => {
    const answer = await operate('', { body: { id: 'acme', name: ' Acme ', mode: 'prod' } })
    assert.equal(answer.status, 201)
    const { application: created, management_key, ...rest } = answer.body
    assert.deepEqual(rest, {})
    assert.deepEqual(created, {
      id: 'acme',
      name: 'Acme',
      mode: 'prod',
      public_origins: [],
      allowed_origins: [],
      redirect_uris: [],
      created_at: rfc3339(w.deps.now()),
    })
    assert.match(management_key, /^ak_live_[\w-]{43}$/)
    const read = await send(w, `${APPS}/acme`, { headers: { authorization: `Bearer ${management_key}` } })
    assert.deepEqual(read.body, { application: created })
    const keys = await send(w, '/.well-known/jwks.json', { headers: { host: `acme.${BASE_DOMAIN}` } })
    assert.equal(keys.status, 200)
    assert.ok(keys.body.keys.length > 0)
  })

  test(`${engine}: an application is named after its id and in production unless it is told otherwise`, async () => {
    const { body } = await operate('', { body: { id: 'plain' } })
    assert.equal(body.application.name, 'plain')
    assert.equal(body.application.mode, 'prod')
    const asked = await operate('', { body: { id: 'sandbox', mode: 'dev' } })
    assert.equal(asked.body.application.mode, 'dev')
  })

  test(`${engine}: an id is one DNS label and is given out once`, async () => {
    for (const id of ['', 'A', 'a.b', '-a', 'a-', 'a_b', 'x'.repeat(33), 7]) {
      assertInvalid(await operate('', { body: { id } }), 'body.id')
    }
    assertInvalid(await operate('', { body: { id: 'fine', name: ' ' } }), 'body.name')
    assertInvalid(await operate('', { body: { id: 'fine', mode: 'test' } }), 'body.mode')
    assert.equal((await operate('', { body: { id: 'x'.repeat(32) } })).status, 201)
    const again = await operate('', { body: { id: 'x'.repeat(32) } })
    assertDenied(again, 'application_already_exists', 'conflict')
  })

  test(`${engine}: the operator sees every application and may act in each`, async () => {
    const [first, second] = [await application(w), await application(w)]
    const { body } = await operate('')
    const ids: string[] = body.applications.map((one: { id: string }) => one.id)
    assert.ok(ids.includes(first.id) && ids.includes(second.id))
    assert.equal('next' in body, false)
    const paged: string[] = []
    for (let query = '?limit=1'; query !== ''; ) {
      const page = (await operate(query)).body
      assert.equal(page.applications.length, 1)
      paged.push(page.applications[0].id)
      query = page.next ? `?limit=1&after=${page.next}` : ''
    }
    assert.deepEqual(paged, ids)
    assertInvalid(await operate('?limit=501'), 'query.limit')
    assert.equal((await operate(`/${second.id}/mode`)).body.mode, 'dev')
    assertNotFound(await operate('/nobody/mode'))
    assertNotFound(await operate('/nobody'))
    assertInvalid(await operate('/%00/mode'))
  })

  test(`${engine}: the key of an application opens nothing that is the operator's`, async () => {
    const app = await application(w)
    const headers = { authorization: `Bearer ${app.managementKey}` }
    assertDenied(await operate('', { headers }), 'invalid_api_token', 'unauthorized')
    assertDenied(await operate('', { headers, body: { id: 'mine' } }), 'invalid_api_token', 'unauthorized')
    const deletion = await operate(`/${app.id}`, { headers, method: 'DELETE' })
    assertDenied(deletion, 'invalid_api_token', 'unauthorized')
    assert.equal((await app.manage('')).status, 200)
    assertDenied(await operate('', { headers: {} }), 'missing_api_token', 'unauthorized')
  })

  test(`${engine}: the hosts of a deleted application are free at once`, async () => {
    const [first, second] = [await application(w), await application(w)]
    const call = { method: 'PATCH', body: { public_origins: ['https://passed-on.example.com'] } }
    assert.equal((await first.operate('', call)).status, 200)
    assertDenied(await second.operate('', call), 'host_already_taken', 'conflict')
    assertNoContent(await operate(`/${first.id}`, { method: 'DELETE' }))
    assert.equal((await second.operate('', call)).status, 200)
    const keys = await send(w, '/.well-known/jwks.json', { headers: { host: 'passed-on.example.com' } })
    assert.deepEqual(keys.body, (await second.call('/.well-known/jwks.json')).body)
  })

  test(`${engine}: a deleted application is gone at once, and its id is never given out again`, async () => {
    const app = await application(w)
    const userId = await user(w, app)
    assert.equal((await app.call('/.well-known/jwks.json')).status, 200)
    assertNoContent(await operate(`/${app.id}`, { method: 'DELETE' }))

    assert.equal((await app.call('/.well-known/jwks.json')).status, 404)
    assertNotFound(await app.manage(''))
    assertNotFound(await app.manage(`/users/${userId}`))
    assertNotFound(await operate(`/${app.id}`))
    assertNotFound(await operate(`/${app.id}`, { method: 'DELETE' }))
    const { applications } = (await operate('')).body
    assert.equal(
      applications.some((one: { id: string }) => one.id === app.id),
      false,
    )
    assertDenied(await operate('', { body: { id: app.id } }), 'application_already_exists', 'conflict')

    w.advance(60_000)
    await w.drain()
    assertDenied(await operate('', { body: { id: app.id } }), 'application_already_exists', 'conflict')
    assertDenied(await app.manage(''), 'invalid_api_token', 'unauthorized')
  })
}
