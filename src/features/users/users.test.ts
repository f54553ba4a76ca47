import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { application, login, type TestApp, user } from '../../../test/builders.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { ENGINES, world } from '../../../test/world.ts'
import { insertIdentifier } from '../../core/identifiers/store.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { uuidOf } from '../../platform/ids.ts'

const email = (value: string) => ({ type: 'email_address', value })
const phone = (value: string) => ({ type: 'phone_number', value })

async function create(app: TestApp, body: object): Promise<string> {
  const answer = await app.manage('/users', { body })
  assert.equal(answer.status, 201, JSON.stringify(answer.body))
  return answer.body.id
}

const idsOf = (users: { id: string }[]) => users.map((user) => user.id)

for (const engine of ENGINES) {
  const w = await world(engine)

  test(`${engine}: identifiers that nobody has proven are told to whoever asks, and whoever has one is found by it`, async () => {
    const app = await application(w)
    const owner = await create(app, { identifiers: [email('ada@example.com')] })
    const claimant = await create(app, { identifiers: [email('eve@example.com')] })
    const ada = { type: 'email_address', value: 'ada@example.com' } as const
    await w.deps.transact((tx) => insertIdentifier(tx, w.deps, app.id, claimant, ada, false))
    const of = async (query: string) => (await app.manage(`/users/${claimant}${query}`)).body.user.identifiers
    assert.deepEqual(await of(''), [email('eve@example.com')])
    assert.deepEqual(await of('?unverified=true'), [
      { ...ada, verified: false },
      { ...email('eve@example.com'), verified: true },
    ])
    const found = async (query: string) =>
      (await app.manage(`/users?identifier_type=email_address&identifier_value=ada@example.com${query}`)).body.users
    assert.deepEqual(idsOf(await found('')), [owner])
    assert.deepEqual(idsOf(await found('&unverified=true')), [owner, claimant])
    assert.deepEqual(idsOf(await found('&unverified=true&limit=1')), [owner])
    const { users } = (await app.manage('/users?unverified=true&limit=2')).body
    assert.deepEqual(users.map((one: { identifiers: unknown[] }) => one.identifiers.length).sort(), [1, 2])
    assertInvalid(await app.manage(`/users/${claimant}?unverified=1`), 'query.unverified')
  })

  test(`${engine}: what is said to be unproven is not taken for proven: it is refused`, async () => {
    const app = await application(w)
    const unproven = { ...email('ada@example.com'), verified: false }
    assertInvalid(await app.manage('/users', { body: { identifiers: [unproven] } }), 'body.identifiers[0].verified')
    const id = await create(app, { identifiers: [{ ...email('ada@example.com'), verified: true }] })
    const bob = { ...email('bob@example.com'), verified: false }
    assertInvalid(
      await app.manage(`/users/${id}/identifiers`, { body: { identifier: bob } }),
      'body.identifier.verified',
    )
    const { results } = (await app.manage('/users/bulk', { body: { users: [{ identifiers: [bob] }] } })).body
    assert.match(JSON.stringify(results), /identifiers\[0\]\.verified/)
    assert.deepEqual((await app.manage(`/users/${id}`)).body.user.identifiers, [email('ada@example.com')])
  })

  test(`${engine}: a created user is read back with normalised identifiers, profile and external id`, async () => {
    const app = await application(w)
    const answer = await app.manage('/users', {
      body: {
        identifiers: [email(' Jane.Doe+x@Exämple.com '), phone('+30 691 234 5678')],
        profile: { first_name: 'Jane', nickname: null, tags: ['a'] },
        external_id: 'customer-42',
      },
    })
    assert.equal(answer.status, 201)
    assert.deepEqual(Object.keys(answer.body), ['id'])
    const { id } = answer.body
    assert.match(id, /^usr_[0-9a-z]{26}$/)

    const read = await app.manage(`/users/${id}`)
    assert.equal(read.status, 200)
    const { identifiers, ...user } = read.body.user
    const now = rfc3339(w.deps.now())
    assert.deepEqual(user, {
      id,
      external_id: 'customer-42',
      status: 'active',
      scopes: [],
      profile: { first_name: 'Jane', tags: ['a'] },
      created_at: now,
      updated_at: now,
    })
    const wanted = [email('jane.doe+x@xn--exmple-cua.com'), phone('+306912345678')]
    assert.deepEqual(identifiers, wanted)
    const [event] = await eventsOf(w, app, 'user.created')
    assert.deepEqual(event, {
      user_id: id,
      identifiers: wanted,
      profile: { first_name: 'Jane', tags: ['a'] },
      source: 'api',
      created_at: now,
    })
  })

  test(`${engine}: a user keeps the UUID of its maker, found by it in any letters`, async () => {
    const app = await application(w)
    const uuid = '7D444840-9DC0-11D1-B245-5FFDCE74FAD2'
    const id = await create(app, { id: uuid, identifiers: [email('key@example.com')], external_id: 'k' })
    assert.match(id, /^usr_/)
    const internal_id = uuid.toLowerCase()
    const read = (await app.manage(`/users/${id}`)).body
    assert.equal(read.user.internal_id, internal_id)
    for (const path of [uuid, internal_id]) assert.deepEqual((await app.manage(`/users/${path}`)).body, read)
    assert.deepEqual((await app.manage('/users')).body.users, [read.user])
    const lookUp = (internal_ids: string[]) => app.manage('/users/batch_lookup', { body: { internal_ids } })
    assert.deepEqual((await lookUp([uuid, crypto.randomUUID()])).body.users, [read.user])

    const other = await create(app, { id: crypto.randomUUID(), identifiers: [email('other@example.com')] })
    assert.deepEqual((await lookUp([uuid])).body.users, [read.user])
    assert.ok((await app.manage(`/users/${other}`)).body.user.internal_id)
    assertNotFound(await app.manage(`/users/${crypto.randomUUID()}`))
    const elsewhere = await application(w)
    assertNotFound(await elsewhere.manage(`/users/${uuid}`))
    await create(elsewhere, { id: uuid, identifiers: [email('key@example.com')] })
  })

  test(`${engine}: no two users have the same UUID, and what is none makes no user`, async () => {
    const app = await application(w)
    const uuid = crypto.randomUUID()
    await create(app, { id: uuid, identifiers: [email('one@example.com')], external_id: 'one' })
    const post = (body: object) => app.manage('/users', { body: { identifiers: [email('two@example.com')], ...body } })
    for (const id of [uuid, uuid.toUpperCase()]) {
      assertDenied(await post({ id }), 'internal_id_already_exists', 'conflict')
    }
    assertDenied(await post({ id: uuid, external_id: 'two' }), 'internal_id_already_exists', 'conflict')
    // Tokens call a user who has none by the UUID of their id: it is theirs.
    const third = await create(app, { identifiers: [email('three@example.com')] })
    const said = uuidOf('usr', third)
    assertDenied(await post({ id: said }), 'internal_id_already_exists', 'conflict')
    const users = [{ id: said, identifiers: [email('four@example.com')] }]
    const [row] = (await app.manage('/users/bulk', { body: { users } })).body.results
    assert.deepEqual([row.outcome, row.code], ['refused', 'internal_id_already_exists'])
    await app.manage(`/users/${third}`, { method: 'DELETE' })
    assertDenied(await post({ id: crypto.randomUUID(), external_id: 'one' }), 'external_id_already_exists', 'conflict')
    for (const id of ['', 'customer-7', 7, null, uuid.slice(1), `${uuid}0`, `{${uuid}}`, uuid.replaceAll('-', '')]) {
      assertInvalid(await post({ id }), 'body.id')
    }
    assert.equal((await app.manage('/users')).body.users.length, 1)
    await app.manage(`/users/${uuid}`, { method: 'DELETE' })
    assert.deepEqual((await app.manage('/users')).body, { users: [] })
    assert.equal((await post({ id: uuid })).status, 201)
  })

  test(`${engine}: the UUID stands for the user in every operation`, async () => {
    const app = await application(w)
    const uuid = crypto.randomUUID()
    const id = await create(app, { id: uuid, identifiers: [email('all@example.com')] })
    const client = await login(w, app, id)
    await app.manage('/config/scopes', { body: { scope: 'read' } })
    const identifier = phone('+306912345678')
    for (const [method, path, body] of [
      ['PATCH', '/profile', { first_name: 'Ada' }],
      ['PUT', '/external_id', { external_id: 'ada' }],
      ['PUT', '/password', { password: 'correct horse battery' }],
      ['POST', '/identifiers', { identifier }],
      ['DELETE', '/identifiers', { identifier: email('all@example.com') }],
      ['POST', '/scopes', { scope: 'read' }],
      ['GET', '/sessions', undefined],
      ['DELETE', `/sessions/${client.sessionId}`, undefined],
      ['POST', '/sessions/invalidate', undefined],
      ['PUT', '/status', { status: 'inactive' }],
    ] as const) {
      const answer = await app.manage(`/users/${uuid}${path}`, { method, body })
      assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
    }
    const { user } = (await app.manage(`/users/${id}`)).body
    assert.deepEqual(
      [user.status, user.external_id, user.profile, user.scopes, user.identifiers],
      ['inactive', 'ada', { first_name: 'Ada' }, ['read'], [identifier]],
    )
    const taken = await app.manage(`/users/${uuid}/scopes`, { method: 'DELETE', body: { scope: 'read' } })
    assert.deepEqual(taken.body, { scopes: [] })
  })

  test(`${engine}: users are read page by page, each once, whoever comes and goes meanwhile`, async () => {
    const app = await application(w)
    const ids: string[] = []
    for (let i = 0; i < 7; i++) {
      w.advance(1)
      ids.push(await user(w, app, { email: `p${i}@example.com` }))
    }
    const page = async (query: string) => (await app.manage(`/users${query}`)).body
    const first = await page('?limit=3')
    assert.deepEqual(idsOf(first.users), ids.slice(0, 3))
    assert.deepEqual(first.users[1].identifiers, [email('p1@example.com')])
    await app.manage(`/users/${ids[2]}`, { method: 'DELETE' })
    w.advance(1)
    const late = await user(w, app)
    const second = await page(`?limit=3&after=${first.next}`)
    assert.deepEqual(idsOf(second.users), ids.slice(3, 6))
    const last = await page(`?limit=3&after=${second.next}`)
    assert.deepEqual(idsOf(last.users), [ids[6], late])
    assert.equal('next' in last, false)
    assert.equal('next' in (await page('?limit=7')), false)
    assert.deepEqual(await page(`?after=${late}`), { users: [] })
  })

  test(`${engine}: without parameters a hundred users come, and more than five hundred never`, async () => {
    const app = await application(w)
    for (let i = 0; i < 101; i++) {
      w.advance(1)
      await user(w, app)
    }
    const { users, next } = (await app.manage('/users')).body
    assert.equal(users.length, 100)
    assert.equal(next, users.at(-1).id)
    assert.equal((await app.manage(`/users?after=${next}`)).body.users.length, 1)
    assert.equal((await app.manage('/users?limit=500')).body.users.length, 101)
    for (const limit of ['501', '0', '-3', '2.5', 'many'])
      assertInvalid(await app.manage(`/users?limit=${limit}`), 'query.limit')
    assertInvalid(await app.manage(`/users?after=${'u'.repeat(257)}`), 'query.after')
  })

  test(`${engine}: a user without external id has none on the wire`, async () => {
    const app = await application(w)
    const id = await create(app, { identifiers: [email('a@example.com')] })
    const { user } = (await app.manage(`/users/${id}`)).body
    assert.equal('external_id' in user, false)
    assert.deepEqual(user.profile, {})
  })

  test(`${engine}: an identifier given twice is kept once`, async () => {
    const app = await application(w)
    const id = await create(app, { identifiers: [email('twice@example.com'), email('TWICE@example.com')] })
    const { user } = (await app.manage(`/users/${id}`)).body
    assert.deepEqual(user.identifiers, [email('twice@example.com')])
    const [event] = await eventsOf(w, app, 'user.created')
    assert.deepEqual(event?.identifiers, user.identifiers)
  })

  test(`${engine}: what another user has is refused, and nothing of the new user is kept`, async () => {
    const app = await application(w)
    await create(app, { identifiers: [email('taken@example.com')], external_id: 'ext-1' })
    const again = { identifiers: [email('free@example.com'), email('Taken@example.com')], external_id: 'ext-2' }
    assertDenied(await app.manage('/users', { body: again }), 'identifier_already_exists', 'conflict')
    const sameId = { identifiers: [email('free@example.com')], external_id: 'ext-1' }
    assertDenied(await app.manage('/users', { body: sameId }), 'external_id_already_exists', 'conflict')

    assert.equal((await app.manage('/users')).body.users.length, 1)
    assert.equal((await eventsOf(w, app, 'user.created')).length, 1)
    await create(app, { identifiers: [email('free@example.com')], external_id: 'ext-2' })
  })

  test(`${engine}: a body that makes no user is refused with the place of the fault`, async () => {
    const app = await application(w)
    const post = (body?: unknown) => app.manage('/users', { method: 'POST', body })
    assertInvalid(await post(), 'body')
    assertInvalid(await post({}), 'body.identifiers')
    assertInvalid(await post({ identifiers: [] }), 'body.identifiers')
    assertInvalid(await post({ identifiers: [{ type: 'carrier_pigeon', value: 'x' }] }), 'body.identifiers[0].type')
    const identifiers = [email('a@example.com')]
    assertInvalid(await post({ identifiers, external_id: '' }), 'body.external_id')
    assertInvalid(await post({ identifiers, external_id: 'x'.repeat(129) }), 'body.external_id')
    assertInvalid(await post({ identifiers, external_id: 'a\0b' }), 'NUL')
    const deep = `{"deep":${'['.repeat(30_000)}${']'.repeat(30_000)}}`
    assertInvalid(await post(`{"identifiers":[],"profile":${deep}}`), 'nested')
    assertInvalid(await post({ identifiers, profile: ['no'] }), 'body.profile')
    assertInvalid(await post({ identifiers, profile: { text: 'x'.repeat(16_384) } }), 'body.profile')
    assertDenied(await post({ identifiers: [email('no-address')] }), 'invalid_identifier', 'bad_request')
    assertDenied(await post({ identifiers: [phone('6912345678')] }), 'invalid_identifier', 'bad_request')
    assert.deepEqual((await app.manage('/users')).body, { users: [] })
    await create(app, { identifiers, external_id: 'x'.repeat(128) })
  })

  test(`${engine}: users are listed oldest first, or found by one identifier`, async () => {
    const app = await application(w)
    const first = await create(app, { identifiers: [email('first@example.com'), phone('+306912345678')] })
    w.advance(1000)
    const second = await create(app, { identifiers: [email('second@example.com')] })

    assert.deepEqual(idsOf((await app.manage('/users')).body.users), [first, second])
    const find = (type: string, value: string) =>
      app.manage(`/users?identifier_type=${type}&identifier_value=${encodeURIComponent(value)}`)
    assert.deepEqual(idsOf((await find('email_address', 'Second@Example.com')).body.users), [second])
    assert.deepEqual(idsOf((await find('phone_number', '+306912345678')).body.users), [first])
    assert.deepEqual((await find('email_address', 'nobody@example.com')).body, { users: [] })
    assertDenied(await find('email_address', 'nonsense'), 'invalid_identifier', 'bad_request')
    assertInvalid(await find('carrier_pigeon', 'x'), 'query.identifier_type')
    assertInvalid(await app.manage('/users?identifier_type=email_address'), 'identifier_value')
    assertInvalid(await app.manage('/users?identifier_value=a%40example.com'), 'identifier_type')
  })

  test(`${engine}: many users are looked up at once, each once, and unknown ones are left out`, async () => {
    const app = await application(w)
    const both = await create(app, { identifiers: [email('both@example.com')], external_id: 'both' })
    w.advance(1000)
    const byEmail = await create(app, { identifiers: [email('mail@example.com'), email('mail2@example.com')] })
    w.advance(1000)
    const byId = await create(app, { identifiers: [phone('+306912345678')], external_id: 'by-id' })
    const lookUp = (body: object) => app.manage('/users/batch_lookup', { body })

    const answer = await lookUp({
      external_ids: ['both', 'by-id', 'nobody'],
      emails: ['BOTH@example.com', 'mail@example.com', 'mail2@example.com', 'nobody@example.com', 'nonsense'],
    })
    assert.equal(answer.status, 200)
    assert.deepEqual(idsOf(answer.body.users), [both, byEmail, byId])
    assert.deepEqual(idsOf((await lookUp({ external_ids: ['by-id'] })).body.users), [byId])
    assert.deepEqual((await lookUp({ emails: ['nobody@example.com'] })).body, { users: [] })
    await create(app, { identifiers: [email('claimed@example.com')] })
    const claimed = sql`update identifiers set verified_at = null where app_id = ${app.id} and value = 'claimed@example.com'`
    await w.deps.transact((tx) => claimed.execute(tx))
    assert.deepEqual((await lookUp({ emails: ['claimed@example.com'] })).body, { users: [] })

    const hundred = Array.from({ length: 100 }, (_, i) => `id-${i}`)
    assert.equal((await lookUp({ external_ids: hundred, emails: hundred })).status, 200)
    assertInvalid(await lookUp({ external_ids: [...hundred, 'one-more'] }), 'body.external_ids')
    assertInvalid(await lookUp({ emails: [...hundred, 'one-more'] }), 'body.emails')
    assertInvalid(await lookUp({}), 'body')
    assertInvalid(await lookUp({ external_ids: [], emails: [] }), 'body')
  })

  test(`${engine}: users who do not exist are not found, whatever their id looks like`, async () => {
    const app = await application(w)
    assertNotFound(await app.manage('/users/usr_nobody'))
    assertNotFound(await app.manage('/users/usr_nobody', { method: 'DELETE' }))
    assertNotFound(await app.manage(`/users/${encodeURIComponent("' or '1'='1")}`))
    assertInvalid(await app.manage('/users/%00'), 'NUL')
  })

  test(`${engine}: without a management key of the application nobody gets in`, async () => {
    const app = await application(w)
    const none = await app.manage('/users', { headers: { authorization: '' } })
    assertDenied(none, 'missing_api_token', 'unauthorized')
    const wrong = await app.manage('/users', { headers: { authorization: 'Bearer ak_wrong' } })
    assertDenied(wrong, 'invalid_api_token', 'unauthorized')
  })
}
