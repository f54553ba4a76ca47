import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, applicationRecord } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { world } from '../../../test/world.ts'
import { scheduleJobs } from '../../platform/jobs/jobs.ts'
import { jobs } from '../../server.ts'
import { findSigningKey, findVerificationKeys, listPublishedKeys, rotateKeys } from './keyring.ts'
import { listSigningKeys } from './store.ts'

const DAY_MS = 86_400_000

for (const { engine, w, other } of await stages(async (w) => ({
  // Another process on the same database.
  other: await world(w.databaseUrl.startsWith('sqlite:') ? 'sqlite' : 'postgres', { databaseUrl: w.databaseUrl }),
}))) {
  test(`${engine}: processes that need a first key at once end up with the same one`, async () => {
    const app = await application(w)
    const asked = [w, other, w, other].map(({ deps }) => findSigningKey(deps, app.id, 'access_token', 'ES256'))
    const kids = (await Promise.all(asked)).map((key) => key.kid)
    assert.equal(new Set(kids).size, 1)
  })

  test(`${engine}: processes that rotate at once make one next key`, async () => {
    const app = await application(w)
    for (const { advance } of [w, other]) advance(89 * DAY_MS)
    await Promise.all([w, other].map(({ deps }) => rotateKeys(deps, app.id, deps.now())))
    const rows = await listSigningKeys(w.deps.db, app.id)
    assert.deepEqual(
      rows.map((row) => `${row.purpose} ${row.generation}`),
      ['access_token 1', 'access_token 2', 'challenge_token 1', 'challenge_token 2', 'webhook 1', 'webhook 2'],
    )
    const published = (of: typeof w) => listPublishedKeys(of.deps, app.id, ['access_token'])
    assert.deepEqual(await published(w), await published(other))
  })

  test(`${engine}: what one process signs another verifies, even with a key it has not seen yet`, async () => {
    const app = await application(w)
    await listPublishedKeys(other.deps, app.id, ['access_token'])
    const { kid } = await findSigningKey(w.deps, app.id, 'access_token', 'ES256')
    other.advance(1000)
    const keyOf = await findVerificationKeys(other.deps, app.id, 'access_token', kid)
    assert.ok(keyOf(kid))
  })

  test(`${engine}: a key verifies for its own purpose and application alone`, async () => {
    const app = await application(w)
    const { kid } = await findSigningKey(w.deps, app.id, 'access_token', 'EdDSA')
    assert.ok((await findVerificationKeys(w.deps, app.id, 'access_token', kid))(kid))
    assert.equal((await findVerificationKeys(w.deps, app.id, 'challenge_token', kid))(kid), undefined)
    const stranger = await application(w)
    assert.equal((await findVerificationKeys(w.deps, stranger.id, 'access_token', kid))(kid), undefined)
  })

  test(`${engine}: private keys are stored sealed, and open with no other master key`, async () => {
    const app = await application(w)
    await applicationRecord(w, app)
    for (const row of await listSigningKeys(w.deps.db, app.id)) {
      assert.doesNotMatch(row.sealed_private_jwk, /"(d|kty)"/)
      assert.equal(JSON.parse(row.public_jwk).d, undefined)
    }
    const config = { masterKey: new Uint8Array(32).fill(8) }
    const stranger = await world(engine, { databaseUrl: w.databaseUrl, config })
    await assert.rejects(findSigningKey(stranger.deps, app.id, 'access_token', 'EdDSA'), /master key/)
  })

  test(`${engine}: the job changes the keys of every application`, async () => {
    const apps = [await application(w), await application(w)]
    await scheduleJobs(w.deps, jobs)
    w.advance(89 * DAY_MS)
    await w.drain()
    for (const { id } of apps) assert.equal((await listSigningKeys(w.deps.db, id)).length, 6)
    w.advance(3 * DAY_MS)
    await w.drain()
    // What signed webhooks is published for as long as a retry lives.
    for (const { id } of apps) assert.equal((await listSigningKeys(w.deps.db, id)).length, 4)
    w.advance(13 * DAY_MS)
    await w.drain()
    for (const { id } of apps) assert.equal((await listSigningKeys(w.deps.db, id)).length, 3)
  })
}
