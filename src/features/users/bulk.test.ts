import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Answer, application, login, REFRESH, type TestApp, user } from '../../../test/builders.ts'
import { assertDenied, assertInvalid } from '../../../test/house/management.ts'
import { PASSWORD, passwordApp, signUp, storedPassword } from '../../../test/house/passwords.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { pause } from '../../platform/clock.ts'

const email = (value: string) => ({ type: 'email_address', value })
const HASH = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'

const send = (app: TestApp, users: readonly unknown[], rest: object = {}): Promise<Answer> =>
  app.manage('/users/bulk', { body: { users, ...rest } })

async function bulk(app: TestApp, users: readonly unknown[], rest: object = {}): Promise<Answer['body']> {
  const answer = await send(app, users, rest)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}

const outcomesOf = ({ results }: Answer['body']): string[] =>
  results.map(({ outcome, code }: { outcome: string; code?: string }) => code ?? outcome)
const read = async (app: TestApp, id: string) => (await app.manage(`/users/${id}`)).body.user

for (const { engine, w } of await stages()) {
  test(`${engine}: rows make users, bring them up to date, and say when there is nothing to do`, async () => {
    const app = await application(w)
    const uuid = crypto.randomUUID()
    const rows = [
      { external_id: 'c-2', identifiers: [email(' Two@Example.com ')], profile: { name: 'Two', nickname: null } },
      { id: uuid, identifiers: [email('one@example.com'), email('ONE@example.com')], status: 'inactive' },
      { identifiers: [{ type: 'phone_number', value: '+30 691 234 5678' }] },
    ]
    const made = await bulk(app, rows)
    assert.deepEqual(made.counts, { created: 3, updated: 0, unchanged: 0, refused: 0 })
    assert.deepEqual(
      made.results.map(({ index, outcome }: { index: number; outcome: string }) => [index, outcome]),
      [0, 1, 2].map((index) => [index, 'created']),
    )
    const ids: string[] = made.results.map(({ id }: { id: string }) => id)
    const [two, one] = [await read(app, ids[0] as string), await read(app, ids[1] as string)]
    assert.deepEqual([two.external_id, two.profile], ['c-2', { name: 'Two' }])
    assert.deepEqual(two.identifiers, [email('two@example.com')])
    assert.deepEqual([one.internal_id, one.status, one.identifiers], [uuid, 'inactive', [email('one@example.com')]])

    const again = await bulk(app, rows)
    assert.deepEqual(again.counts, { created: 0, updated: 0, unchanged: 3, refused: 0 })
    assert.deepEqual(
      again.results.map(({ id }: { id: string }) => id),
      ids,
    )
    w.advance(1_000)
    const changed = await bulk(app, [
      { external_id: 'c-2', profile: { name: null, city: 'Kos' }, identifiers: [email('new@example.com')] },
      { id: uuid.toUpperCase(), external_id: 'c-1', status: 'active' },
      { identifiers: [{ type: 'phone_number', value: '+306912345678' }], profile: { name: 'Three' } },
    ])
    assert.deepEqual(changed.counts, { created: 0, updated: 3, unchanged: 0, refused: 0 })
    const now = await read(app, ids[0] as string)
    assert.deepEqual(
      [now.profile, now.identifiers],
      [{ city: 'Kos' }, [email('two@example.com'), email('new@example.com')]],
    )
    const then = await read(app, uuid)
    assert.deepEqual([then.external_id, then.status], ['c-1', 'active'])
    assert.deepEqual((await read(app, ids[2] as string)).profile, { name: 'Three' })
    assert.equal((await app.manage('/users')).body.users.length, 3)
    assert.equal((await app.manage('/users?query=three')).body.users.length, 1)
  })

  test(`${engine}: a row that is wrong is refused by its place, and holds up no other`, async () => {
    const app = await application(w)
    await user(w, app, { email: 'taken@example.com', externalId: 'other' })
    const { results, counts } = await bulk(app, [
      'no row',
      { external_id: 'a', identifiers: [{ type: 'pigeon', value: 'x' }] },
      { external_id: 'b', identifiers: [email('no-address')] },
      {},
      { external_id: 'c' },
      { external_id: 'd', identifiers: [email('taken@example.com')] },
      { external_id: 'e', identifiers: [email('e@example.com')], password_hash: 'md4:x' },
      { external_id: 'f', identifiers: [email('f@example.com')], profile: { text: 'x'.repeat(16_384) } },
      { external_id: 'other', profile: { text: 'x'.repeat(16_384) } },
      { external_id: 'other', profile: { text: 'x'.repeat(65_536) } },
      { external_id: 'g', identifiers: [email('g@example.com')] },
      { external_id: 'g', identifiers: [email('g@example.com')], profile: { name: 'G' } },
      { external_id: 'h', identifiers: [email('g@example.com')] },
    ])
    assert.deepEqual(outcomesOf({ results }), [
      'invalid_request',
      'invalid_request',
      'invalid_identifier',
      'invalid_request',
      'no_identifier',
      'identifier_already_exists',
      'invalid_password_hash',
      'profile_too_large',
      'profile_too_large',
      'invalid_request',
      'created',
      'updated',
      'identifier_already_exists',
    ])
    assert.deepEqual(counts, { created: 1, updated: 1, unchanged: 0, refused: 11 })
    assert.match(results[0].message, /^users\[0\]: /)
    assert.match(results[1].message, /^users\[1\]\.identifiers\[0\]\.type: /)
    assert.match(results[2].message, /^users\[2\]\.identifiers\[0\]: /)
    assert.match(results[3].message, /^users\[3\]: /)
    assert.match(results[6].message, /^users\[6\]\.password_hash: /)
    for (const one of results) assert.equal('message' in one, one.outcome === 'refused')
    for (const one of results) assert.equal('id' in one, one.outcome !== 'refused')
    assert.equal((await app.manage('/users')).body.users.length, 2)
  })

  test(`${engine}: a row that cannot be written, for whatever reason, holds up no other`, async () => {
    const app = await application(w)
    const broken = await user(w, app, { externalId: 'b' })
    await w.deps.transact((tx) => sql`update users set profile = 'broken' where id = ${broken}`.execute(tx))
    const rows = ['a', 'b', 'c'].map((id) => ({ external_id: id, identifiers: [email(`${id}@example.com`)] }))
    assert.deepEqual(outcomesOf(await bulk(app, rows)), ['created', 'unexpected', 'created'])
  })

  test(`${engine}: where only new users are wanted, nobody who is here is changed`, async () => {
    const app = await application(w)
    const id = await user(w, app, { email: 'a@example.com', externalId: 'a', profile: { name: 'A' } })
    const row = { external_id: 'a', identifiers: [email('a@example.com')], profile: { name: 'B' } }
    const other = { external_id: 'b', identifiers: [email('b@example.com')] }
    assert.deepEqual(outcomesOf(await bulk(app, [row, other], { mode: 'create' })), [
      'external_id_already_exists',
      'created',
    ])
    assert.deepEqual((await read(app, id)).profile, { name: 'A' })
  })

  test(`${engine}: new users are announced when that is asked for, changes always, and nothing where nothing changed`, async () => {
    const app = await application(w)
    const row = (profile: object, address = 'a@example.com') => ({
      external_id: 'a',
      identifiers: [email(address)],
      profile,
    })
    await bulk(app, [row({ name: 'A' })])
    for (const type of ['user.created', 'user.identifier.created', 'user.profile.updated'] as const)
      assert.deepEqual(await eventsOf(w, app, type), [])
    await bulk(app, [row({ name: 'A' })])
    assert.deepEqual(await eventsOf(w, app, 'user.profile.updated'), [])
    await bulk(app, [row({ name: 'B' }, 'b@example.com')])
    assert.equal((await eventsOf(w, app, 'user.profile.updated')).length, 1)
    assert.equal((await eventsOf(w, app, 'user.identifier.created')).length, 1)
    const { results } = await bulk(app, [{ external_id: 'n', identifiers: [email('n@example.com')] }], {
      emit_events: true,
    })
    const [event, ...more] = await eventsOf(w, app, 'user.created')
    assert.deepEqual(more, [])
    assert.deepEqual(
      [event?.user_id, event?.source, event?.identifiers],
      [results[0].id, 'bulk', [email('n@example.com')]],
    )
  })

  test(`${engine}: whoever a row keeps out is out at once`, async () => {
    const app = await application(w)
    const id = await user(w, app, { externalId: 'a' })
    const client = await login(w, app, id)
    await bulk(app, [{ external_id: 'a', status: 'inactive' }])
    assert.equal((await client.post(REFRESH)).status, 401)
    assert.equal((await eventsOf(w, app, 'user.session.revoked')).length, 1)
  })

  test(`${engine}: an account that is here becomes a row's as a legacy record's, and what is older than its proofs ends`, async () => {
    const app = await application(w)
    const id = await user(w, app, { email: 'a@example.com' })
    await user(w, app, { email: 'b@example.com', phone: '+306912345678' })
    const client = await login(w, app, id)
    w.advance(60_000)
    await w.deps.transact((tx) =>
      sql`update identifiers set last_proven_at = ${w.deps.now()} where app_id = ${app.id} and user_id = ${id}`.execute(
        tx,
      ),
    )
    const made = await bulk(app, [
      { external_id: 'a', identifiers: [email('a@example.com')], password_hash: HASH, profile: { name: 'A' } },
      { external_id: 'b', identifiers: [email('b@example.com')] },
    ])
    assert.deepEqual(outcomesOf(made), ['updated', 'identifier_already_exists'])
    assert.equal(made.results[0].id, id)
    assert.deepEqual([(await read(app, id)).external_id, (await read(app, id)).profile], ['a', { name: 'A' }])
    assert.equal((await client.post(REFRESH)).status, 401)
    assert.equal(await storedPassword(w, app, id), undefined)
    await app.operate('/settings', { method: 'PATCH', body: { settings: { migration: { link: 'never' } } } })
    await user(w, app, { email: 'c@example.com' })
    assert.deepEqual(outcomesOf(await bulk(app, [{ external_id: 'c', identifiers: [email('c@example.com')] }])), [
      'identifier_already_exists',
    ])
  })

  test(`${engine}: a password comes along for whoever has none, and whoever only claimed an address loses it`, async () => {
    const app = await passwordApp(w, { sign_up_enabled: true })
    await signUp(app, 'a@example.com', PASSWORD)
    const { results } = await bulk(app, [
      { external_id: 'a', identifiers: [email('a@example.com')], password_hash: HASH },
    ])
    assert.equal(results[0].outcome, 'created')
    const stored = await storedPassword(w, app, results[0].id)
    assert.ok(stored)
    const claimed = await sql`select user_id from identifiers where app_id = ${app.id} and verified_at is null`.execute(
      w.deps.db,
    )
    assert.deepEqual(claimed.rows, [])
    const other = HASH.replace('E5YPO9', 'E5YPO8')
    assert.deepEqual(outcomesOf(await bulk(app, [{ external_id: 'a', password_hash: other }])), ['unchanged'])
    assert.deepEqual(await storedPassword(w, app, results[0].id), stored)
  })

  test(`${engine}: a request that is none, or too large, is refused whole`, async () => {
    const app = await application(w)
    const row = { external_id: 'a', identifiers: [email('a@example.com')] }
    assertInvalid(await send(app, []), 'body.users')
    assertInvalid(await send(app, Array(1_001).fill(row)), 'body.users')
    assertInvalid(await app.manage('/users/bulk', { body: { rows: [row] } }), 'body.users')
    assertInvalid(await send(app, [row], { mode: 'replace' }), 'body.mode')
    assertInvalid(await send(app, [{ ...row, profile: { text: 'a\0b' } }]), 'NUL')
    assertInvalid(await send(app, Array(33).fill({ ...row, profile: { text: 'x'.repeat(16_200) } })), '512 KiB')
    assert.deepEqual((await app.manage('/users')).body.users, [])
    const large = Array.from({ length: 1_000 }, (_, i) => ({
      external_id: `e${i}`,
      identifiers: [email(`e${i}@example.com`)],
    }))
    assert.equal((await bulk(app, large)).counts.created, 1_000)
  })

  test(`${engine}: more requests at once than there is room for are told to come again`, async () => {
    const app = await application(w)
    const rows = (n: number) =>
      Array.from({ length: 40 }, (_, i) => ({
        external_id: `${n}-${i}`,
        identifiers: [email(`${n}.${i}@example.com`)],
      }))
    const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => send(app, rows(i))))
    const refused = answers.filter(({ status }) => status !== 200)
    for (const one of refused) {
      assertDenied(one, 'overloaded', 'unavailable')
      assert.ok(one.headers.get('retry-after'))
    }
    assert.ok(refused.length > 0 && refused.length <= 4, `${refused.length} refused`)
    await pause(0)
    assert.equal((await send(app, rows(99))).status, 200)
  })
}
