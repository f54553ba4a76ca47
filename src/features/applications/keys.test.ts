import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { assertNoContent } from '../../../test/house/answers.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { ENGINES, world } from '../../../test/world.ts'
import { rfc3339 } from '../../platform/clock.ts'

for (const engine of ENGINES) {
  const w = await world(engine)

  test(`${engine}: a new key opens its application, is shown once, and opens nothing once revoked`, async () => {
    const app = await application(w)
    w.advance(1000)
    const answer = await app.manage('/keys', { body: { name: ' backend ' } })
    assert.equal(answer.status, 201)
    const { key, management_key, ...rest } = answer.body
    assert.deepEqual(rest, {})
    const [first] = (await app.manage('/keys')).body.keys
    assert.deepEqual(key, {
      id: key.id,
      name: 'backend',
      permissions: null,
      allowed_networks: null,
      created_at: rfc3339(w.deps.now()),
      created_by: `application_key:${first.id}`,
      expires_at: null,
      last_used_at: null,
      replaced_by: null,
    })
    assert.match(management_key, /^ak_dev_[\w-]{43}$/)
    assert.match(key.id, /^key_[0-9a-z]{26}$/)

    const headers = { authorization: `Bearer ${management_key}` }
    const list = await app.manage('/keys', { headers })
    assert.equal(list.status, 200)
    assert.deepEqual(
      list.body.keys.map((one: { name: string }) => one.name),
      ['first', 'backend'],
    )
    assert.deepEqual(list.body.keys[1], key)
    assert.equal(JSON.stringify(list.body).includes(management_key), false)

    assertNoContent(await app.manage(`/keys/${key.id}`, { method: 'DELETE' }))
    assertDenied(await app.manage('/keys', { headers }), 'invalid_api_token', 'unauthorized')
    assertNotFound(await app.manage(`/keys/${key.id}`, { method: 'DELETE' }))
    assert.equal((await app.manage('/keys')).body.keys.length, 1)
  })

  test(`${engine}: a key has a name, and one that is not there cannot be revoked`, async () => {
    const app = await application(w)
    assertInvalid(await app.manage('/keys', { body: {} }), 'body.name')
    assertInvalid(await app.manage('/keys', { body: { name: ' ' } }), 'body.name')
    assertInvalid(await app.manage('/keys', { body: { name: 'x'.repeat(101) } }), 'body.name')
    assertNotFound(await app.manage('/keys/key_nothing', { method: 'DELETE' }))
  })

  test(`${engine}: an application has a hundred live keys at most`, async () => {
    const app = await application(w)
    const create = () => app.manage('/keys', { body: { name: 'x' } })
    for (let i = 1; i < 100; i++) assert.equal((await create()).status, 201)
    assertDenied(await create(), 'too_many_keys', 'conflict')
    const one = (await app.manage('/keys')).body.keys.find(({ name }: { name: string }) => name === 'x')
    assertNoContent(await app.manage(`/keys/${one.id}`, { method: 'DELETE' }))
    assert.equal((await create()).status, 201)
  })

  test(`${engine}: a key that revokes itself is done with its last answer`, async () => {
    const app = await application(w)
    const [own] = (await app.manage('/keys')).body.keys
    assertNoContent(await app.manage(`/keys/${own.id}`, { method: 'DELETE' }))
    assertDenied(await app.manage('/keys'), 'invalid_api_token', 'unauthorized')
  })
}
