import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pause } from '../../src/platform/clock.ts'
import { takesKey } from '../../src/platform/idempotency/key.ts'
import { deleteExpiredRequests, type IdempotencyRow } from '../../src/platform/idempotency/store.ts'
import { endpoints } from '../../src/server.ts'
import { type Answer, application, instanceKey, send, type TestApp, user } from '../builders.ts'
import type { World } from '../world.ts'
import { assertDenied, assertInvalid } from './management.ts'
import { CONFIG, configOf, play } from './oauth.ts'
import { stages } from './stages.ts'

const DAY = 86_400_000
const creating = endpoints.filter(takesKey)

let made = 0
const newKey = () => `key-${++made}`
const withKey = (key: string, body: unknown) => ({ method: 'POST', body, headers: { 'idempotency-key': key } })
const person = (email: string) => ({ identifiers: [{ type: 'email_address', value: email }] })
const assertReused = (answer: Answer) => assertDenied(answer, 'idempotency_key_reused', 'bad_request')
const assertInUse = (answer: Answer, words = '') => assertDenied(answer, 'idempotency_key_in_use', 'conflict', words)

const rows = ({ deps }: World) => deps.db.withTables<{ idempotency_keys: IdempotencyRow }>()
const rowsOf = (w: World, app: TestApp) =>
  rows(w).selectFrom('idempotency_keys').selectAll().where('app_id', '=', app.id).execute()

/** Change the rows of an application, as a process that has died has left them. */
const leave = (w: World, app: Pick<TestApp, 'id'>, change: Partial<IdempotencyRow>, operation = '%') =>
  w.deps.transact((tx) =>
    tx
      .withTables<{ idempotency_keys: IdempotencyRow }>()
      .updateTable('idempotency_keys')
      .set(change)
      .where('app_id', '=', app.id)
      .where('operation', 'like', operation)
      .execute(),
  )

