import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Answer, application, login, type TestApp, user } from '../../../test/builders.ts'
import { assertInvalid } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { emitAll } from '../../core/events/store.ts'
import { rfc3339 } from '../../platform/clock.ts'

type Listed = { id: string; type: string; payload: Record<string, unknown>; created_at: string }

const read = (app: TestApp, query = '') => app.manage(`/events${query}`)
const listed = ({ status, body }: Answer): Listed[] => {
  assert.equal(status, 200, JSON.stringify(body))
  return body.events
}
const typesOf = (events: Listed[]) => events.map(({ type }) => type)

for (const { engine, w } of await stages()) {
  /** `count` events, each a millisecond after the one before; `n` in the payload tells them apart. */
  async function happen(app: TestApp, count: number, userId = 'usr_1') {
    for (let n = 1; n <= count; n++) {
      w.advance(1)
      await w.deps.transact((tx) => emitAll(tx, w.deps, app.id, 'user.profile.updated', [{ user_id: userId, n }]))
    }
  }
  const numbersOf = (events: Listed[]) => events.map(({ payload }) => payload.n)

  test(`${engine}: what happened to a user is read newest first, as webhooks would tell it`, async () => {
    const app = await application(w)
    assert.deepEqual((await read(app)).body, { events: [] })
    const id = await user(w, app, { email: 'ada@example.com' })
    w.advance(1000)
    await app.manage(`/users/${id}/profile`, { method: 'PATCH', body: { first_name: 'Ada' } })
    const events = listed(await read(app))
    const [newest] = events
    const now = rfc3339(w.deps.now())
    assert.match(newest?.id ?? '', /^evt_[0-9a-z]{26}$/)
    assert.deepEqual(
      { ...newest, id: '' },
      {
        id: '',
        type: 'user.profile.updated',
        payload: { user_id: id, profile: { first_name: 'Ada' }, updated_at: now },
        created_at: now,
      },
    )
    assert.deepEqual(typesOf(events).slice(1).toSorted(), ['user.created', 'user.identifier.created'])
  })

  test(`${engine}: why a hook failed is found by the type of its event`, async () => {
    const app = await application(w)
    await app.manage('/config/migration', { body: { session_validation_url: 'https://hook.example/validate' } })
    const body = { token: 'legacy', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' }
    assert.equal((await app.call('/v1/session/migration', { body })).status, 500)
    await user(w, app)
    const [failed, ...others] = listed(await read(app, '?type=migration.hook_failed'))
    assert.deepEqual(others, [])
    assert.equal(typeof failed?.payload.reason, 'string')
  })

  test(`${engine}: the events of one user, and of one type for that user, are those alone`, async () => {
    const app = await application(w)
    const [one, other] = [await user(w, app, { phone: '+33612345678' }), await user(w, app)]
    await login(w, app, one)
    await login(w, app, other)
    const own = listed(await read(app, `?user_id=${one}`))
    assert.deepEqual(typesOf(own).toSorted(), ['user.created', 'user.identifier.created', 'user.session.created'])
    assert.ok(own.every(({ payload }) => payload.user_id === one))
    const sessions = listed(await read(app, `?user_id=${other}&type=user.session.created`))
    assert.deepEqual([sessions.length, sessions[0]?.payload.user_id], [1, other])
    assert.deepEqual(listed(await read(app, '?user_id=usr_nobody')), [])
  })

  test(`${engine}: pages follow each other without gap or repeat, whatever happens meanwhile`, async () => {
    const app = await application(w)
    await happen(app, 7)
    const first = await read(app, '?limit=3')
    assert.deepEqual(numbersOf(listed(first)), [7, 6, 5])
    await happen(app, 2, 'usr_2')
    const second = await read(app, `?limit=3&after=${first.body.next}`)
    assert.deepEqual(numbersOf(listed(second)), [4, 3, 2])
    const last = await read(app, `?limit=3&after=${second.body.next}`)
    assert.deepEqual(numbersOf(listed(last)), [1])
    assert.equal('next' in last.body, false)
    const whole = await read(app, '?limit=7&user_id=usr_1')
    assert.equal('next' in whole.body, false)
    const some = await read(app, '?limit=1&user_id=usr_2&type=user.profile.updated')
    assert.deepEqual(numbersOf(listed(some)), [2])
    assert.deepEqual(numbersOf(listed(await read(app, `?user_id=usr_2&after=${some.body.next}`))), [1])
  })

  test(`${engine}: a page is a hundred events unless another size is asked for, five hundred at most`, async () => {
    const app = await application(w)
    const payloads = Array.from({ length: 501 }, (_, n) => ({ user_id: 'usr_1', n }))
    await w.deps.transact((tx) => emitAll(tx, w.deps, app.id, 'user.profile.updated', payloads))
    assert.equal(listed(await read(app)).length, 100)
    assert.equal(listed(await read(app, '?limit=500')).length, 500)
    for (const limit of ['501', '0', '-1', '1.5', 'all', '']) {
      assertInvalid(await read(app, `?limit=${limit}`), 'query.limit')
    }
    assertInvalid(await read(app, '?type=user.sneezed'), 'query.type')
    assertInvalid(await read(app, `?after=${'x'.repeat(65)}`), 'query.after')
  })
}
