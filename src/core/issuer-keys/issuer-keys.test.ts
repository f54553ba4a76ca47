import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { application, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { answered, configOf, configure, issuerKey, migrate, progressOf, publish } from '../../../test/house/legacy.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { custom } from '../../../test/vectors/legacy/tokens.ts'
import type { World } from '../../../test/world.ts'

const old = await issuerKey('EdDSA', 'old')
const next = await issuerKey('EdDSA', 'next')
const anonymous = await issuerKey('ES256')

/** A token that outlives every test. */
const claims = { ...custom.claims, exp: 2_000_000_000 }
const MINUTE = 60_000

let issuers = 0

/** An application with an issuer of its own, for key sets are remembered by their address. */
async function migrating(w: World) {
  const url = `https://id${++issuers}.example.com/keys`
  const app = await application(w)
  await configure(app, configOf(custom, { jwks_url: url }))
  const fetches = () => w.outbound.filter((request) => request.url === url).length
  return { app, url, fetches }
}

async function assertUnreachable(app: TestApp, token: string) {
  assertRefused(await migrate(app, token), 'internal', 'internal')
}
const assertInvalid = async (app: TestApp, token: string) =>
  assertRefused(await migrate(app, token), 'bad_request', 'bad_request')
const assertAccepted = async (app: TestApp, token: string) => assert.equal((await migrate(app, token)).status, 200)

for (const { engine, w } of await stages()) {
  test(`${engine}: keys are fetched once in ten minutes`, async () => {
    const { app, url, fetches } = await migrating(w)
    publish(w, url, old)
    const token = await old.sign(claims)
    for (let i = 0; i < 3; i++) await assertAccepted(app, token)
    w.advance(10 * MINUTE - 1)
    await assertAccepted(app, token)
    assert.equal(fetches(), 1)
    w.advance(1)
    await assertAccepted(app, token)
    assert.equal(fetches(), 2)
    const { method, headers, timeoutMs, maxBytes } = w.outbound.at(-1) ?? {}
    assert.deepEqual(
      { method, headers, timeoutMs, maxBytes },
      { method: 'GET', headers: { accept: 'application/json' }, timeoutMs: 5_000, maxBytes: 262_144 },
    )
  })

  test(`${engine}: clients who come at once wait for one fetch`, async () => {
    const { app, fetches } = await migrating(w)
    w.fakeNetwork(async () => {
      await wait(200)
      return answered({ keys: [old.jwk] })
    })
    const token = await old.sign(claims)
    await Promise.all(Array.from({ length: 8 }, () => assertAccepted(app, token)))
    assert.equal(fetches(), 1)
  })

  test(`${engine}: a token by a new key fetches the keys anew`, async () => {
    const { app, url, fetches } = await migrating(w)
    publish(w, url, old)
    await assertAccepted(app, await old.sign(claims))
    publish(w, url, old, next)
    w.advance(MINUTE)
    await assertAccepted(app, await next.sign(claims))
    await assertAccepted(app, await old.sign(claims))
    assert.equal(fetches(), 2)
  })

  test(`${engine}: a key that was taken back is refused within ten minutes`, async () => {
    const { app, url } = await migrating(w)
    publish(w, url, old)
    await assertAccepted(app, await old.sign(claims))
    publish(w, url, next)
    w.advance(10 * MINUTE)
    await assertInvalid(app, await old.sign(claims))
  })

  test(`${engine}: unknown keys fetch at most twice a minute, however many come`, async () => {
    const { app, url, fetches } = await migrating(w)
    publish(w, url, old)
    for (let second = 0; second < 60; second++) {
      await assertInvalid(app, await next.sign(claims, { kid: `made-up-${second}` }))
      w.advance(1_000)
    }
    assert.equal(fetches(), 2)
    await assertAccepted(app, await old.sign(claims))
  })

  test(`${engine}: an issuer that cannot be reached is our trouble, not the token’s; it is asked again after ten seconds`, async () => {
    const { app, url, fetches } = await migrating(w)
    w.fakeNetwork(() => undefined)
    const token = await old.sign(claims)
    await assertUnreachable(app, token)
    assert.deepEqual(
      (await eventsOf(w, app, 'migration.hook_failed')).map(({ reason }) => reason),
      ['request_failed'],
    )
    publish(w, url, old)
    w.advance(9_999)
    await assertUnreachable(app, token)
    assert.equal(fetches(), 1)
    w.advance(1)
    await assertAccepted(app, token)
    assert.equal((await progressOf(app)).failures[0].count, 2)
  })

  test(`${engine}: the last keys hold while the issuer is down, and are not asked for on every call`, async () => {
    const { app, url, fetches } = await migrating(w)
    publish(w, url, old)
    await assertAccepted(app, await old.sign(claims))
    w.fakeNetwork(() => undefined)
    w.advance(10 * MINUTE)
    for (let i = 0; i < 3; i++) await assertAccepted(app, await old.sign(claims))
    assert.equal(fetches(), 2)
    await assertUnreachable(app, await next.sign(claims))
    assert.equal(fetches(), 2)
    publish(w, url, old, next)
    w.advance(10_000)
    await assertAccepted(app, await next.sign(claims))
  })

  for (const [name, answer] of [
    ['503', answered({ keys: [old.jwk] }, 503)],
    ['a redirect', answered({ keys: [old.jwk] }, 302)],
    ['HTML', answered('<html>')],
    ['no keys', answered({ jwks: [old.jwk] })],
    ['keys that are no list', answered({ keys: old.jwk })],
    ['more than 256 KiB', { kind: 'failed', reason: 'too_large' }],
  ] as const) {
    test(`${engine}: an issuer that answers ${name} counts as down`, async () => {
      const { app } = await migrating(w)
      w.fakeNetwork(async () => answer)
      await assertUnreachable(app, await old.sign(claims))
    })
  }

  test(`${engine}: a key set after a byte order mark is read, one in Latin-1 is not`, async () => {
    const latin = { ...old.jwk, owner: 'Åland' }
    for (const [body, assertIs] of [
      [`\uFEFF${JSON.stringify({ keys: [old.jwk] })}`, assertAccepted],
      [Buffer.from(JSON.stringify({ keys: [latin] }), 'latin1'), assertUnreachable],
    ] as const) {
      const { app } = await migrating(w)
      w.fakeNetwork(async () => ({ kind: 'answered', status: 200, headers: {}, body: Buffer.from(body as string) }))
      await assertIs(app, await old.sign(claims))
    }
  })

  test(`${engine}: keys of kinds we do not speak, and broken ones, do not spoil the others`, async () => {
    const { app } = await migrating(w)
    const { kid: _, ...withoutKid } = anonymous.jwk
    const keys = [
      { kty: 'oct', kid: 'shared', k: 'c2VjcmV0' },
      { kty: 'EC', crv: 'P-521', kid: 'big', x: 'AA', y: 'AA' },
      { kty: 'RSA', kid: 'short', n: 'AQAB', e: 'AQAB' },
      { kty: 'EC', crv: 'P-256', kid: 'off-curve', x: 'A'.repeat(43), y: 'A'.repeat(43) },
      null,
      'key',
      withoutKid,
      old.jwk,
    ]
    w.fakeNetwork(async () => answered({ keys }))
    await assertAccepted(app, await old.sign(claims))
    await assertAccepted(app, await anonymous.sign(claims, { kid: undefined }))
    await assertInvalid(app, await old.sign(claims, { kid: 'shared' }))
  })
}
