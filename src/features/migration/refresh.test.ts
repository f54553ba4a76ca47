import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import {
  answered,
  CONFIG,
  configOf,
  configure,
  issuerKey,
  migrate,
  moveOver,
  progressOf,
  rowsOf,
} from '../../../test/house/legacy.ts'
import { assertInvalid } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { type Vendor, vendor } from '../../../test/house/vendor.ts'
import { auth0, clerk, custom } from '../../../test/vectors/legacy/tokens.ts'
import { keycloak } from '../../../test/vectors/legacy/vendors.ts'
import type { World } from '../../../test/world.ts'
import { writeCounted } from '../../core/rollups/count.ts'
import { totalRollups } from '../../core/rollups/store.ts'
import { scheduleJobs } from '../../platform/jobs/jobs.ts'
import { migrationFeature } from './index.ts'

const key = await issuerKey('RS256')
const ENDPOINT = 'https://acme.eu.auth0.com/oauth/token'
const REFRESH = { refresh: { client_id: auth0.audience as string } }
const { jobs = [] } = migrationFeature
let people = 0

const claimsOf = (w: World, rest: object = {}) => {
  const now = Math.floor(w.deps.now() / 1000)
  return { ...auth0.claims, iat: now, exp: now + 300, ...rest }
}

/** An application that takes refresh tokens of Auth0, and its vendor with one good token. */
async function migrating(w: World, config: object = REFRESH) {
  const app = await application(w)
  await configure(app, configOf(auth0, config))
  const sub = `auth0|${++people}`
  const issue = async () => ({ id_token: await key.sign(claimsOf(w, { sub, email: `p${people}@example.com` })) })
  const good = `v1.refresh-token-${people}`
  const idp = vendor(w, { endpoint: ENDPOINT, jwks: auth0.jwks, keys: [key.jwk], issue: { [good]: issue } })
  return { app, good, sub, idp }
}

async function assertUnclear(app: TestApp, token: string, reason = 'refresh_failed') {
  assertRefused(await migrate(app, token), 'internal', 'internal')
  assert.ok(
    (await progressOf(app)).failures.some((one: { reason: string }) => one.reason === reason),
    reason,
  )
}

