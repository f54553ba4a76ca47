import assert from 'node:assert/strict'
import { test } from 'node:test'
import { answered, PROVIDER_NAMES, withProvider } from '../../../test/house/oauth.ts'
import { stages } from '../../../test/house/stages.ts'
import { findOAuthConfig } from '../../core/federation/config-store.ts'
import { probe } from './probe.ts'

const ORIGIN = 'https://api.shop.example'

const [stage] = await stages()
assert.ok(stage)
const { w } = stage

async function probed(provider: string, change: object = {}, answer?: Parameters<typeof answered>) {
  const { app, played } = await withProvider(w, provider, change)
  if (answer) played.token = answered(...answer)
  const row = await findOAuthConfig(w.deps.db, app.id, provider)
  assert.ok(row)
  return await probe(w.deps, ORIGIN, row)
}

for (const provider of PROVIDER_NAMES) {
  test(`${provider}: a client that the provider knows is told from one that it does not`, async () => {
    const fine = await probed(provider)
    assert.equal(fine.redirectUri, `${ORIGIN}/v1/session/login/oauth/${provider}/callback`)
    assert.deepEqual([fine.unavailable, fine.client], [undefined, 'accepted'])
    assert.equal(fine.keys, ['github', 'facebook'].includes(provider) ? undefined : true)
    const strange = await probed(provider, { client_id: 'nobody' }, [401, { error: 'invalid_client' }])
    assert.equal(strange.client, 'refused')
  })
}

test('GitHub says with status 200 that it does not know the client', async () => {
  assert.equal((await probed('github', {}, [200, { error: 'incorrect_client_credentials' }])).client, 'refused')
  assert.equal((await probed('github', {}, [200, { error: 'bad_verification_code' }])).client, 'accepted')
})

test('a provider in trouble is not taken for one that refuses', async () => {
  assert.equal((await probed('google', {}, [500, 'x', 'text/html'])).client, 'unknown')
  w.fakeNetwork(async () => ({ kind: 'failed', reason: 'timeout' }))
  const { app } = await withProvider(w, 'google')
  const row = await findOAuthConfig(w.deps.db, app.id, 'google')
  w.fakeNetwork(async () => ({ kind: 'failed', reason: 'timeout' }))
  const silent = row && (await probe(w.deps, ORIGIN, row))
  assert.deepEqual([silent?.keys, silent?.client], [false, 'unknown'])
})
