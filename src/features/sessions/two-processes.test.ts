import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, login, through, user } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import { world } from '../../../test/world.ts'

const LIST = '/v1/session/me/list'

for (const { engine, w, other } of await stages(async (w) => ({
  other: await world(w.databaseUrl.startsWith('sqlite:') ? 'sqlite' : 'postgres', { databaseUrl: w.databaseUrl }),
}))) {
  test(`${engine}: an access token that one process signs with a key a moment old is good at another`, async () => {
    const app = await application(w, { settings: { sessions: { access_token_algorithm: 'ES256' } } })
    const there = through(other, app)
    assert.equal((await there.call('/.well-known/jwks.json')).status, 200)
    const client = await login(w, app, await user(w, app))
    other.advance(1_000)
    const headers = { authorization: `Bearer ${client.accessToken}` }
    assert.equal((await there.call(LIST, { headers })).status, 200)
  })
}
