import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addRollups, totalRollups } from '../../src/core/rollups/store.ts'
import { application } from '../builders.ts'
import { race, twoServers } from './contenders.ts'

const servers = await twoServers()

test('of sixteen who add to the same counters in different orders none waits in a circle, and every count is kept', async () => {
  const app = await application(servers[0])
  const ways = Array.from({ length: 40 }, (_, i) => `way-${i}`)
  const rows = ways.map((way) => ({
    app_id: app.id,
    metric: 'session_started',
    labels: JSON.stringify({ way }),
    hour: 0,
    count: 1,
    sum: 0,
  }))
  const turned = (i: number) => [...rows.slice(i * 2), ...rows.slice(0, i * 2)]
  for (let round = 0; round < 5; round++) {
    await race((i) => (servers[i % 2] ?? servers[0]).deps.transact((tx) => addRollups(tx, turned(i))))
  }
  const totals = await totalRollups(servers[0].deps.db, app.id, 'session_started')
  assert.deepEqual(new Set(totals.map(({ count }) => count)), new Set([16 * 5]))
  assert.equal(totals.length, ways.length)
})
