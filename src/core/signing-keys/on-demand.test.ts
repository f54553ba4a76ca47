import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeProtectedHeader } from 'jose'
import { application, login, REFRESH, type TestApp, through, user } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { world } from '../../../test/world.ts'
import { listStatedKeys, revokeSigningKey, rotateNow } from './on-demand.ts'

const DAY_MS = 86_400_000

for (const { engine, w } of await stages()) {
  const published = async (app: TestApp): Promise<string[]> =>
    (await app.call('/.well-known/jwks.json')).body.keys.map(({ kid }: { kid: string }) => kid)
  const kidOf = (token: string) => decodeProtectedHeader(token).kid ?? ''

  test(`${engine}: a key that is rotated on demand is published at once, signs after a day, and is made once`, async () => {
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    const [next] = await rotateNow(w.deps, app.id, 'access_token')
    assert.deepEqual(
      (await rotateNow(w.deps, app.id, 'access_token')).map(({ kid }) => kid),
      [next?.kid],
    )
    assert.ok((await published(app)).includes(next?.kid ?? ''))
    await client.post(REFRESH)
    assert.notEqual(kidOf(client.accessToken), next?.kid)
    w.advance(DAY_MS)
    await client.post(REFRESH)
    assert.equal(kidOf(client.accessToken), next?.kid)
    const states = (await listStatedKeys(w.deps, app.id)).filter(({ purpose }) => purpose === 'access_token')
    assert.deepEqual(
      states.map(({ state }) => state),
      ['verifying', 'signing'],
    )
  })

  test(`${engine}: a key that is revoked is gone at once, what it signed is refused, and sessions live on`, async () => {
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    const other = await world(engine, { databaseUrl: w.databaseUrl, wallClock: w.deps.now() })
    const revoked = kidOf(client.accessToken)
    const bearer = (of: TestApp) =>
      of.call('/v1/session/me/list', { headers: { authorization: `Bearer ${client.accessToken}` } })
    assert.equal((await bearer(through(other, app))).status, 200)
    const outcome = await revokeSigningKey(w.deps, app.id, revoked)
    assert.equal(outcome.kind, 'revoked')
    assert.equal((await bearer(app)).status, 401)
    other.advance(1_000)
    assert.equal((await bearer(through(other, app))).status, 401, 'another process hears within a second')
    assert.ok(!(await published(app)).includes(revoked))
    assert.ok(!(await published(through(other, app))).includes(revoked))
    assert.equal((await client.post(REFRESH)).status, 200)
    assert.equal(kidOf(client.accessToken), outcome.kind === 'revoked' ? outcome.successor?.kid : '')
    assert.equal((await bearer(app)).status, 200)
    assert.deepEqual(await revokeSigningKey(w.deps, app.id, revoked), { kind: 'unknown' })
  })

  test(`${engine}: the key that waits can be revoked, and the one that signs goes on`, async () => {
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    const [next] = await rotateNow(w.deps, app.id, 'access_token')
    const outcome = await revokeSigningKey(w.deps, app.id, next?.kid ?? '')
    assert.deepEqual(outcome, { kind: 'revoked', successor: undefined })
    assert.ok(!(await published(app)).includes(next?.kid ?? ''))
    assert.equal((await client.bearer('/v1/session/me/list')).status, 200)
  })
}
