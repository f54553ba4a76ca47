import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, user } from '../../../test/builders.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { ENGINES, world } from '../../../test/world.ts'
import { insertIdentifier } from '../../core/identifiers/store.ts'
import { rfc3339 } from '../../platform/clock.ts'

const email = (value: string) => ({ type: 'email_address' as const, value })
const phone = (value: string) => ({ type: 'phone_number' as const, value })

for (const engine of ENGINES) {
  const w = await world(engine)

  async function story() {
    const app = await application(w)
    const call = (method: 'POST' | 'DELETE') => (id: string, identifier: unknown) =>
      app.manage(`/users/${id}/identifiers`, { method, body: { identifier } })
    const owners = async (value: string) => {
      const query = `identifier_type=email_address&identifier_value=${encodeURIComponent(value)}`
      const { users } = (await app.manage(`/users?${query}`)).body
      return users.map((found: { id: string }) => found.id)
    }
    return { app, add: call('POST'), remove: call('DELETE'), owners }
  }

  test(`${engine}: an added identifier is normalised and finds its user`, async () => {
    const { app, add, owners } = await story()
    const id = await user(w, app)
    w.advance(1000)
    const answer = await add(id, email('New@Example.com'))
    assert.equal(answer.status, 201)
    assert.deepEqual(answer.body, { identifier: email('new@example.com') })
    assert.deepEqual(await owners('new@example.com'), [id])
    assert.deepEqual(await eventsOf(w, app, 'user.identifier.created'), [
      { user_id: id, identifier: email('new@example.com'), created_at: rfc3339(w.deps.now()) },
    ])
  })

  test(`${engine}: adding an identifier again changes nothing`, async () => {
    const { app, add } = await story()
    const id = await user(w, app)
    assert.equal((await add(id, phone('+306912345678'))).status, 201)
    assert.equal((await add(id, phone('+30 6912345678'))).status, 201)
    const { user: found } = (await app.manage(`/users/${id}`)).body
    assert.deepEqual(found.identifiers, [phone('+306912345678')])
    assert.equal((await eventsOf(w, app, 'user.identifier.created')).length, 1)
  })

  test(`${engine}: a user is given a hundred identifiers at most; one that is there may be given again`, async () => {
    const { app, add, remove } = await story()
    const id = await user(w, app)
    for (let i = 0; i < 100; i++) assert.equal((await add(id, email(`a${i}@example.com`))).status, 201)
    assertDenied(await add(id, email('more@example.com')), 'too_many_identifiers', 'conflict')
    assert.equal((await add(id, email('a7@example.com'))).status, 201)
    assert.equal((await remove(id, email('a7@example.com'))).status, 200)
    assert.equal((await add(id, email('more@example.com'))).status, 201)
  })

  test(`${engine}: an identifier of another user is refused, one that is none too`, async () => {
    const { app, add, owners } = await story()
    const holder = await user(w, app, { email: 'held@example.com' })
    const id = await user(w, app)
    assertDenied(await add(id, email('held@example.com')), 'identifier_already_exists', 'conflict')
    assert.deepEqual(await owners('held@example.com'), [holder])
    assertDenied(await add(id, email('held@')), 'invalid_identifier', 'bad_request')
    assertInvalid(await add(id, { type: 'email_address' }), 'body.identifier.value')
    assertInvalid(await add(id, undefined), 'body.identifier')
    assertNotFound(await add('usr_nobody', email('free@example.com')))
    assert.deepEqual(await owners('free@example.com'), [])
  })

  test(`${engine}: an unproven identifier is neither shown nor found, and what the backend adds is proven`, async () => {
    const { app, add, owners } = await story()
    const [claimant, owner] = [await user(w, app), await user(w, app)]
    const claim = email('claimed@example.com')
    await w.deps.transact((tx) => insertIdentifier(tx, w.deps, app.id, claimant, claim, false))
    assert.deepEqual((await app.manage(`/users/${claimant}`)).body.user.identifiers, [])
    assert.deepEqual(await owners(claim.value), [])
    assert.equal((await add(owner, claim)).status, 201)
    assert.deepEqual(await owners(claim.value), [owner])
  })

  test(`${engine}: a removed identifier no longer finds its user and is free for others`, async () => {
    const { app, add, remove, owners } = await story()
    const id = await user(w, app, { email: 'old@example.com', phone: '+306912345678' })
    const answer = await remove(id, email('OLD@example.com'))
    assert.equal(answer.status, 200)
    assert.deepEqual(Object.keys(answer.body), ['message'])
    assert.deepEqual((await app.manage(`/users/${id}`)).body.user.identifiers, [phone('+306912345678')])
    assert.deepEqual(await owners('old@example.com'), [])
    assert.deepEqual(await eventsOf(w, app, 'user.identifier.deleted'), [
      { user_id: id, identifier: email('old@example.com'), deleted_at: rfc3339(w.deps.now()) },
    ])

    const other = await user(w, app)
    assertNotFound(await remove(other, phone('+306912345678')))
    assertNotFound(await remove(id, email('old@example.com')))
    assertDenied(await remove(id, email('nonsense')), 'invalid_identifier', 'bad_request')
    assertInvalid(await remove(id, undefined), 'body.identifier')
    assert.equal((await add(other, email('old@example.com'))).status, 201)
  })
}
