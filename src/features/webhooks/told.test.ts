import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, login, REFRESH, user } from '../../../test/builders.ts'
import { describedEvents } from '../../../test/house/events.ts'
import { configure, hookKnows, moveOver, personOf } from '../../../test/house/legacy.ts'
import { deliverNow, provider } from '../../../test/house/messages.ts'
import { givePassword, passwordApp } from '../../../test/house/passwords.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { rotateKeys } from '../../core/signing-keys/keyring.ts'
import { listStatedKeys, revokeSigningKey, rotateNow } from '../../core/signing-keys/on-demand.ts'
import { rfc3339 } from '../../platform/clock.ts'

const DAY_MS = 86_400_000

for (const { engine, w } of await stages()) {
  const now = () => rfc3339(w.deps.now())

  test(`${engine}: all that happens in the life of a user is told as the catalogue describes it`, async () => {
    const app = await application(w)
    const id = await user(w, app, { email: 'ada@example.com' })
    const identifier = { type: 'phone_number', value: '+33612345678' }
    await app.manage(`/users/${id}/identifiers`, { body: { identifier } })
    await app.manage(`/users/${id}/profile`, { method: 'PATCH', body: { first_name: 'Ada' } })
    const client = await login(w, app, id)
    await app.manage(`/users/${id}/sessions/${client.sessionId}`, { method: 'DELETE' })
    await app.manage(`/users/${id}/identifiers`, { method: 'DELETE', body: { identifier } })
    await app.manage(`/users/${id}`, { method: 'DELETE' })
    assert.deepEqual(await describedEvents(w, app), [
      'user.created',
      'user.identifier.created',
      'user.identifier.created',
      'user.profile.updated',
      'user.session.created',
      'user.session.revoked',
      'user.identifier.deleted',
      'user.deleted',
    ])
  })

  test(`${engine}: who is locked out, and let in again, is told once each time`, async () => {
    const app = await application(w)
    const id = await user(w, app)
    const put = (status: string) => app.manage(`/users/${id}/status`, { method: 'PUT', body: { status } })
    for (const status of ['inactive', 'inactive', 'active', 'active']) await put(status)
    const change = (status: string, previous_status: string) => ({
      user_id: id,
      status,
      previous_status,
      updated_at: now(),
    })
    assert.deepEqual(await eventsOf(w, app, 'user.status.updated'), [
      change('inactive', 'active'),
      change('active', 'inactive'),
    ])
    await describedEvents(w, app)
  })

  test(`${engine}: a password that is set is told`, async () => {
    const app = await passwordApp(w)
    const id = await user(w, app, { email: 'ada@example.com' })
    await givePassword(app, id)
    const told = { user_id: id, by: 'management', changed_at: now() }
    assert.deepEqual(await eventsOf(w, app, 'user.password.changed'), [told])
    await describedEvents(w, app)
  })

  test(`${engine}: a refresh token that is used again is told beside the end of its session`, async () => {
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    const copied = client.refreshToken
    for (let i = 0; i < 11; i++) {
      w.advance(1000)
      await client.post(REFRESH)
    }
    client.refreshToken = copied
    w.advance(1000)
    for (let i = 0; i < 2; i++) assert.equal((await client.post(REFRESH)).status, 401)
    const told = { user_id: client.userId, session_id: client.sessionId, occurred_at: now() }
    assert.deepEqual(await eventsOf(w, app, 'session.refresh_reused'), [told])
    await describedEvents(w, app)
  })

  test(`${engine}: a message that is given up is told, and one that was not meant to arrive is not`, async () => {
    const app = await application(w)
    await provider(app, { kind: 'webhook', channel: 'email', options: { url: 'https://mail.example.com/' } })
    w.fakeNetwork(async () => ({ kind: 'answered', status: 400, headers: {}, body: Buffer.from('no') }))
    const { id, reason } = await deliverNow(w, app)
    await deliverNow(w, app, { suppressed: 'budget' })
    const [told, ...more] = await eventsOf(w, app, 'message.failed')
    assert.deepEqual(more, [])
    const what = { message_id: id, channel: 'email', recipient: 'a••@example.com', template: 'otp' }
    assert.deepEqual(told, { ...what, reason, failed_at: now() })
    await describedEvents(w, app)
  })

  test(`${engine}: whoever comes over from the legacy system is told once`, async () => {
    const app = await application(w)
    await configure(app)
    hookKnows(w, personOf('legacy-42', 'ada@example.com'))
    const { userId } = await moveOver(w, app)
    await moveOver(w, app)
    const told = { user_id: userId, external_id: 'legacy-42', outcome: 'created', migrated_at: now() }
    assert.deepEqual(await eventsOf(w, app, 'user.migrated'), [told])
    await describedEvents(w, app)
  })

  test(`${engine}: a key that is made for a rotation is told, the first ones are not`, async () => {
    const app = await application(w)
    await rotateKeys(w.deps, app.id, w.deps.now())
    assert.deepEqual(await eventsOf(w, app, 'key.rotated'), [])
    w.advance(90 * DAY_MS)
    await rotateKeys(w.deps, app.id, w.deps.now())
    await rotateKeys(w.deps, app.id, w.deps.now())
    const told = await eventsOf(w, app, 'key.rotated')
    assert.deepEqual(told.map(({ purpose }) => purpose).sort(), ['access_token', 'challenge_token', 'webhook'])
    await describedEvents(w, app)
  })

  test(`${engine}: a key that is revoked is told, whether it signs or not, and the one in its place`, async () => {
    const app = await application(w)
    const [next] = await rotateNow(w.deps, app.id, 'access_token')
    const signing = (await listStatedKeys(w.deps, app.id)).find(
      ({ purpose, state }) => purpose === 'access_token' && state === 'signing',
    )
    const kids = [next?.kid ?? '', signing?.kid ?? '']
    for (const kid of kids) assert.equal((await revokeSigningKey(w.deps, app.id, kid)).kind, 'revoked')
    const of = { purpose: 'access_token', alg: 'EdDSA' }
    assert.deepEqual(
      await eventsOf(w, app, 'key.revoked'),
      kids.map((kid) => ({ ...of, kid })),
    )
    assert.equal((await eventsOf(w, app, 'key.rotated')).length, 2)
    await describedEvents(w, app)
  })
}
