import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import {
  consumeGrant,
  deleteExpiredGrants,
  deleteGrantsOfUser,
  findGrantedScopes,
  insertGrants,
  type NewGrant,
} from './store.ts'

const HOLDER = { userId: 'usr_1', sessionId: 'ses_1', jti: 'jti_1' }

for (const { engine, w } of await stages()) {
  async function story(...grants: Partial<NewGrant>[]) {
    const app = await application(w)
    const expires_at = w.deps.now() + 1000
    const rows = grants.map((one) => {
      return { app_id: app.id, user_id: 'usr_1', session_id: '', jti: '', scope: 'pay', expires_at, ...one }
    })
    await w.deps.transact((tx) => insertGrants(tx, w.deps, rows))
    const held = async (holder: Partial<typeof HOLDER> = {}) => {
      const scopes = await findGrantedScopes(w.deps.db, app.id, { ...HOLDER, ...holder }, w.deps.now())
      return scopes?.split(' ').sort() ?? null
    }
    const consume = (holder: Partial<typeof HOLDER> = {}, scope = 'pay') =>
      w.deps.transact((tx) => consumeGrant(tx, app.id, { ...HOLDER, ...holder }, scope, w.deps.now()))
    return { app, held, consume }
  }

  test(`${engine}: a grant is held by its user, narrowed to a session or a token, until its time is up`, async () => {
    const { held } = await story(
      { scope: 'user' },
      { scope: 'session', session_id: 'ses_1' },
      { scope: 'token', session_id: 'ses_1', jti: 'jti_1' },
      { scope: 'other-session', session_id: 'ses_2' },
      { scope: 'other-token', session_id: 'ses_1', jti: 'jti_2' },
      { scope: 'other-user', user_id: 'usr_2' },
      { scope: 'longer', expires_at: w.deps.now() + 1001 },
    )
    assert.deepEqual(await held(), ['longer', 'session', 'token', 'user'])
    assert.deepEqual(await held({ jti: 'jti_3' }), ['longer', 'session', 'user'])
    assert.deepEqual(await held({ sessionId: 'ses_3', jti: 'jti_3' }), ['longer', 'user'])
    assert.deepEqual(await held({ userId: 'usr_3' }), null)
    w.advance(1000)
    assert.deepEqual(await held(), ['longer'])
    w.advance(1)
    assert.deepEqual(await held(), null)
  })

  test(`${engine}: the narrowest grant of a scope is used up first, each once`, async () => {
    const { held, consume } = await story({}, { session_id: 'ses_1' }, { session_id: 'ses_1', jti: 'jti_1' })
    assert.equal(await consume({}, 'read'), false)
    assert.equal(await consume({ userId: 'usr_2' }), false)
    assert.equal(await consume(), true)
    assert.equal((await held())?.length, 2)
    assert.deepEqual(await held({ jti: 'jti_2' }), ['pay', 'pay'])
    assert.equal(await consume(), true)
    assert.deepEqual(await held({ sessionId: 'ses_2' }), ['pay'])
    assert.equal(await consume(), true)
    assert.equal(await consume(), false)
    assert.equal(await held(), null)
  })

  test(`${engine}: a grant whose time is up, or of another application, is neither held nor used up`, async () => {
    const { held, consume } = await story({})
    const stranger = await story()
    assert.equal(await stranger.held(), null)
    assert.equal(await stranger.consume(), false)
    w.advance(1000)
    assert.equal(await held(), null)
    assert.equal(await consume(), false)
  })

  test(`${engine}: the grants of a user go with the user, and those that ran out with the time`, async () => {
    const { app, held } = await story({}, { scope: 'long', expires_at: w.deps.now() + 5000 }, { user_id: 'usr_2' })
    w.advance(1000)
    const before = w.deps.now()
    await w.deps.transact(async (tx) => {
      while ((await deleteExpiredGrants(tx, before, 1)) > 0);
    })
    assert.deepEqual(await held(), ['long'])
    // Made a second ago: not before then.
    await w.deps.transact((tx) => deleteGrantsOfUser(tx, app.id, 'usr_1', w.deps.now() - 1000))
    assert.deepEqual(await held(), ['long'])
    await w.deps.transact((tx) => deleteGrantsOfUser(tx, app.id, 'usr_1'))
    assert.equal(await held(), null)
  })
}
