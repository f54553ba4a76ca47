import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import {
  application,
  applicationRecord,
  claimsOf,
  dpopKey,
  login,
  REFRESH,
  through,
  user,
} from '../../../test/builders.ts'
import { sessionRow } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { type EngineName, freshDatabase, type World, world } from '../../../test/world.ts'
import { masterKeyId } from '../../platform/key-set.ts'
import { jobs, sealedColumns } from '../../server.ts'
import { loginCookie } from '../sessions/login-cookie.ts'
import { issueRefreshToken } from '../sessions/refresh-token.ts'
import { listSigningKeys } from '../signing-keys/store.ts'
import { claimDatabase, findDatabaseKey, masterKeyFits } from './canary.ts'
import { decidePass } from './reseal.ts'
import { listMissing, readStatus } from './status.ts'
import { findRotation } from './store.ts'

const OLD = new Uint8Array(32).fill(7)
const NEW = new Uint8Array(randomBytes(32))
const [OLD_ID, NEW_ID] = [masterKeyId(OLD), masterKeyId(NEW)]
const HOUR_MS = 3_600_000

/** What the job does once it is due. */
async function reseal(w: World): Promise<void> {
  await jobs.find(({ kind }) => kind === 'master-key/reseal')?.run(null, { appId: '', jobId: '' }, w.deps)
}

/** A process with these master keys, the newest first, that serves from a database. */
async function serving(
  engine: EngineName,
  databaseUrl: string,
  [masterKey, ...previousMasterKeys]: Uint8Array[],
  clock?: World,
) {
  const config = { masterKey: masterKey as Uint8Array, previousMasterKeys }
  const w = await world(engine, { databaseUrl, config, ...(clock && { wallClock: clock.deps.now() }) })
  assert.equal(await claimDatabase(w.deps), true)
  return w
}

