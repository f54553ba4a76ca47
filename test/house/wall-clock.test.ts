import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markApplicationDeleted } from '../../src/core/applications/store.ts'
import { findVerificationKeys, rotateKeys } from '../../src/core/signing-keys/keyring.ts'
import { application, applicationRecord, through } from '../builders.ts'
import { custom } from '../vectors/legacy/tokens.ts'
import { type World, world } from '../world.ts'
import { answered, configOf, configure, hookKnows, issuerKey, migrate, personOf, publish } from './legacy.ts'
import { stages } from './stages.ts'

// Whatever is kept in memory ages by the monotonic clock: a wall clock that is set back or forward neither freezes nor hastens it.

const DAY_MS = 86_400_000
const KEYS_URL = 'https://id.example.com/keys'

/** Set the clock back by nine days and let so long pass. */
function setBack(w: World, passMs: number) {
  w.setWallClock(w.deps.now() - 9 * DAY_MS)
  w.advance(passMs)
}

for (const { engine, w, other } of await stages(async (w) => ({
  // Another process on the same database.
  other: await world(w.databaseUrl.startsWith('sqlite:') ? 'sqlite' : 'postgres', { databaseUrl: w.databaseUrl }),
}))) {
  test(`${engine}: a hook that was left alone is called again ten seconds later, though the clock was set back`, async () => {
    const app = await application(w)
    await configure(app)
    w.fakeNetwork(async () => answered('', 502))
    for (let i = 0; i < 5; i++) await migrate(app)
    hookKnows(w, personOf('moved', 'moved@example.com'))
    assert.equal((await migrate(app)).status, 500)
    setBack(w, 10_000)
    assert.equal((await migrate(app)).status, 200)
  })

  test(`${engine}: and not a moment earlier, though the clock was set forward`, async () => {
    const app = await application(w)
    await configure(app)
    w.fakeNetwork(async () => answered('', 502))
    for (let i = 0; i < 5; i++) await migrate(app)
    hookKnows(w, personOf('early', 'early@example.com'))
    w.setWallClock(w.deps.now() + DAY_MS)
    assert.equal((await migrate(app)).status, 500)
  })

  test(`${engine}: an issuer that was down is asked again ten seconds later, though the clock was set back`, async () => {
    const app = await application(w)
    await configure(app, configOf(custom, { jwks_url: KEYS_URL }))
    const key = await issuerKey('ES256')
    const token = await key.sign({ ...custom.claims, exp: 2_000_000_000 })
    w.fakeNetwork(async () => undefined as never)
    assert.equal((await migrate(app, token)).status, 500)
    publish(w, KEYS_URL, key)
    setBack(w, 10_000)
    assert.equal((await migrate(app, token)).status, 200)
  })

  test(`${engine}: what another process changes of an application is seen within a second, though the clock was set back`, async () => {
    const origin = 'https://shop.example.com'
    const app = await application(w, { allowedOrigins: [origin] })
    const elsewhere = through(other, app)
    const allowed = async () => {
      const answer = await elsewhere.call('/v1/session/refresh', { method: 'POST', headers: { origin } })
      return answer.headers.get('access-control-allow-origin') === origin
    }
    assert.ok(await allowed())
    assert.equal((await app.manage('', { method: 'PATCH', body: { allowed_origins: [] } })).status, 200)
    setBack(other, 1_000)
    assert.ok(!(await allowed()))
  })

  test(`${engine}: an application that another process deleted is gone within a second, though the clock was set back`, async () => {
    const app = await application(w)
    const elsewhere = through(other, app)
    assert.equal((await elsewhere.call('/.well-known/jwks.json')).status, 200)
    await w.deps.transact((tx) => markApplicationDeleted(tx, app.id, w.deps.now()))
    setBack(other, 1_000)
    assert.equal((await elsewhere.call('/.well-known/jwks.json')).status, 404)
  })

  test(`${engine}: a key that another process made is found, though the clock was set back`, async () => {
    const app = await application(w)
    await applicationRecord(other, app)
    const find = (kid: string) => findVerificationKeys(other.deps, app.id, 'challenge_token', kid)
    await find('none')
    await rotateKeys(w.deps, app.id, w.deps.now() + 89 * DAY_MS)
    const listed = await through(w, app).call('/.well-known/step-up-jwks.json')
    const kids = listed.body.keys.map((key: { kid: string }) => key.kid)
    assert.equal(kids.length, 2)
    setBack(other, 1_000)
    for (const kid of kids) assert.ok((await find(kid))(kid), kid)
  })

  test(`${engine}: wrong management keys are counted anew after a minute, though the clock was set back`, async () => {
    const app = await application(w)
    const headers = { authorization: 'Bearer wrong' }
    const guess = async () => (await app.manage('/settings', { headers })).status
    for (let i = 0; i < 60; i++) await guess()
    assert.equal(await guess(), 429)
    setBack(w, 60_000)
    assert.equal(await guess(), 401)
  })
}
