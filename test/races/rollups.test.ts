import assert from 'node:assert/strict'
import { test } from 'node:test'
import { countUp, writeCounted } from '../../src/core/rollups/count.ts'
import { DAY_MS, HOUR_MS } from '../../src/core/rollups/rollup.ts'
import { addRollups, foldRollups, listRollups, totalRollups } from '../../src/core/rollups/store.ts'
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

test('two processes that count the same hour over its edge, while hours become days, count everything once', async () => {
  const app = await application(servers[0])
  const edge = Math.ceil(servers[0].deps.now() / DAY_MS) * DAY_MS
  for (const w of servers) w.advance(edge - w.deps.now() - 2 * HOUR_MS)
  for (let hour = 0; hour < 4; hour++) {
    await race(async (i) => {
      const { deps } = servers[i % 2] ?? servers[0]
      for (let n = 0; n < 5; n++) countUp(deps, app.id, 'exchange', { outcome: 'exchanged', way: 'token' })
      await writeCounted(deps)
      if (i % 4 === 0) await deps.transact((tx) => foldRollups(tx, edge + DAY_MS, 100))
    })
    for (const w of servers) w.advance(HOUR_MS)
  }
  const { deps } = servers[0]
  while ((await deps.transact((tx) => foldRollups(tx, edge + DAY_MS, 100))) > 0);
  const rows = await listRollups(deps.db, app.id, 'exchange', 0, Number.MAX_SAFE_INTEGER)
  assert.deepEqual(
    rows.map(({ hour, count }) => [hour, count]),
    [
      [edge - DAY_MS, 2 * 16 * 5],
      [edge, 2 * 16 * 5],
    ],
  )
})