for (const { engine } of await stages()) {
  async function rotated() {
    const databaseUrl = await freshDatabase(engine)
    const old = await serving(engine, databaseUrl, [OLD])
    const app = await application(old)
    const client = await login(old, app, await user(old, app, { email: 'ada@example.com' }))
    const both = await serving(engine, databaseUrl, [NEW, OLD])
    return { databaseUrl, old, both, app, client }
  }
  const statusOf = async (w: World, id: string) =>
    (await readStatus(w.deps, sealedColumns)).keys.find((key) => key.id === id)

  test(`${engine}: a session goes over to the new master key as it is refreshed, and its row says when its client has`, async () => {
    const { both, app, client } = await rotated()
    const now = through(both, app)
    const refresh = async (token: string) => {
      const dpop = await client.key?.proof(`${app.origin}${REFRESH}`)
      return await now.call(REFRESH, { method: 'POST', headers: { dpop: dpop ?? '', 'x-refresh-token': token } })
    }
    assert.equal((await statusOf(both, OLD_ID))?.sessions, 1)
    const first = await refresh(client.refreshToken)
    assert.equal(first.status, 200)
    assert.equal((await statusOf(both, OLD_ID))?.sessions, 1, 'its client may not have heard')
    const lost = await refresh(client.refreshToken)
    assert.equal(lost.headers.get('x-refresh-token'), first.headers.get('x-refresh-token'))
    assert.equal((await refresh(first.headers.get('x-refresh-token') ?? '')).status, 200)
    assert.equal((await statusOf(both, OLD_ID))?.sessions, 0)
    assert.equal((await statusOf(both, NEW_ID))?.sessions, 1)
  })

  test(`${engine}: everything that is sealed is sealed anew, once, and the old key may go when nothing hangs on it`, async () => {
    const { databaseUrl, both, app, client } = await rotated()
    assert.equal((await findDatabaseKey(both.deps))?.id, NEW_ID)
    assert.equal((await statusOf(both, OLD_ID))?.sealed.signing_keys, 3)
    const uncountable = sealedColumns.map((column) => ({ ...column, table: 'nowhere' }))
    assert.deepEqual(await listMissing(both.deps, uncountable), [], 'a start with both keys counts nothing')
    const early = await world(engine, { databaseUrl, config: { masterKey: NEW } })
    assert.deepEqual(
      (await listMissing(early.deps, sealedColumns)).map(({ id }) => id),
      [OLD_ID],
      'nothing has been sealed anew yet',
    )
    await reseal(both)
    const resealed = await listSigningKeys(both.deps.db, app.id)
    for (const { sealed_private_jwk } of resealed) assert.ok(sealed_private_jwk.startsWith(`v2.${NEW_ID}.`))
    both.advance(2 * HOUR_MS)
    await reseal(both)
    assert.deepEqual(await listSigningKeys(both.deps.db, app.id), resealed, 'what is under the newest stays as it is')
    const held = await statusOf(both, OLD_ID)
    assert.deepEqual([held?.sessions, held?.mayGo], [1, false])
    assert.equal(held?.until, both.deps.now() - 2 * HOUR_MS + 30 * 24 * HOUR_MS)

    const alone = await world(engine, { databaseUrl, config: { masterKey: NEW }, wallClock: both.deps.now() })
    assert.deepEqual(
      (await listMissing(alone.deps, sealedColumns)).map(({ id, sessions }) => ({ id, sessions })),
      [{ id: OLD_ID, sessions: 1 }],
    )
    const over = { ...client, post: client.post }
    const process = through(both, app)
    for (let i = 0; i < 2; i++) {
      const dpop =
        (await client.key?.proof(`${app.origin}${REFRESH}`, { claims: { iat: both.deps.now() / 1000 } })) ?? ''
      const headers = { dpop, 'x-refresh-token': over.refreshToken }
      const answer = await process.call(REFRESH, { method: 'POST', headers })
      assert.equal(answer.status, 200)
      over.refreshToken = answer.headers.get('x-refresh-token') ?? ''
    }
    assert.equal((await statusOf(both, OLD_ID))?.mayGo, true)
    assert.deepEqual(await listMissing(alone.deps, sealedColumns), [])
    assert.equal(await claimDatabase(alone.deps), true)
    const dpop = (await client.key?.proof(`${app.origin}${REFRESH}`, { claims: { iat: both.deps.now() / 1000 } })) ?? ''
    const headers = { dpop, 'x-refresh-token': over.refreshToken }
    assert.equal((await through(alone, app).call(REFRESH, { method: 'POST', headers })).status, 200)
  })

  test(`${engine}: boxes of before they named their keys are found, and sealed anew too`, async () => {
    const { both } = await rotated()
    await both.deps.transact((tx) =>
      sql`update signing_keys set sealed_private_jwk = 'v1.' || substr(sealed_private_jwk, 13)`.execute(tx),
    )
    assert.equal((await statusOf(both, OLD_ID))?.sealed.signing_keys, 3)
    await reseal(both)
    assert.equal((await statusOf(both, OLD_ID))?.sealed.signing_keys ?? 0, 0)
    assert.equal((await statusOf(both, NEW_ID))?.sealed.signing_keys, 3)
  })

  test(`${engine}: a process without the new key takes what it cannot verify for its own fault`, async () => {
    const { old, both, app, client } = await rotated()
    old.advance(200)
    const dpop = (await client.key?.proof(`${app.origin}${REFRESH}`)) ?? ''
    const headers = { dpop, 'x-refresh-token': client.refreshToken }
    const under = await through(both, app).call(REFRESH, { method: 'POST', headers })
    const token = under.headers.get('x-refresh-token') ?? ''
    const answer = await app.call(REFRESH, { method: 'POST', headers: { ...headers, 'x-refresh-token': token } })
    assert.equal(answer.status, 500, 'not 401, on which a client drops its session')
    assert.equal(await masterKeyFits(old.deps)(0), false)
  })

  test(`${engine}: a process that has the new key second goes on, and hears of the rotation`, async () => {
    const databaseUrl = await freshDatabase(engine)
    const prepared = await serving(engine, databaseUrl, [OLD, NEW])
    const app = await application(prepared)
    const client = await login(prepared, app, await user(prepared, app))
    const both = await serving(engine, databaseUrl, [NEW, OLD])
    for (const w of [both, prepared, both, prepared]) {
      const dpop = (await client.key?.proof(`${app.origin}${REFRESH}`)) ?? ''
      const headers = { dpop, 'x-refresh-token': client.refreshToken }
      const answer = await through(w, app).call(REFRESH, { method: 'POST', headers })
      assert.equal(answer.status, 200)
      client.refreshToken = answer.headers.get('x-refresh-token') ?? ''
    }
    assert.equal(await masterKeyFits(prepared.deps)(0), true)
    const before = await findRotation(both.deps.db)
    await reseal(prepared)
    assert.equal(before?.found_at, null)
    assert.deepEqual(
      await findRotation(both.deps.db),
      before,
      'no pass is made: what is newest there is not what the database is under',
    )
  })

  test(`${engine}: what rows are looked up by stays as it was`, async () => {
    const { databaseUrl, old, both, app, client } = await rotated()
    const idOf = async (w: World) =>
      (
        await through(w, app).call('/v1/session/me/identifiers', {
          headers: { authorization: `Bearer ${client.accessToken}` },
        })
      ).body
    const before = await idOf(old)
    assert.deepEqual(await idOf(both), before)
    await reseal(both)
    const alone = await serving(engine, databaseUrl, [NEW])
    assert.deepEqual(await idOf(alone), before)
    const third = await serving(engine, databaseUrl, [new Uint8Array(randomBytes(32)), NEW])
    assert.deepEqual(await idOf(third), before)
  })

  test(`${engine}: by the old key nobody forges the cookie that moves a session which began under the new one; its own sessions have theirs`, async () => {
    const { old, both, app } = await rotated()
    const record = await applicationRecord(old, app)
    for (const [born, status] of [
      [both, 401],
      [old, 200],
    ] as const) {
      const client = await login(born, through(born, app), await user(old, app))
      const sid = String(claimsOf(client.accessToken).sid)
      const cookie = loginCookie(old.deps, record, sid)
      const mine = await (await dpopKey(old)).proof(`${app.origin}${REFRESH}`)
      const token = issueRefreshToken(old.deps, app.id, sid, 0)
      const headers = {
        dpop: mine,
        'x-refresh-token': token,
        cookie: `${cookie.name}=${cookie.value}`,
        origin: app.origin,
      }
      const answer = await through(both, app).call(REFRESH, { method: 'POST', headers })
      assert.equal(answer.status, status)
      assert.equal((await sessionRow(both, app, sid)).jkt === client.key?.thumbprint, status === 401)
    }
  })

  test(`${engine}: a key set of which none opens is refused, and changes nothing`, async () => {
    const { databaseUrl, both } = await rotated()
    const config = { masterKey: new Uint8Array(randomBytes(32)), previousMasterKeys: [new Uint8Array(randomBytes(32))] }
    const stranger = await world(engine, { databaseUrl, config })
    assert.equal(await claimDatabase(stranger.deps), false)
    assert.equal((await findDatabaseKey(both.deps))?.id, NEW_ID)
  })
}

test('a pass is gone on with, begun anew for another key, and rests for an hour when it is over', () => {
  const pass = { newest: NEW_ID, column: 3, after: ['a', 1], counts: {} }
  const stored = JSON.stringify(pass)
  const decide = (row: { pass: string | null; found_at: number | null }, newest = NEW_ID) =>
    decidePass(row, newest, 10 * HOUR_MS)
  assert.deepEqual(decide({ pass: stored, found_at: null }), pass)
  assert.deepEqual(decide({ pass: stored, found_at: 10 * HOUR_MS }, OLD_ID), undefined)
  assert.deepEqual(decide({ pass: stored, found_at: null }, OLD_ID), {
    newest: OLD_ID,
    column: 0,
    after: null,
    counts: {},
  })
  assert.equal(decide({ pass: null, found_at: 9 * HOUR_MS + 1 }), undefined)
  assert.equal(decide({ pass: null, found_at: 9 * HOUR_MS })?.column, 0)
  assert.equal(decide({ pass: null, found_at: 11 * HOUR_MS })?.column, 0, 'a clock that was set back')
})
