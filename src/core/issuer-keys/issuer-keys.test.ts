import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { application, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import {
  answered,
  configOf,
  configure,
  type IssuerKey,
  issuerKey,
  migrate,
  progressOf,
  publish,
} from '../../../test/house/legacy.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { stages } from '../../../test/house/stages.ts'
import { custom } from '../../../test/vectors/legacy/tokens.ts'
import type { World } from '../../../test/world.ts'

const old = await issuerKey('EdDSA', 'old')
const next = await issuerKey('EdDSA', 'next')
const rsa = await issuerKey('RS256', 'rsa')

/** A token that outlives every test. */
const claims = { ...custom.claims, exp: 2_000_000_000 }
const MINUTE = 60_000

/** A key that is published, and signs, without a name. */
async function unnamedKey(alg: string): Promise<IssuerKey> {
  const { jwk, sign } = await issuerKey(alg)
  const { kid: _, ...unnamed } = jwk
  return { jwk: unnamed, sign: (of, header) => sign(of, { kid: undefined, ...header }) }
}

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

  test(`${engine}: a key that was published a moment after the last fetch is fetched at once`, async () => {
    const { app, url } = await migrating(w)
    publish(w, url, old)
    await assertAccepted(app, await old.sign(claims))
    publish(w, url, old, next)
    await assertAccepted(app, await next.sign(claims))
  })

  test(`${engine}: the first key that has no name, and the next, are fetched at once too`, async () => {
    const { app, url } = await migrating(w)
    const [one, two] = [await unnamedKey('RS256'), await unnamedKey('RS256')]
    publish(w, url, one)
    await assertAccepted(app, await one.sign(claims))
    publish(w, url, two)
    await assertAccepted(app, await two.sign(claims))
    await assertInvalid(app, await one.sign(claims))
  })

  test(`${engine}: made-up keys fetch ten times in a row and then once in ten seconds; until then nobody can tell`, async () => {
    const { app, url, fetches } = await migrating(w)
    publish(w, url, old)
    const sign = (kid: string) => next.sign(claims, { kid })
    for (let i = 0; i < 10; i++) await assertInvalid(app, await sign(`made-up-${i}`))
    for (let i = 10; i < 25; i++) await assertUnreachable(app, await sign(`made-up-${i}`))
    assert.equal(fetches(), 10)
    await assertAccepted(app, await old.sign(claims))
    for (let second = 0; second < 60; second++) {
      w.advance(1_000)
      await migrate(app, await sign(`later-${second}`))
    }
    assert.equal(fetches(), 16)
  })

  test(`${engine}: while made-up keys come, a new one is doubted for ten seconds and never refused`, async () => {
    const { app, url } = await migrating(w)
    publish(w, url, old)
    for (let i = 0; i < 15; i++) await migrate(app, await next.sign(claims, { kid: `flood-${i}` }))
    publish(w, url, old, next)
    await assertUnreachable(app, await next.sign(claims))
    w.advance(10_000)
    await assertAccepted(app, await next.sign(claims))
  })

  test(`${engine}: a key that the issuer did not have is not asked for again for thirty seconds, and refused`, async () => {
    const { app, url, fetches } = await migrating(w)
    publish(w, url, old)
    const token = await next.sign(claims)
    for (let i = 0; i < 15; i++) await assertInvalid(app, token)
    w.advance(29_999)
    await assertInvalid(app, token)
    assert.equal(fetches(), 1)
    w.advance(1)
    publish(w, url, old, next)
    await assertAccepted(app, token)
    assert.equal(fetches(), 2)
  })

  test(`${engine}: a token that speaks against itself is refused though the issuer is down, and nobody is asked`, async () => {
    const { app, fetches } = await migrating(w)
    w.fakeNetwork(() => undefined)
    await assertInvalid(app, await old.sign({ ...claims, exp: 1_600_000_000 }))
    await assertInvalid(app, await old.sign({ ...claims, aud: 'other' }))
    await assertInvalid(app, await old.sign({ ...claims, iss: 'https://other.example' }))
    assert.equal(fetches(), 0)
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

  test(`${engine}: keys are believed for an hour beyond their time, whatever the wall clock says, and then nobody can tell`, async () => {
    const { app, url } = await migrating(w)
    publish(w, url, old)
    const token = await old.sign(claims)
    await assertAccepted(app, token)
    w.fakeNetwork(async () => answered('', 503))
    w.setWallClock(w.deps.now() - 30 * MINUTE)
    w.advance(70 * MINUTE - 1)
    await assertAccepted(app, token)
    w.advance(1)
    await assertUnreachable(app, token)
    publish(w, url, old)
    w.advance(10_000)
    await assertAccepted(app, token)
  })

  test(`${engine}: keys that were withdrawn while the machine slept are not believed when it wakes`, async () => {
    const { app, url } = await migrating(w)
    publish(w, url, old)
    const token = await old.sign(claims)
    await assertAccepted(app, token)
    w.fakeNetwork(async () => answered('', 404))
    w.setWallClock(w.deps.now() + 60 * MINUTE)
    await assertInvalid(app, token)
  })

  for (const status of [404, 410]) {
    test(`${engine}: keys that were withdrawn, by ${status}, are believed no longer, and the customer is told`, async () => {
      const { app, url, fetches } = await migrating(w)
      publish(w, url, old)
      const token = await old.sign(claims)
      await assertAccepted(app, token)
      w.fakeNetwork(async () => answered('', status))
      w.advance(10 * MINUTE)
      for (let i = 0; i < 8; i++) await assertInvalid(app, token)
      assert.equal(fetches(), 2)
      const reasons = (await eventsOf(w, app, 'migration.hook_failed')).map(({ reason }) => reason)
      assert.deepEqual([...new Set(reasons)], ['request_failed'])
      publish(w, url, old)
      w.advance(30_000)
      await assertAccepted(app, token)
    })
  }

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
    const unnamed = await unnamedKey('ES256')
    const keys = [
      { kty: 'oct', kid: 'shared', k: 'c2VjcmV0' },
      { kty: 'EC', crv: 'P-521', kid: 'big', x: 'AA', y: 'AA' },
      { kty: 'RSA', kid: 'short', n: 'AQAB', e: 'AQAB' },
      { kty: 'EC', crv: 'P-256', kid: 'off-curve', x: 'A'.repeat(43), y: 'A'.repeat(43) },
      null,
      'key',
      unnamed.jwk,
      old.jwk,
    ]
    w.fakeNetwork(async () => answered({ keys }))
    await assertAccepted(app, await old.sign(claims))
    await assertAccepted(app, await unnamed.sign(claims))
    await assertInvalid(app, await old.sign(claims, { kid: 'shared' }))
  })

  test(`${engine}: of keys under one name, each verifies its own tokens`, async () => {
    const { app, url } = await migrating(w)
    const twins = [await issuerKey('RS256', 'twin'), await issuerKey('ES384', 'twin'), await issuerKey('RS256', 'twin')]
    publish(w, url, ...twins)
    for (const twin of twins) await assertAccepted(app, await twin.sign(claims))
    await assertInvalid(app, await next.sign(claims, { kid: 'twin' }))
  })

  test(`${engine}: a token that names no key is tried by every key that it may be of, named or not`, async () => {
    const { app, url } = await migrating(w)
    const [first, second, third] = [
      await unnamedKey('PS256'),
      await issuerKey('PS256', 'named'),
      await issuerKey('ES512'),
    ]
    publish(w, url, first, second, third)
    for (const key of [first, second, third]) await assertAccepted(app, await key.sign(claims, { kid: undefined }))
    await assertInvalid(app, await (await unnamedKey('PS256')).sign(claims))
  })

  for (const terms of [
    { use: 'enc' },
    { key_ops: ['wrapKey', 'encrypt'] },
    { alg: 'RSA-OAEP-256' },
    { alg: 'RS384' },
    { alg: 'PS256' },
    { d: 'AQAB' },
  ]) {
    test(`${engine}: a key that is published with ${JSON.stringify(terms)} verifies no RS256`, async () => {
      const { app, fetches } = await migrating(w)
      w.fakeNetwork(async () => answered({ keys: [{ ...rsa.jwk, ...terms }, old.jwk] }))
      await assertAccepted(app, await old.sign(claims))
      for (let i = 0; i < 15; i++) await assertInvalid(app, await rsa.sign(claims))
      assert.equal(fetches(), 1, 'an issuer is not asked again for a key that it names')
      await assertInvalid(app, await rsa.sign(claims, { kid: undefined }))
    })
  }

  test(`${engine}: of a set of thousands of keys the first hundred count`, async () => {
    const { app } = await migrating(w)
    const others = Array.from({ length: 99 }, (_, i) => ({ ...next.jwk, kid: `other-${i}` }))
    w.fakeNetwork(async () => answered({ keys: [...others, old.jwk, next.jwk] }))
    await assertAccepted(app, await old.sign(claims))
    await assertInvalid(app, await next.sign(claims))
  })
}
