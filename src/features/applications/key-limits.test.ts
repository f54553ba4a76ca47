import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiKey, application, type Call, instanceKey, send, type TestApp } from '../../../test/builders.ts'
import { assertNoContent } from '../../../test/house/answers.ts'
import { describedEvents } from '../../../test/house/events.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { writeKeyUse } from '../../core/applications/key-use.ts'
import { rfc3339 } from '../../platform/clock.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const by = (key: string, ip = '203.0.113.9') => ({ authorization: `Bearer ${key}`, 'x-forwarded-for': ip })

for (const { engine, w } of await stages()) {
  const inTime = (ms: number) => rfc3339(w.deps.now() + ms)
  const make = async (app: TestApp, body: object) => {
    const answer = await app.manage('/keys', { body: { name: 'narrow', ...body } })
    assert.equal(answer.status, 201, JSON.stringify(answer.body))
    return { ...answer.body.key, secret: answer.body.management_key }
  }

  const firstKey = async (app: TestApp) =>
    (await app.manage('/keys')).body.keys.find((one: { name: string }) => one.name === 'first')

  test(`${engine}: a key does what it is allowed, until it expires, from where it is allowed`, async () => {
    const app = await application(w)
    const expires_at = inTime(DAY_MS)
    const limits = { permissions: ['users:read', 'keys:read', 'users:read'], allowed_networks: ['203.0.113.0/24'] }
    const key = await make(app, { ...limits, expires_at })
    assert.deepEqual(key.permissions, ['users:read', 'keys:read'])
    assert.deepEqual([key.allowed_networks, key.expires_at], [['203.0.113.0/24'], expires_at])
    const use = (path: string, ip?: string) => app.manage(path, { headers: by(key.secret, ip) })
    assert.equal((await use('/users')).status, 200)
    assertDenied(await use('/events'), 'insufficient_permissions', 'forbidden', 'events:read')
    for (const ip of ['203.0.114.1', '::1', '2001:db8::1', '127.0.0.1'])
      assertDenied(await use('/users', ip), 'address_not_allowed', 'forbidden')
    assert.equal((await use('/users', '::ffff:203.0.113.1')).status, 200)
    const inside = await make(app, { allowed_networks: ['127.0.0.0/8'], expires_at })
    const from = (ip: string) => app.manage('/users', { headers: by(inside.secret, ip) })
    assert.equal((await from('127.0.0.1')).status, 200)
    for (const unnamed of ['unknown', 'unix:', '203.0.113.9, _hidden'])
      assertDenied(await from(unnamed), 'address_not_allowed', 'forbidden')
    w.advance(DAY_MS - 1)
    assert.equal((await use('/users')).status, 200)
    w.advance(1)
    const late = await use('/users')
    assertDenied(late, 'invalid_api_token', 'unauthorized', 'has expired')
    assert.match(late.headers.get('www-authenticate') ?? '', /error="invalid_token"/)
    const names = (await app.manage('/keys')).body.keys.map((one: { name: string }) => one.name)
    assert.deepEqual(names, ['first'])
  })

  test(`${engine}: limits that make no sense are refused by their place`, async () => {
    const app = await application(w)
    const refusedAt = async (body: object, place: string) =>
      assertInvalid(await app.manage('/keys', { body: { name: 'x', ...body } }), place)
    await refusedAt({ permissions: [] }, 'body.permissions')
    await refusedAt({ permissions: ['users:fly'] }, 'body.permissions[0]')
    await refusedAt({ allowed_networks: [] }, 'body.allowed_networks')
    await refusedAt({ allowed_networks: ['10.0.0.0/8', 'here'] }, 'body.allowed_networks[1]')
    await refusedAt({ allowed_networks: ['0.0.0.0/0'] }, 'wider than any network')
    await refusedAt({ expires_at: 'tomorrow' }, 'body.expires_at')
    await refusedAt({ expires_at: inTime(0) }, 'body.expires_at')
    // An hour later in UTC: no list of keys could be answered any more.
    await refusedAt(
      { expires_at: '9999-12-31T23:59:59-01:00' },
      'body.expires_at: lies before the year 0 or after 9999',
    )
    const [first] = (await app.manage('/keys')).body.keys
    const path = `/keys/${first.id}/rotate`
    assertInvalid(await app.manage(path, { body: { overlap_seconds: -1 } }), 'body.overlap_seconds')
    assertInvalid(await app.manage(path, { body: { overlap_seconds: 30 * 86_400 + 1 } }), 'body.overlap_seconds')
    assertInvalid(await app.manage(path, { body: { expires_at: inTime(-1) } }), 'body.expires_at')
  })

  test(`${engine}: a key gives no other key what it has not itself`, async () => {
    const app = await application(w)
    const strong = await firstKey(app)
    const allowed_networks = ['203.0.113.0/24', '2001:db8::/32']
    const weak = await make(app, {
      permissions: ['keys:write', 'keys:read', 'users:read'],
      allowed_networks,
      expires_at: inTime(DAY_MS),
    })
    const call = (path: string, body: Call['body']) => app.manage(path, { body, headers: by(weak.secret) })
    const refused = async (path: string, body: object, place: string) =>
      assertDenied(await call(path, body), 'insufficient_permissions', 'forbidden', place)
    const name = 'child'
    await refused('/keys', { name, permissions: ['users:read', 'users:write'] }, '`users:write`')
    await refused('/keys', { name, expires_at: inTime(DAY_MS + 1000) }, 'a longer life')
    for (const outside of ['203.0.112.0/23', '203.0.114.1', '2001:db9::1', '2001:d00::/24'])
      await refused('/keys', { name, allowed_networks: ['203.0.113.7', outside] }, 'other networks')
    await refused(`/keys/${strong.id}/rotate`, {}, 'the permission `applications:read`')
    const longer = await make(app, { permissions: ['keys:read'], allowed_networks })
    await refused(`/keys/${longer.id}/rotate`, {}, 'a longer life')
    const wider = await make(app, { permissions: ['keys:read'], expires_at: inTime(HOUR_MS) })
    await refused(`/keys/${wider.id}/rotate`, {}, 'other networks')

    const child = await call('/keys', { name })
    const { id, created_by, permissions, expires_at, ...rest } = child.body.key
    assert.deepEqual(
      [permissions, rest.allowed_networks, expires_at],
      [weak.permissions, allowed_networks, weak.expires_at],
    )
    assert.equal(created_by, `application_key:${weak.id}`)
    const narrow = { name, permissions: ['users:read'], allowed_networks: ['203.0.113.7'], expires_at: inTime(HOUR_MS) }
    assert.equal((await call('/keys', narrow)).status, 201)
    assert.equal((await call(`/keys/${id}/rotate`, {})).status, 201)
  })

  test(`${engine}: an instance key with few rights makes applications whose first key has no more`, async () => {
    const operator = await apiKey(w, '', { permissions: ['applications:create', 'users:read'] })
    const id = `narrow-${engine}`
    const made = await send(w, '/v2/session/apps', { body: { id }, headers: by(operator) })
    assert.equal(made.status, 201)
    const use = (path: string) => send(w, `/v2/session/apps/${id}${path}`, { headers: by(made.body.management_key) })
    assert.equal((await use('/users')).status, 200)
    assertDenied(await use('/keys'), 'insufficient_permissions', 'forbidden', 'keys:read')
    const headers = by(await instanceKey(w))
    const [first] = (await send(w, `/v2/session/apps/${id}/keys`, { headers })).body.keys
    assert.deepEqual(first.permissions, ['applications:create', 'users:read'])
    assert.match(first.created_by, /^instance_key:key_/)
  })

  test(`${engine}: a key is rotated without a moment at which none works`, async () => {
    const app = await application(w)
    const old = await make(app, { permissions: ['users:read'] })
    const answer = await app.manage(`/keys/${old.id}/rotate`, { method: 'POST' })
    assert.equal(answer.status, 201)
    const { key, management_key, previous } = answer.body
    assert.deepEqual([key.name, key.permissions, key.expires_at], ['narrow', ['users:read'], null])
    assert.deepEqual([previous.id, previous.replaced_by], [old.id, key.id])
    assert.equal(previous.expires_at, inTime(DAY_MS))
    const use = async (secret: string) => (await app.manage('/users', { headers: by(secret) })).status
    assert.deepEqual([await use(old.secret), await use(management_key)], [200, 200])
    const [event] = await eventsOf(w, app, 'management_key.rotated')
    const first = await firstKey(app)
    assert.deepEqual(event, {
      key_id: key.id,
      name: 'narrow',
      previous_key_id: old.id,
      previous_key_ends_at: previous.expires_at,
      by: `application_key:${first.id}`,
    })
    assert.ok(!JSON.stringify(event).includes(management_key))
    assert.ok((await describedEvents(w, app)).includes('management_key.rotated'))
    const again = await app.manage(`/keys/${old.id}/rotate`, { body: { overlap_seconds: 0 } })
    assertDenied(again, 'key_already_rotated', 'conflict')
    w.advance(DAY_MS)
    assert.deepEqual([await use(old.secret), await use(management_key)], [401, 200])
    assertNotFound(await app.manage(`/keys/${old.id}/rotate`, { method: 'POST' }))
    assertNotFound(await app.manage('/keys/key_nothing/rotate', { method: 'POST' }))
  })

  test(`${engine}: a rotation never makes the old key live longer, and may make the new one`, async () => {
    const app = await application(w)
    const old = await make(app, { expires_at: inTime(HOUR_MS) })
    const { key, previous } = (await app.manage(`/keys/${old.id}/rotate`, { body: { expires_at: inTime(DAY_MS) } }))
      .body
    assert.deepEqual([previous.expires_at, key.expires_at], [old.expires_at, inTime(DAY_MS)])
    const last = await app.manage(`/keys/${key.id}/rotate`, { body: { overlap_seconds: 0 } })
    assert.equal(last.body.key.expires_at, key.expires_at)
    assert.equal(last.body.previous.expires_at, inTime(0))
    assertNoContent(await app.manage(`/keys/${last.body.key.id}`, { method: 'DELETE' }))
  })

  test(`${engine}: there is no rotation beyond a hundred keys`, async () => {
    const app = await application(w)
    for (let i = 1; i < 100; i++) await apiKey(w, app.id)
    const [first] = (await app.manage('/keys')).body.keys
    assertDenied(await app.manage(`/keys/${first.id}/rotate`, { method: 'POST' }), 'too_many_keys', 'conflict')
  })

  test(`${engine}: when a key was last used is known to the minute, and no call waits for that`, async () => {
    const app = await application(w)
    const lastUse = async () => {
      await writeKeyUse(w.deps)
      return (await app.manage('/keys')).body.keys[0].last_used_at
    }
    assert.equal((await app.manage('/keys')).body.keys[0].last_used_at, null)
    const first = inTime(0)
    assert.equal(await lastUse(), first)
    w.advance(59_999)
    await app.manage('/users')
    assert.equal(await lastUse(), first)
    w.advance(60_000)
    await app.manage('/users')
    assert.equal(await lastUse(), inTime(0))
    const denied = await apiKey(w, app.id, { allowedNetworks: ['10.0.0.0/8'] })
    assertDenied(await app.manage('/users', { headers: by(denied) }), 'address_not_allowed', 'forbidden')
    await writeKeyUse(w.deps)
    const { keys } = (await app.manage('/keys')).body
    assert.equal(keys.find((one: { name: string }) => one.name === 'test').last_used_at, null)
  })
}
