import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, send } from '../builders.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'

const servers = await twoServers()
const [w] = servers

test('of sixteen callers who rotate one key, one gets a new key', async () => {
  const app = await application(w)
  const [key] = (await app.manage('/keys')).body.keys
  const answers = await race((i) =>
    send(servers[i % 2] ?? w, `/v2/session/apps/${app.id}/keys/${key.id}/rotate`, {
      method: 'POST',
      headers: { authorization: `Bearer ${app.managementKey}` },
    }),
  )
  assert.deepEqual(tally(answers), { 201: 1, '409 key_already_rotated': CALLERS - 1 })
  assert.equal((await app.manage('/keys')).body.keys.length, 2)
})
