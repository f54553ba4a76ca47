import assert from 'node:assert/strict'
import { test } from 'node:test'
import { verifyAudit } from '../../src/core/audit/verify.ts'
import { application, send } from '../builders.ts'
import { CALLERS, race, tally, twoServers } from './contenders.ts'

const servers = await twoServers()
const [w] = servers

test('sixteen changes at once, the first of all and the first of a day too, make one chain', async () => {
  const app = await application(w)
  const change = (i: number, day: number) =>
    send(servers[i % 2] ?? w, `/v2/session/apps/${app.id}/users`, {
      body: { identifiers: [{ type: 'email_address', value: `u${i}-${day}@example.com` }] },
      headers: { authorization: `Bearer ${app.managementKey}` },
    })
  for (const day of [0, 1]) {
    assert.deepEqual(tally(await race((i) => change(i, day))), { 201: CALLERS })
    for (const server of servers) server.advance(86_400_000)
  }
  const { hash: _, ...verdict } = (await verifyAudit(w.deps.db, app.id)) as { hash: string }
  assert.deepEqual(verdict, { kind: 'intact', rows: 2 * CALLERS, days: 2 })
})
