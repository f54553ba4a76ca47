import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import {
  CONFIG,
  configOf,
  configure,
  type IssuerKey,
  issuerKey,
  migrate,
  progressOf,
} from '../../../test/house/legacy.ts'
import { stages } from '../../../test/house/stages.ts'
import { custom } from '../../../test/vectors/legacy/tokens.ts'
import type { World } from '../../../test/world.ts'

const DAY_MS = 86_400_000
const [kept, unnamed, other, impostor] = await Promise.all([
  issuerKey('ES384', 'kept'),
  issuerKey('PS512', 'unnamed'),
  issuerKey('ES384', 'other'),
  issuerKey('ES384', 'kept'),
])
const { kid: _, alg: __, ...bare } = unnamed.jwk
const sign = (key: IssuerKey, header?: object) => key.sign({ ...custom.claims, exp: 2_000_000_000 }, header)

const pinnedUntil = (cutOver: number, ...keys: object[]) =>
  configOf(custom, { jwks_url: undefined, jwks: { keys }, cut_over_at: new Date(cutOver).toISOString() })

async function assertReason(w: World, app: Awaited<ReturnType<typeof application>>, token: string, reason: string) {
  const calls = w.outbound.length
  assertRefused(await migrate(app, token), 'bad_request', 'bad_request')
  const counted = (await progressOf(app)).failures as { reason: string; last_at: string }[]
  assert.ok(counted.some((failure) => failure.reason === reason && Date.parse(failure.last_at) === w.deps.now()))
  assert.equal(w.outbound.length, calls)
}

for (const { engine, w } of await stages()) {
  test(`${engine}: pinned keys verify tokens though the issuer is no more, and nobody is asked`, async () => {
    const app = await application(w)
    w.fakeNetwork(() => assert.fail('somebody is asked'))
    await configure(app, pinnedUntil(w.deps.now() + DAY_MS, { ...kept.jwk, x5t: 'AA' }, bare))
    assert.equal((await migrate(app, await sign(kept))).status, 200)
    assert.equal((await migrate(app, await sign(unnamed, { kid: undefined }))).status, 200)
    for (const token of [await sign(other), await sign(impostor), await sign(other, { kid: undefined })])
      await assertReason(w, app, token, 'invalid_token')
  })

  test(`${engine}: pinned keys close by themselves on the day that is named`, async () => {
    const app = await application(w)
    await configure(app, pinnedUntil(w.deps.now() + 30 * DAY_MS, kept.jwk))
    w.advance(30 * DAY_MS - 1)
    assert.equal((await migrate(app, await sign(kept))).status, 200)
    w.advance(1)
    await assertReason(w, app, await sign(kept), 'not_configured')
  })

  test(`${engine}: who takes a key out of the pinned ones is obeyed at once`, async () => {
    const app = await application(w)
    const cutOver = w.deps.now() + DAY_MS
    await configure(app, pinnedUntil(cutOver, kept.jwk, other.jwk))
    assert.equal((await migrate(app, await sign(kept))).status, 200)
    const replaced = await app.manage(CONFIG, { method: 'PUT', body: pinnedUntil(cutOver, other.jwk) })
    assert.equal(replaced.status, 200)
    await assertReason(w, app, await sign(kept), 'invalid_token')
    assert.equal((await migrate(app, await sign(other))).status, 200)
  })
}