for (const { engine, w } of await stages()) {
  test(`${engine}: whoever holds a refresh token alone comes over by it, as by any token`, async () => {
    const { app, good, sub, idp } = await migrating(w)
    const { claims, userId } = await moveOver(w, app, good)
    assert.deepEqual(claims.amr, ['legacy'])
    assert.equal((await app.manage(`/users/${userId}`)).body.user.external_id, sub)
    assert.equal(idp.asked(), 1)
    await writeCounted(w.deps)
    assert.deepEqual(await totalRollups(w.deps.db, app.id, 'exchange'), [
      { labels: { outcome: 'exchanged', way: 'refresh' }, count: 1 },
    ])
  })

  test(`${engine}: a lost answer loses nobody: for ten minutes the token that was used up is as good as before`, async () => {
    const { app, good, idp } = await migrating(w)
    const { userId } = await moveOver(w, app, good)
    // The new token has expired by then, and is judged as of when it came.
    w.advance(599_000)
    assert.equal((await moveOver(w, app, good)).userId, userId)
    assert.equal(idp.asked(), 1)
    w.advance(62_000)
    assertRefused(await migrate(app, good), 'bad_request', 'bad_request')
    assert.equal(idp.asked(), 2)
    const rows = JSON.stringify(
      await w.deps.db.withTables<Record<string, object>>().selectFrom('migration_refreshes').selectAll().execute(),
    )
    assert.ok(!rows.includes(good) && !rows.includes('id_token'))
    assert.ok(!w.log.join('').includes(good))
  })

  test(`${engine}: what is kept ends with all sessions of its user, for its token is used up elsewhere; one that is used later does not`, async () => {
    const app = await application(w)
    await configure(app, configOf(auth0, REFRESH))
    const sub = `auth0|${++people}`
    const issue = async () => ({ id_token: await key.sign(claimsOf(w, { sub, email: `p${people}@example.com` })) })
    vendor(w, { endpoint: ENDPOINT, jwks: auth0.jwks, keys: [key.jwk], issue: { first: issue, second: issue } })
    const { userId } = await moveOver(w, app, 'first')
    w.advance(60_000)
    await app.manage(`/users/${userId}/sessions/revoke`, { method: 'POST' })
    assertRefused(await migrate(app, 'first'), 'bad_request', 'bad_request')
    const { failures } = await progressOf(app)
    assert.deepEqual(
      failures.map(({ reason }: { reason: string }) => reason),
      ['sessions_ended'],
    )
    w.advance(1_000)
    assert.equal((await moveOver(w, app, 'second')).userId, userId)
  })

  test(`${engine}: what the database does not take loses nobody: the token is not asked about again`, async () => {
    const { app, good, idp } = await migrating(w)
    const { transact, together } = w.deps
    let isFull = false
    const unlessFull =
      (begin: typeof transact): typeof transact =>
      (work) =>
        isFull ? Promise.reject(Object.assign(new Error('no space'), { code: '53100' })) : begin(work)
    Object.assign(w.deps, { transact: unlessFull(transact), together: unlessFull(together) })
    idp.answered = () => {
      isFull = true
    }
    try {
      assert.equal((await migrate(app, good)).status, 503)
    } finally {
      Object.assign(w.deps, { transact, together })
      idp.answered = undefined
    }
    assert.equal((await migrate(app, good)).status, 200)
    assert.equal((await migrate(app, good)).status, 200)
    assert.equal(idp.asked(), 1)
  })

  test(`${engine}: what was kept is swept when its time is over, and nothing before`, async () => {
    const { app, good } = await migrating(w)
    assert.equal((await migrate(app, good)).status, 200)
    const kept = async () => {
      await scheduleJobs(w.deps, jobs)
      await w.drain()
      return (await rowsOf(w, app)).migration_refreshes?.length
    }
    w.advance(600_000)
    assert.equal(await kept(), 1)
    w.advance(600_000)
    assert.equal(await kept(), 0)
  })

  test(`${engine}: only the vendor’s word about the token refuses anybody`, async () => {
    const { app, good, idp } = await migrating(w)
    const faults: readonly (Vendor['fault'] | undefined)[] = [
      { kind: 'failed', reason: 'timeout' },
      answered({ error: 'invalid_client' }, 401),
      answered({ error: 'too_many_requests' }, 429),
      answered('<html>', 200),
      answered('', 500),
    ]
    for (const fault of faults) {
      idp.fault = fault
      await assertUnclear(app, good)
    }
    idp.fault = undefined
    assert.equal((await migrate(app, good)).status, 200)
    assertRefused(await migrate(app, 'v1.made-up'), 'bad_request', 'bad_request')
    assert.ok((await progressOf(app)).failures.some((one: { reason: string }) => one.reason === 'refresh_refused'))
  })

  test(`${engine}: a vendor that is down is left alone for a while, for this application`, async () => {
    const { app, good, idp } = await migrating(w)
    idp.fault = { kind: 'failed', reason: 'network' }
    for (let i = 0; i < 8; i++) await assertUnclear(app, `${good}.${i}`)
    assert.equal(idp.asked(), 5)
    idp.fault = undefined
    await assertUnclear(app, good)
    w.advance(10_000)
    assert.equal((await migrate(app, good)).status, 200)
  })

  test(`${engine}: made-up tokens are asked about a few times only`, async () => {
    const { app, good, idp } = await migrating(w)
    await app.manage('/settings', { method: 'PATCH', body: { settings: { migration: { failures_per_ip: 3 } } } })
    for (let i = 0; i < 3; i++) assertRefused(await migrate(app, `made-up-${i}`), 'bad_request', 'bad_request')
    await assertUnclear(app, good, 'busy')
    assert.equal(idp.asked(), 3)
    w.advance(600_000)
    assert.equal((await migrate(app, good)).status, 200)
  })

  test(`${engine}: what nobody can read is asked about a few times only, too, and refuses nobody`, async () => {
    const { app, good, idp } = await migrating(w)
    await app.manage('/settings', { method: 'PATCH', body: { settings: { migration: { failures_per_ip: 3 } } } })
    for (const [i, error] of ['invalid_request', 'invalid_grant', 'waf'].entries()) {
      idp.fault = error === 'waf' ? answered('<html>', 403) : answered({ error }, 400)
      assert.equal((await migrate(app, `made-up-${i}`)).status, error === 'invalid_grant' ? 400 : 500)
    }
    idp.fault = undefined
    await assertUnclear(app, good, 'busy')
    assert.equal(idp.asked(), 3)
    w.advance(600_000)
    // Of our own client's secret nobody outside is to blame.
    idp.fault = answered({ error: 'invalid_client' }, 401)
    for (let i = 0; i < 4; i++) await assertUnclear(app, good)
    idp.fault = undefined
    assert.equal((await migrate(app, good)).status, 200)
  })

  test(`${engine}: tokens that the configuration does not take are the configuration’s fault, and lose nobody`, async () => {
    const { app, good, idp } = await migrating(w, { ...REFRESH, audience: 'another-client' })
    await assertUnclear(app, good, 'refresh_unusable')
    const put = await app.manage(CONFIG, { method: 'PUT', body: configOf(auth0, REFRESH) })
    assert.equal(put.status, 200)
    assert.equal((await migrate(app, good)).status, 200)
    assert.equal(idp.asked(), 1)
  })

  test(`${engine}: access tokens, good, expired or forged, are never sent to the vendor`, async () => {
    const { app, idp } = await migrating(w)
    assert.equal((await migrate(app, await key.sign(claimsOf(w)))).status, 200)
    for (const rest of [{ exp: 1 }, { aud: 'other' }, { sub: undefined }])
      assertRefused(await migrate(app, await key.sign(claimsOf(w, rest))), 'bad_request', 'bad_request')
    assert.equal(idp.asked(), 0)
  })

  test(`${engine}: without refresh configured, nothing opaque goes anywhere`, async () => {
    const { app, good, idp } = await migrating(w, {})
    assertRefused(await migrate(app, good), 'bad_request', 'bad_request')
    assert.equal(idp.asked(), 0)
  })

  test(`${engine}: Keycloak’s refresh token is a JWT that only Keycloak reads, and goes there`, async () => {
    const app = await application(w)
    await configure(app, { mode: 'jwt', ...keycloak.config, refresh: { client_id: 'web' } })
    const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
    const claims = { ...keycloak.claims, exp: 2_000_000_000 }
    const token = `${part({ alg: 'HS512', typ: 'JWT' })}.${part({ ...claims, typ: 'Offline' })}.AA`
    const endpoint = 'https://id.acme.example/realms/shop/protocol/openid-connect/token'
    const issue = async () => ({ access_token: await key.sign(claims), refresh_token: 'next' })
    const idp = vendor(w, { endpoint, jwks: String(keycloak.keys), keys: [key.jwk], issue: { [token]: issue } })
    assert.equal((await migrate(app, token)).status, 200)
    assert.equal(idp.asked(), 1)
  })

  test(`${engine}: where refresh tokens cannot be taken, the configuration says why`, async () => {
    const app = await application(w)
    const create = (body: object) => app.manage(CONFIG, { body })
    const http = { client_id: 'web', token_endpoint: 'http://id.example.com/token' }
    assertInvalid(
      await create(configOf(clerk, { refresh: { client_id: 'x' } })),
      'body.refresh.token_endpoint: is required',
    )
    assertInvalid(
      await create(configOf(custom, { refresh: { client_id: 'x' } })),
      'body.refresh.token_endpoint: is required',
    )
    assertInvalid(await create(configOf(custom, { refresh: http })), 'body.refresh.token_endpoint: is no https URL')
    assertInvalid(await create(configOf(auth0, { refresh: {} })), 'body.refresh.client_id: is required')
    const firebase = { mode: 'jwt', preset: 'firebase', issuer: 'https://securetoken.google.com/p', audience: 'p' }
    assertInvalid(await create({ ...firebase, refresh: {} }), 'body.refresh.api_key: is required')
  })
}