for (const { engine, w, shared } of await stages(async (w) => ({ shared: await application(w) }))) {
  const create = (app: TestApp, key: string, email: string) => app.manage('/users', withKey(key, person(email)))
  const count = async (app: TestApp) => (await app.manage('/users')).body.users.length

  test(`${engine}: a repeated request brings the first answer again, and creates nothing`, async () => {
    const app = await application(w)
    const first = await create(app, 'k', 'ana@example.com')
    assert.equal(first.status, 201, JSON.stringify(first.body))
    for (let i = 0; i < 3; i++) {
      const again = await create(app, 'k', 'ana@example.com')
      assert.deepEqual([again.status, again.body], [201, first.body])
      assert.equal(again.headers.get('content-type'), first.headers.get('content-type'))
    }
    assert.equal(await count(app), 1)
    assert.deepEqual((await create(app, newKey(), 'bo@example.com')).status, 201)
    assert.equal(await count(app), 2)
  })

  test(`${engine}: a key goes with one request: another body, or another user in the path, is refused`, async () => {
    const app = await application(w)
    await create(app, 'k', 'ana@example.com')
    assertReused(await create(app, 'k', 'bo@example.com'))
    assert.equal(await count(app), 1)
    const [ana, bo] = [await user(w, app), await user(w, app)]
    const add = (id: string, value: string) =>
      app.manage(`/users/${id}/identifiers`, withKey('i', { identifier: { type: 'email_address', value } }))
    assert.equal((await add(ana, 'new@example.com')).status, 201)
    assert.equal((await add(ana, 'new@example.com')).status, 201)
    assertReused(await add(bo, 'new@example.com'))
  })

  test(`${engine}: a key of one operation or application is not another’s`, async () => {
    const [app, other] = [await application(w), await application(w)]
    assert.equal((await create(app, 'k', 'ana@example.com')).status, 201)
    assert.equal((await create(other, 'k', 'bo@example.com')).status, 201)
    assert.equal((await app.manage('/config/scopes', withKey('k', { scope: 'read' }))).status, 201)
  })

  test(`${engine}: after a day a key is as new, and its row is swept`, async () => {
    const app = await application(w)
    await create(app, 'k', 'ana@example.com')
    w.advance(DAY - 1)
    assertReused(await create(app, 'k', 'bo@example.com'))
    w.advance(1)
    assert.equal((await create(app, 'k', 'bo@example.com')).status, 201)
    w.advance(DAY)
    await w.deps.transact((tx) => deleteExpiredRequests(tx, w.deps.now(), 1_000))
    assert.deepEqual(await rowsOf(w, app), [])
  })

  test(`${engine}: a refusal is kept as a success is, and what was no request is not`, async () => {
    const app = await application(w)
    const id = await user(w, app, { email: 'ana@example.com' })
    const refused = await create(app, 'k', 'ana@example.com')
    assertDenied(refused, 'identifier_already_exists', 'conflict')
    await app.manage(`/users/${id}`, { method: 'DELETE' })
    const again = await create(app, 'k', 'ana@example.com')
    assert.deepEqual([again.status, again.body], [409, refused.body])
    assertInvalid(await app.manage('/users', withKey('v', { identifiers: 7 })), 'body.identifiers')
    assert.equal((await create(app, 'v', 'ana@example.com')).status, 201)
  })

  test(`${engine}: a failure of ours is not kept: the next one is the first`, async () => {
    const app = await application(w)
    const { deps } = w
    const transact = deps.transact
    let calls = 0
    // The first is that somebody is at it; the second is to create.
    Object.assign(deps, {
      transact: (work: never) => (++calls === 2 ? Promise.reject(new Error('broken')) : transact(work)),
    })
    const failed = await create(app, 'k', 'ana@example.com')
    Object.assign(deps, { transact })
    assertDenied(failed, 'internal', 'internal')
    assert.equal((await create(app, 'k', 'ana@example.com')).status, 201)
  })

  test(`${engine}: a secret that was answered is kept sealed, and answered again`, async () => {
    const app = await application(w)
    const first = await app.manage('/keys', withKey('k', { name: 'ci' }))
    const again = await app.manage('/keys', withKey('k', { name: 'ci' }))
    assert.equal(first.status, 201)
    assert.deepEqual(again.body, first.body)
    const kept = JSON.stringify(await rowsOf(w, app))
    const strings = Object.values(first.body as object).flatMap((one) =>
      typeof one === 'string' ? [one] : Object.values(one),
    )
    const secret = strings.map(String).find((one) => one.length > 40) ?? ''
    assert.ok(secret.length > 40 && !kept.includes(secret) && !kept.includes('"ci"'), 'nothing of it can be read')
    assert.equal((await app.manage('/keys')).body.keys.filter((one: { name: string }) => one.name === 'ci').length, 1)
  })

  test(`${engine}: a repeat by another management key is a request of its own, and is answered what that one is allowed`, async () => {
    const app = await application(w)
    const weak = await app.manage('/keys', { body: { name: 'weak', permissions: ['keys:write'] } })
    assert.equal(weak.status, 201, JSON.stringify(weak.body))
    const strong = await app.manage('/keys', withKey('k', { name: 'ci' }))
    assert.equal(strong.status, 201)
    const authorization = `Bearer ${weak.body.management_key}`
    const repeated = await app.manage('/keys', {
      ...withKey('k', { name: 'ci' }),
      headers: { 'idempotency-key': 'k', authorization },
    })
    assert.notEqual(repeated.body.management_key, strong.body.management_key)
    assert.notDeepEqual(repeated.body.key?.permissions, strong.body.key.permissions)
  })

  test(`${engine}: a key is 1 to 255 printable characters, and operations that create nothing do not look at it`, async () => {
    const app = await application(w)
    assert.equal((await create(app, 'x'.repeat(255), 'ana@example.com')).status, 201)
    assert.equal((await create(app, '"8e03 978e"', 'bo@example.com')).status, 201)
    for (const key of ['', 'x'.repeat(256), 'é'])
      assertInvalid(await create(app, key, 'cy@example.com'), 'Idempotency-Key: must be 1 to 255 printable')
    const headers = { 'idempotency-key': 'x'.repeat(256) }
    assert.equal((await app.manage('/users', { headers })).status, 200)
    assert.equal((await app.manage('/users/batch_lookup', { body: { emails: ['a@b.example'] }, headers })).status, 200)
  })

  /** A request that waits for a provider, as long as it is told to. */
  async function slowly(app: TestApp) {
    const played = await play(w, 'okta')
    const gate = Promise.withResolvers<void>()
    w.fakeNetwork(async (request) => {
      await gate.promise
      return (await played.answer(request)) ?? { kind: 'failed', reason: 'network' }
    })
    const ask = () => app.manage(`${CONFIG}/okta`, withKey('k', configOf('okta')))
    const first = ask()
    for (let i = 0; i < 100 && (await rowsOf(w, app)).length === 0; i++) await pause(5)
    return { first, ask, goOn: gate.resolve }
  }

  test(`${engine}: who repeats while the first is under way gets its answer`, async () => {
    const { first, ask, goOn } = await slowly(await application(w))
    const second = ask()
    await pause(50)
    goOn()
    assert.equal((await first).status, 201)
    assert.deepEqual((await second).body, (await first).body)
  })

  test(`${engine}: who repeats while the first takes long is told that there is no answer yet`, async () => {
    const { first, ask, goOn } = await slowly(await application(w))
    const early = await ask()
    goOn()
    assertInUse(early)
    assert.equal(early.headers.get('retry-after'), '1')
    assert.deepEqual((await ask()).body, (await first).body)
  })

  test(`${engine}: whoever was taken for dead and comes back commits nothing`, async () => {
    const app = await application(w)
    const { first, goOn } = await slowly(app)
    await leave(w, app, { attempt: 'somebody else' })
    goOn()
    assertInUse(await first)
    assert.equal((await app.manage(`${CONFIG}/okta`)).status, 404)
  })

  test(`${engine}: of a process that died before anything was done the next one takes over; of one that died after it nobody does`, async () => {
    const app = await application(w)
    await create(app, 'k', 'ana@example.com')
    await leave(w, app, { effect_at: null, status: null, answer: null })
    w.advance(60_000)
    assertDenied(await create(app, 'k', 'ana@example.com'), 'identifier_already_exists', 'conflict')
    await leave(w, app, { effect_at: 1, status: null, answer: null })
    w.advance(60_000)
    assertInUse(await create(app, 'k', 'ana@example.com'), 'its answer is lost')
    await leave(w, app, { status: 201, answer: 'v1.AAAA' })
    assertInUse(await create(app, 'k', 'ana@example.com'), 'its answer is lost')
  })

  for (const { operationId, path } of creating) {
    test(`${engine}: ${operationId} refuses a key that another request has, and one whose answer is lost`, async () => {
      const key = newKey()
      const appId = path.includes('{appID}') ? shared.id : ''
      const headers = { 'idempotency-key': key, authorization: `Bearer ${await instanceKey(w)}` }
      const at = path.replace('{appID}', shared.id).replace(/\{\w+\}/g, 'x')
      const ask = (body: unknown) => send(w, at, { method: 'POST', body, headers })
      await dieAtOnce(w, () => ask({ none: 1 }))
      await leave(w, { id: appId }, { effect_at: 1, begun_at: w.deps.now() - 60_000 }, operationId)
      assertReused(await ask({ none: 2 }))
      assertInUse(await ask({ none: 1 }), 'its answer is lost')
    })
  }
}

test('every operation that creates something for a backend takes a key', () => {
  assert.ok(creating.length >= 17, String(creating.length))
  assert.ok(creating.some(({ operationId }) => operationId === 'createUser'))
})

/** Have a request begin, and be able to write nothing after that: what it leaves behind is as of a process that has died. */
async function dieAtOnce({ deps }: World, ask: () => Promise<Answer>): Promise<void> {
  const { transact } = deps
  let calls = 0
  const once = (work: never) => (++calls === 1 ? transact(work) : Promise.reject(new Error('this process is dead')))
  Object.assign(deps, { transact: once })
  await ask()
  Object.assign(deps, { transact })
}
