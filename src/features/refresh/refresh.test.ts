import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, claimsOf, login, REFRESH, user } from '../../../test/builders.ts'
import { ENGINES, world } from '../../../test/world.ts'

for (const engine of ENGINES) {
  test(`${engine}: a refresh rotates the token and mints an access token bound to the key`, async () => {
    const w = await world(engine)
    const app = await application(w)
    const client = await login(w, app, await user(w, app))
    const before = client.refreshToken
    const answer = await client.post(REFRESH)
    assert.equal(answer.status, 200)
    assert.notEqual(client.refreshToken, before)
    assert.deepEqual(claimsOf(client.accessToken).cnf, { jkt: client.key?.thumbprint })
    assert.equal((await client.post(REFRESH)).status, 200)
  })
}
