import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { sql } from 'kysely'
import { application, login, REFRESH, through, user } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { stages } from '../../../test/house/stages.ts'
import { type EngineName, freshDatabase, type World, world } from '../../../test/world.ts'
import { listSigningKeys } from '../signing-keys/store.ts'
import { claimDatabase, masterKeyFits } from './canary.ts'
import { findCanary } from './store.ts'
import { keyWatch } from './watch.ts'

/** Another process on the database, with a master key of its own. */
const stranger = (engine: EngineName, databaseUrl: string) =>
  world(engine, { databaseUrl, config: { masterKey: new Uint8Array(randomBytes(32)) } })

const forgetCanary = (w: World) => w.deps.transact((tx) => sql`delete from master_key_canaries`.execute(tx))

/** Spoil the box of one of the application's signing keys. Answers how to put it back. */
async function spoilKey(w: World, appId: string) {
  const [key, another] = await listSigningKeys(w.deps.db, appId)
  const put = (box: string | undefined) =>
    w.deps.transact((tx) =>
      sql`update signing_keys set sealed_private_jwk = ${box} where kid = ${key?.kid}`.execute(tx),
    )
  await put(another?.sealed_private_jwk)
  return () => put(key?.sealed_private_jwk)
}

for (const { engine } of await stages()) {
  const open = async () => {
    const w = await world(engine, { databaseUrl: await freshDatabase(engine) })
    return { w, other: await stranger(engine, w.databaseUrl) }
  }

  test(`${engine}: a new database is of the first master key that comes, and of no other`, async () => {
    const { w, other } = await open()
    assert.equal(await claimDatabase(w.deps), true)
    const canary = await findCanary(w.deps.db)
    assert.equal(await claimDatabase(other.deps), false)
    assert.equal(await claimDatabase(w.deps), true)
    assert.deepEqual(await findCanary(w.deps.db), canary)
  })

  test(`${engine}: a database of an older release is of the key that opens what is sealed in it`, async () => {
    const { w, other } = await open()
    await application(w)
    assert.equal(await claimDatabase(other.deps), false)
    assert.equal(await findCanary(w.deps.db), undefined)
    assert.equal(await claimDatabase(w.deps), true)
    assert.equal(await claimDatabase(other.deps), false)
  })

  test(`${engine}: one key that opens among others that do not is enough for an older database`, async () => {
    const { w, other } = await open()
    await application(other)
    await application(w)
    await application(other)
    assert.equal(await claimDatabase(w.deps), true)
  })

  test(`${engine}: a refresh token that a wrong master key cannot read is no client's fault`, async () => {
    const { w, other } = await open()
    await claimDatabase(w.deps)
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    const token = client.refreshToken
    for (const path of [REFRESH, '/v1/session/revoke']) {
      const answer = await through(other, app).call(path, { method: 'POST', headers: { 'x-refresh-token': token } })
      assertRefused(answer, 'internal', 'internal')
    }
    const forged = await app.call(REFRESH, { method: 'POST', headers: { 'x-refresh-token': 'rt_forged' } })
    assertRefused(forged, 'unauthorized', 'unauthorized')
    assert.equal((await client.post(REFRESH)).status, 200)
  })

  test(`${engine}: a database that is exchanged under a running process is noticed within ten seconds`, async () => {
    const { w, other } = await open()
    await claimDatabase(w.deps)
    assert.equal(await masterKeyFits(w.deps)(), true)
    await forgetCanary(w)
    await claimDatabase(other.deps)
    w.advance(9_999)
    assert.equal(await masterKeyFits(w.deps)(), true)
    w.advance(1)
    assert.equal(await masterKeyFits(w.deps)(), false)
  })

  test(`${engine}: a signing key that does not open is noticed within a minute, and its return within ten seconds`, async () => {
    const { w } = await open()
    await claimDatabase(w.deps)
    const app = await application(w)
    const keys = keyWatch(w.deps)
    const settled = async () => {
      keys.allOpen()
      await keys.look()
      return keys.allOpen()
    }
    await keys.look()
    assert.equal(keys.allOpen(), true)
    const mend = await spoilKey(w, app.id)
    w.advance(59_999)
    assert.equal(keys.allOpen(), true)
    w.advance(1)
    assert.equal(await settled(), false)
    assert.match(w.log.join(''), /what is sealed does not open.*/)
    await mend()
    w.advance(10_000)
    assert.equal(await settled(), true)
  })
}
