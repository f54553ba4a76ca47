import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { type Answer, application, type TestApp, user } from '../../../test/builders.ts'
import { assertInvalid } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { rfc3339 } from '../../platform/clock.ts'

const email = (value: string) => ({ type: 'email_address', value })
const listed = async (app: TestApp, query: Record<string, string>): Promise<Answer['body']> => {
  const answer = await app.manage(`/users?${new URLSearchParams(query)}`)
  assert.equal(answer.status, 200, JSON.stringify(answer.body))
  return answer.body
}
const idsOf = ({ users }: Answer['body']): string[] => users.map(({ id }: { id: string }) => id)

/** Every page of a list, in its order. */
async function pagesOf(app: TestApp, query: Record<string, string>): Promise<string[][]> {
  const pages: string[][] = []
  let after: string | undefined
  do {
    const page: Answer['body'] = await listed(app, { ...query, ...(after !== undefined && { after }) })
    pages.push(idsOf(page))
    after = page.next
  } while (after !== undefined)
  return pages
}

for (const { engine, w } of await stages()) {
  const named = (app: TestApp, ...names: string[]) =>
    user(w, app, { profile: { first_name: names[0], last_name: names[1], ...(names[2] && { name: names[2] }) } })

  test(`${engine}: a user is found by each of their ids, by address and by number, however they are written`, async () => {
    const app = await application(w)
    const internal = crypto.randomUUID()
    const body = {
      id: internal,
      external_id: 'customer-42',
      identifiers: [email('jane@example.com'), { type: 'phone_number', value: '+306912345678' }],
    }
    const { id } = (await app.manage('/users', { body })).body
    await user(w, app, { email: 'other@example.com', externalId: 'customer-4' })
    const texts = [id, internal, internal.toUpperCase(), 'customer-42', ' Jane@Example.COM ', '+30 691 234 5678']
    for (const query of [...texts, '306912345678']) assert.deepEqual(idsOf(await listed(app, { query })), [id], query)
    for (const query of ['jane@example', 'customer', 'usr_', '+30', '+3069124', crypto.randomUUID()])
      assert.deepEqual(await listed(app, { query }), { users: [] }, query)
    const elsewhere = await application(w)
    for (const query of texts) assert.deepEqual(await listed(elsewhere, { query }), { users: [] })
  })

  test(`${engine}: users are found by the beginning of a name, in any letters, each once, page by page`, async () => {
    const app = await application(w)
    const ada = await named(app, 'Ada', 'Lovelace', 'Countess Ada')
    const jose = await named(app, 'José', 'Adams')
    const adele = await named(app, 'Adele', 'Adkins', 'Adele')
    const li = await named(app, '小龙', '李')
    await named(app, 'Bob', 'Ross')
    const find = async (query: string) => idsOf(await listed(app, { query }))
    assert.deepEqual(await find('LOVE'), [ada])
    assert.deepEqual(await find('lovelace a'), [ada])
    assert.deepEqual(await find('ada  lov'), [ada])
    assert.deepEqual(await find('countess'), [ada])
    assert.deepEqual(await find('jose'), [jose])
    assert.deepEqual(await find('Josè Ä'), [jose])
    assert.deepEqual(await find('李'), [li])
    assert.deepEqual(await find('ele'), [])
    assert.deepEqual(await find('%'), [])
    assert.deepEqual(await pagesOf(app, { query: 'ad', limit: '1' }), [[adele], [ada], [jose]])
    assert.deepEqual(await pagesOf(app, { query: 'ad' }), [[adele, ada, jose]])
  })

  test(`${engine}: users are found by the beginning of a phone number, each once, page by page`, async () => {
    const app = await application(w)
    const phone = (value: string) => ({ type: 'phone_number', value })
    const made = async (...numbers: string[]) =>
      (await app.manage('/users', { body: { identifiers: numbers.map(phone) } })).body.id as string
    const b = await made('+306912345679')
    const both = await made('+306912345680', '+306912345678')
    const c = await made('+306912345690', '+441632960961')
    await made('+306912399999', '+3069123')
    await w.deps.transact((tx) =>
      sql`update identifiers set verified_at = null where app_id = ${app.id} and value = '+306912399999'`.execute(tx),
    )
    for (const query of ['+3069123456', '+30 691 234-56', '3069123456'])
      assert.deepEqual(await pagesOf(app, { query, limit: '2' }), [[both, b], [c]], query)
    assert.deepEqual(await pagesOf(app, { query: '+3069123456' }), [[both, b, c]])
    assert.deepEqual(await pagesOf(app, { query: '+306912345679', limit: '1' }), [[b]])
    assert.deepEqual(await pagesOf(app, { query: '+441632', status: 'inactive' }), [[]])
    assert.deepEqual(await pagesOf(app, { query: '30691' }), [[]])
  })

  test(`${engine}: whoever is named comes before those whose name begins so, on one page only`, async () => {
    const app = await application(w)
    const smith = await named(app, 'Smith', 'Zoe')
    const smithy = await named(app, 'Smithy', 'Ann')
    const byId = await user(w, app, { externalId: 'smith', profile: { name: 'Smith' } })
    assert.deepEqual(await pagesOf(app, { query: 'Smith', limit: '2' }), [[byId, smith], [smithy]])
    assert.deepEqual(await pagesOf(app, { query: 'smith', limit: '1' }), [[byId], [smith], [smithy]])
    assert.deepEqual(await pagesOf(app, { query: 'smith' }), [[byId, smith, smithy]])
  })

  test(`${engine}: a name that was changed is found by what it is now, and a user who is deleted not at all`, async () => {
    const app = await application(w)
    const { id } = (
      await app.manage('/users', { body: { identifiers: [email('a@example.com')], profile: { name: 'Old Name' } } })
    ).body
    const find = async (query: string) => idsOf(await listed(app, { query }))
    assert.deepEqual(await find('old'), [id])
    await app.manage(`/users/${id}/profile`, { method: 'PATCH', body: { name: 'New Name', last_name: 'Later' } })
    assert.deepEqual([await find('old'), await find('new'), await find('late')], [[], [id], [id]])
    await app.manage(`/users/${id}/profile`, { method: 'PATCH', body: { name: null } })
    assert.deepEqual([await find('new'), await find('late')], [[], [id]])
    await app.manage(`/users/${id}`, { method: 'DELETE' })
    assert.deepEqual(await find('late'), [])
  })

  test(`${engine}: users are listed by status and by the time of their making, page by page`, async () => {
    const app = await application(w)
    const ids: string[] = []
    const times: number[] = []
    for (let i = 0; i < 6; i++) {
      w.advance(60_000)
      times.push(w.deps.now())
      ids.push(await named(app, 'Ada', `Number ${i}`))
    }
    for (const i of [1, 2, 5])
      await app.manage(`/users/${ids[i]}/status`, { method: 'PUT', body: { status: 'inactive' } })
    const pick = (...which: number[]) => which.map((i) => ids[i] as string)
    const since = rfc3339(times[1] as number)
    assert.deepEqual(await pagesOf(app, { status: 'inactive' }), [pick(1, 2, 5)])
    assert.deepEqual(await pagesOf(app, { status: 'active', limit: '2' }), [pick(0, 3), pick(4)])
    assert.deepEqual(await pagesOf(app, { created_after: since, limit: '3' }), [pick(2, 3, 4), pick(5)])
    assert.deepEqual(await pagesOf(app, { created_after: since, status: 'inactive', limit: '1' }), [pick(2), pick(5)])
    assert.deepEqual(await pagesOf(app, { query: 'ada', status: 'inactive', created_after: since }), [pick(2, 5)])
    assert.deepEqual(await pagesOf(app, { query: ids[0] as string, status: 'inactive' }), [[]])
    const zoned = new Date((times[4] as number) + 7_200_000).toISOString().replace('Z', '+02:00')
    assert.deepEqual(await pagesOf(app, { created_after: zoned }), [pick(5)])
  })

  test(`${engine}: an answer is no larger than a mebibyte, and the next page has the rest`, async () => {
    const app = await application(w)
    const ids: string[] = []
    for (let i = 0; i < 70; i++) {
      w.advance(1)
      ids.push(await user(w, app, { profile: { name: 'Large', text: 'é'.repeat(8_000) } }))
    }
    for (const query of ['', '&status=active', '&query=large']) {
      const answer = await app.manage(`/users?limit=500${query}`)
      assert.ok(answer.body.users.length > 50 && answer.body.users.length < 70, `${answer.body.users.length}`)
      assert.ok(Buffer.byteLength(JSON.stringify(answer.body)) < 1_048_576)
      const asked = Object.fromEntries(new URLSearchParams(query))
      assert.deepEqual((await pagesOf(app, { limit: '500', ...asked })).flat(), ids)
    }
  })

  test(`${engine}: a page that would have to pass by too many is a short one, and the next goes on`, async () => {
    const app = await application(w)
    const rows = Array.from({ length: 1_060 }, (_, i) => i)
    const { insertUserRows } = await import('../../core/users/store.ts')
    await w.deps.transact((tx) =>
      insertUserRows(
        tx,
        rows.map((i) => ({
          app_id: app.id,
          id: `usr_${String(i).padStart(26, '0')}`,
          external_id: null,
          internal_id: null,
          status: i < 1_050 ? 'active' : 'blocked',
          profile: JSON.stringify({ name: `Same ${String(i).padStart(5, '0')}` }),
          scopes: '[]',
          created_at: i,
          updated_at: i,
          migrated_at: null,
          sessions_ended_at: null,
          sessions_revoked_at: null,
          first_login_at: null,
          first_login_way: null,
        })),
      ),
    )
    const pages = await pagesOf(app, { query: 'same', status: 'inactive', limit: '500' })
    assert.deepEqual(
      pages.map(({ length }) => length),
      [0, 10],
    )
  })

  test(`${engine}: a question that makes no sense is refused with the place of the fault`, async () => {
    const app = await application(w)
    const ask = (query: Record<string, string>) => app.manage(`/users?${new URLSearchParams(query)}`)
    assertInvalid(await ask({ query: '  ' }), 'query.query')
    assertInvalid(await ask({ query: 'x'.repeat(321) }), 'query.query')
    assertInvalid(await ask({ query: 'a\0b' }), 'NUL')
    assertInvalid(await ask({ status: 'gone' }), 'query.status')
    for (const created_after of ['yesterday', '5', '2026-13-01T00:00:00Z'])
      assertInvalid(await ask({ created_after }), 'query.created_after')
    for (const after of ['x', '5', '0-00.usr_1']) assertInvalid(await ask({ status: 'active', after }), 'query.after')
    for (const after of ['x', '5.usr_1']) assertInvalid(await ask({ query: 'a', after }), 'query.after')
  })
}
