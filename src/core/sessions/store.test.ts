import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, login, REFRESH, user } from '../../../test/builders.ts'
import { eventsOf, sessionRow } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { scheduleJobs } from '../../platform/jobs/jobs.ts'
import { jobs } from '../../server.ts'
import { endSessions } from './end.ts'
import { type CounterMove, countSessions, findSession, swapCounter, swapCounterForward } from './store.ts'
import type { SessionTables } from './tables.ts'

const DAY_MS = 86_400_000

for (const { engine, w } of await stages()) {
  async function signedIn() {
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    const move = (presented: number, change: Partial<CounterMove> = {}): CounterMove => ({
      app_id: app.id,
      id: client.sessionId,
      presented,
      jkt: client.key?.thumbprint ?? '',
      now: w.deps.now(),
      idle_expires_at: w.deps.now() + DAY_MS,
      proof_issued_at: null,
      token_key: 'any',
      ...change,
    })
    return { app, client, move }
  }

  test(`${engine}: a counter moves from where it stands, once`, async () => {
    const { app, client, move } = await signedIn()
    assert.equal((await swapCounter(w.deps, move(0)))?.counter, 1)
    assert.equal(await swapCounter(w.deps, move(0)), undefined)
    assert.equal(await swapCounter(w.deps, move(2)), undefined)
    assert.equal((await sessionRow(w, app, client.sessionId)).counter, 1)
  })

  test(`${engine}: a counter moves forward past what was presented, never back`, async () => {
    const { move } = await signedIn()
    assert.equal((await swapCounterForward(w.deps, move(7)))?.counter, 8)
    for (const presented of [7, 8, 3]) assert.equal(await swapCounterForward(w.deps, move(presented)), undefined)
  })

  test(`${engine}: no counter moves for another key, application or time`, async () => {
    const { app, client, move } = await signedIn()
    const row = await sessionRow(w, app, client.sessionId)
    for (const change of [
      { jkt: '' },
      { jkt: 'other' },
      { app_id: (await application(w)).id },
      { id: 'ses_1' },
      { now: row.idle_expires_at },
      { now: row.expires_at },
    ]) {
      assert.equal(await swapCounter(w.deps, move(0, change)), undefined)
      assert.equal(await swapCounterForward(w.deps, move(9, change)), undefined)
    }
    assert.deepEqual(await sessionRow(w, app, client.sessionId), row)
  })

  test(`${engine}: many that move at once each get their own answer, and a bad one harms none`, async () => {
    const all = await Promise.all(Array.from({ length: 5 }, signedIn))
    const moves = all.flatMap(({ move }) => [move(0), move(0, { jkt: 'other' }), move(0)])
    const moved = await Promise.all(moves.map((one) => swapCounter(w.deps, one)))
    assert.deepEqual(
      moved.map((one) => one?.id),
      all.flatMap(({ client }) => [client.sessionId, undefined, undefined]),
    )
  })

  test(`${engine}: sessions are ended by every member of the selection at once, each once`, async () => {
    const { app, client } = await signedIn()
    const other = await login(w, app, client.userId, 'cookie')
    const end = (which: Parameters<typeof endSessions>[3]) =>
      w.deps.transact((tx) => endSessions(tx, w.deps, app.id, which, 'revoked'))
    assert.deepEqual(await end({ userId: 'usr_1' }), [])
    assert.deepEqual(await end({ userId: client.userId, id: client.sessionId, exceptId: client.sessionId }), [])
    assert.deepEqual(await end({ id: client.sessionId, jkt: ['', 'other'] }), [])
    assert.deepEqual(await end({ userId: client.userId, jkt: ['', 'other'] }), [other.sessionId])
    assert.deepEqual(await end({ userId: client.userId }), [client.sessionId])
    assert.deepEqual(await end({ userId: client.userId }), [])
    assert.equal((await eventsOf(w, app, 'user.session.revoked')).length, 2)
    assert.equal(await countSessions(w.deps.db, app.id, client.userId, w.deps.now()), 0)
  })

  test(`${engine}: however many sessions end at once, it takes few statements, for their locks are held meanwhile`, async () => {
    const { app, client } = await signedIn()
    const row = await sessionRow(w, app, client.sessionId)
    const rows = Array.from({ length: 900 }, (_, i) => ({ ...row, id: `ses_${i}` }))
    let statements = 0
    await w.deps.transact(async (tx) => {
      for (let start = 0; start < rows.length; start += 300) {
        const some = rows.slice(start, start + 300)
        await tx.withTables<SessionTables>().insertInto('sessions').values(some).execute()
      }
      const counted = tx.withPlugin({
        transformQuery({ node }) {
          statements += 1
          return node
        },
        transformResult: async ({ result }) => result,
      })
      const ended = await endSessions(counted, w.deps, app.id, { userId: client.userId }, 'revoked')
      assert.equal(ended.length, 901)
    })
    assert.ok(statements < 12, `${statements} statements`)
    const announced = (await eventsOf(w, app, 'user.session.revoked')).map((payload) => payload.session_id)
    assert.deepEqual(new Set(announced), new Set([row, ...rows].map(({ id }) => id)))
    assert.equal(announced.length, 901)
  })

  test(`${engine}: sessions that are over are kept for thirty days, those that live for good`, async () => {
    await scheduleJobs(w.deps, jobs)
    const app = await application(w, { settings: { sessions: { idle_lifetime_seconds: 20 * 86_400 } } })
    const userId = await user(w, app)
    const lives = await login(w, app, userId)
    const idles = await login(w, app, userId)
    const ends = await login(w, app, userId)
    await ends.post('/v1/session/revoke')
    const kept = async () => {
      await w.drain()
      const found = await Promise.all(
        [lives, idles, ends].map((one) => findSession(w.deps.db, app.id, one.sessionId, w.deps.now())),
      )
      return found.map((session) => session !== undefined)
    }
    const wait = async (days: number) => {
      for (let day = 0; day < days; day += 10) {
        w.advance(10 * DAY_MS)
        assert.equal((await lives.post(REFRESH)).status, 200)
      }
      return await kept()
    }
    assert.deepEqual(await wait(30), [true, true, true])
    w.advance(300_000)
    assert.deepEqual(await kept(), [true, true, false])
    assert.deepEqual(await wait(20), [true, false, false])
    assert.equal((await lives.post(REFRESH)).status, 200)
  })
}
