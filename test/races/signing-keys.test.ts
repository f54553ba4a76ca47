import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listStatedKeys, revokeSigningKey, rotateNow } from '../../src/core/signing-keys/on-demand.ts'
import { application, type TestApp } from '../builders.ts'
import { freshDatabase, world } from '../world.ts'
import { CALLERS, race } from './contenders.ts'

const databaseUrl = await freshDatabase('postgres')
const first = await world('postgres', { databaseUrl })
const servers = [first, await world('postgres', { databaseUrl })] as const
const deps = (i: number) => (servers[i % 2] ?? first).deps

const ofAccess = async (app: TestApp) =>
  (await listStatedKeys(first.deps, app.id)).filter(({ purpose }) => purpose === 'access_token')

test('of sixteen revocations of the key that signs one is done, and one key signs in its place', async () => {
  const app = await application(first)
  const [before] = await ofAccess(app)
  const kinds = await race(async (i) => (await revokeSigningKey(deps(i), app.id, before?.kid ?? '')).kind)
  assert.equal(kinds.filter((kind) => kind === 'revoked').length, 1)
  assert.equal(kinds.filter((kind) => kind === 'unknown').length, CALLERS - 1)
  const after = await ofAccess(app)
  assert.deepEqual(
    after.map(({ state }) => state),
    ['signing'],
  )
  assert.notEqual(after[0]?.kid, before?.kid)
})

test('of sixteen revocations of a key that does not sign yet one is done', async () => {
  const app = await application(first)
  const [next] = await rotateNow(first.deps, app.id, 'access_token')
  const kinds = await race(async (i) => (await revokeSigningKey(deps(i), app.id, next?.kid ?? '')).kind)
  assert.equal(kinds.filter((kind) => kind === 'revoked').length, 1)
  const { events } = (await app.manage('/events?type=key.revoked')).body
  assert.equal(events.length, 1)
})

test('of sixteen rotations at once one makes the next key', async () => {
  const app = await application(first)
  await race((i) => rotateNow(deps(i), app.id, 'access_token'))
  assert.deepEqual(
    (await ofAccess(app)).map(({ state }) => state),
    ['signing', 'next'],
  )
})
