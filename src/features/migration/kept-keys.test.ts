import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { importPKCS8, SignJWT } from 'jose'
import { application, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import {
  answered,
  CONFIG,
  configOf,
  configure,
  issuerKey,
  migrate,
  progressOf,
  publish,
} from '../../../test/house/legacy.ts'
import { assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { stages } from '../../../test/house/stages.ts'
import { selfSignedCertificate } from '../../../test/tls.ts'
import { auth0, custom } from '../../../test/vectors/legacy/tokens.ts'
import { firebaseCookie } from '../../../test/vectors/legacy/vendors.ts'
import type { World } from '../../../test/world.ts'

const DAY_MS = 86_400_000
const [key, withdrawn, twin, stranger] = await Promise.all([
  issuerKey('ES512', 'key'),
  issuerKey('RS384', 'withdrawn'),
  issuerKey('ES512', 'key'),
  issuerKey('ES512', 'key'),
])
const claims = { ...custom.claims, exp: 2_000_000_000 }
const KEYS = `${CONFIG}/keys`
let issuers = 0

/** An application whose issuer’s keys are at an address of their own, to be used for thirty days. */
async function migrating(w: World) {
  const url = `https://id${++issuers}.example.net/keys`
  const app = await application(w)
  const config = configOf(custom, { jwks_url: url, cut_over_at: new Date(w.deps.now() + 30 * DAY_MS).toISOString() })
  await configure(app, config)
  return { app, url, config }
}

const keep = (app: TestApp) => app.manage(KEYS, { method: 'POST' })
const gone = (w: World) => w.fakeNetwork(async () => answered('', 404))
const down = (w: World) => w.fakeNetwork(async () => ({ kind: 'failed', reason: 'network' }))
const assertTaken = async (app: TestApp, token: string) => assert.equal((await migrate(app, token)).status, 200)
const assertUnclear = async (app: TestApp, token: string) =>
  assertRefused(await migrate(app, token), 'internal', 'internal')
const assertNotTaken = async (app: TestApp, token: string) =>
  assertRefused(await migrate(app, token), 'bad_request', 'bad_request')

for (const { engine, w } of await stages()) {
  test(`${engine}: a copy of the keys holds when the issuer is gone, until the day that is named`, async () => {
    const { app, url } = await migrating(w)
    publish(w, url, key, withdrawn)
    const kept = await keep(app)
    assert.equal(kept.status, 200, JSON.stringify(kept.body))
    assert.deepEqual(
      kept.body.kept_keys.map(({ jwks_url, keys }: { jwks_url: string; keys: number }) => [jwks_url, keys]),
      [[url, 2]],
    )
    assert.deepEqual((await app.manage(CONFIG)).body.config.kept_keys, kept.body.kept_keys)
    gone(w)
    for (const one of [key, withdrawn]) await assertTaken(app, await one.sign(claims))
    await assertNotTaken(app, await stranger.sign(claims))
    w.advance(30 * DAY_MS - 1)
    await assertTaken(app, await key.sign(claims))
    w.advance(1)
    await assertNotTaken(app, await key.sign(claims))
    assert.ok((await progressOf(app)).failures.some(({ reason }: { reason: string }) => reason === 'not_configured'))
  })

  test(`${engine}: while the issuer’s own word counts, a key that it has taken back is none, copy or not`, async () => {
    const { app, url } = await migrating(w)
    publish(w, url, key, withdrawn)
    await keep(app)
    publish(w, url, key)
    await assertNotTaken(app, await withdrawn.sign(claims))
    w.advance(10 * 60_000)
    await assertTaken(app, await key.sign(claims))
    down(w)
    // What it said ten minutes ago is believed for an hour.
    w.advance(10 * 60_000)
    await assertTaken(app, await key.sign(claims))
    await assertUnclear(app, await withdrawn.sign(claims))
    w.advance(60 * 60_000)
    await assertTaken(app, await withdrawn.sign(claims))
    await assertUnclear(app, await stranger.sign(claims))
  })

  test(`${engine}: a copy stays with its address and its end, whatever else is configured`, async () => {
    const { app, url, config } = await migrating(w)
    publish(w, url, key)
    await keep(app)
    gone(w)
    const put = (rest: object) => app.manage(CONFIG, { method: 'PUT', body: { ...config, ...rest } })
    const { config: same } = (await put({ audience: ['web', 'api'] })).body
    assert.equal(same.kept_keys.length, 1)
    await assertTaken(app, await key.sign(claims))
    const { config: other } = (await put({ jwks_url: `${url}?2` })).body
    assert.equal(other.kept_keys, undefined)
    await put({})
    await assertNotTaken(app, await key.sign(claims))
  })

  test(`${engine}: nothing is kept without an end, without keys, or of a hook`, async () => {
    const app = await application(w)
    assertNotFound(await keep(app))
    await configure(app)
    assertInvalid(await keep(app), 'the configuration asks no issuer for keys')
    const put = (config: object) => app.manage(CONFIG, { method: 'PUT', body: config })
    await put(configOf(auth0))
    assertInvalid(await keep(app), 'the configuration has no cut_over_at')
    await put(configOf(auth0, { cut_over_at: '2026-12-31T00:00:00Z' }))
    for (const fake of [gone, down, (one: World) => publish(one, auth0.jwks)]) {
      fake(w)
      assertInvalid(await keep(app), `${auth0.jwks} has no keys now`)
    }
  })

  test(`${engine}: a configuration that somebody replaces while its keys are copied stays as it was replaced`, async () => {
    const { app, url, config } = await migrating(w)
    w.fakeNetwork(async () => {
      w.advance(1)
      await app.manage(CONFIG, { method: 'PUT', body: { ...config, audience: 'another' } })
      return answered({ keys: [key.jwk] })
    })
    const { status, body } = await keep(app)
    assert.deepEqual([status, body.code], [409, 'migration_config_changed'])
    const { audience, kept_keys } = (await app.manage(CONFIG)).body.config
    assert.deepEqual([audience, kept_keys], ['another', undefined], url)
  })

  test(`${engine}: two keys of one name are both tried, and an issuer of several has the keys of each`, async () => {
    const app = await application(w)
    const issuer = ['https://a.auth0.com/', 'https://login.a.example/']
    await configure(app, { mode: 'jwt', preset: 'auth0', issuer, audience: 'web' })
    w.fakeNetwork(async ({ url }) =>
      answered({ keys: url.includes('auth0.com') ? [key.jwk, twin.jwk] : [withdrawn.jwk] }),
    )
    const [canonical, own] = issuer.map((iss) => ({ ...claims, iss, aud: 'web', azp: undefined }))
    await assertTaken(app, await key.sign(canonical as object))
    await assertTaken(app, await twin.sign(canonical as object))
    await assertTaken(app, await withdrawn.sign(own as object))
    await assertNotTaken(app, await key.sign(own as object))
    await assertNotTaken(app, await withdrawn.sign(canonical as object))
  })

  test(`${engine}: keys may be published as certificates by their names`, async () => {
    const { key: pem, cert } = await selfSignedCertificate()
    const alg = new X509Certificate(cert).publicKey.asymmetricKeyType === 'rsa' ? 'RS256' : 'ES256'
    const sign = async (kid: string) =>
      new SignJWT({ ...firebaseCookie.claims, exp: claims.exp })
        .setProtectedHeader({ alg, kid, typ: 'JWT' })
        .sign(await importPKCS8(pem, alg))
    const app = await application(w)
    await configure(app, { mode: 'jwt', ...firebaseCookie.config })
    w.fakeNetwork(async ({ url }) =>
      url === firebaseCookie.keys ? answered({ one: cert, broken: '-----BEGIN CERTIFICATE-----' }) : answered('', 503),
    )
    await assertTaken(app, await sign('one'))
    await assertNotTaken(app, await sign('broken'))
  })
}
