import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { findSigningKey, generateSigningKey } from '../../src/core/signing-keys/keyring.ts'
import { insertSigningKey, listSigningKeys } from '../../src/core/signing-keys/store.ts'
import type { Deps } from '../../src/platform/deps.ts'
import { enqueue } from '../../src/platform/jobs/enqueue.ts'
import { job } from '../../src/platform/jobs/jobs.ts'
import { leaseJobs, listJobs } from '../../src/platform/jobs/store.ts'
import { worker } from '../../src/platform/jobs/worker.ts'
import { consumeLimit } from '../../src/platform/limits/store.ts'
import { application } from '../builders.ts'
import { race, twoServers } from './contenders.ts'

const servers = await twoServers()
const depsOf = (i: number) => (servers[i % servers.length] ?? servers[0]).deps
const { deps } = servers[0]

test('of sixteen who take from a budget of five, exactly five get something', async () => {
  const limit = { name: 'tries', max: 5, windowSeconds: 60 }
  for (let round = 0; round < 5; round++) {
    const taken = await race((i) =>
      depsOf(i).transact((tx) => consumeLimit(tx, 'app', limit, `subject ${round}`, deps.now())),
    )
    assert.equal(taken.filter(Boolean).length, 5)
  }
})

test('of sixteen keys made for one generation, one is kept', async () => {
  const app = await application(servers[0])
  const times = { generation: 2, activates_at: deps.now() }
  const keys = await race((i) => generateSigningKey(depsOf(i), app.id, 'access_token', 'EdDSA', times))
  const inserted = await race((i) =>
    depsOf(i).transact(async (tx) => {
      const key = keys[i]
      return key !== undefined && (await insertSigningKey(tx, key))
    }),
  )
  assert.equal(inserted.filter(Boolean).length, 1)
  const second = (await listSigningKeys(deps.db, app.id)).filter((key) => key.generation === 2)
  assert.deepEqual(
    second.map((key) => key.kid),
    [keys[inserted.indexOf(true)]?.kid],
  )
})

test('sixteen who need the first key of an algorithm at once all sign with the same', async () => {
  const app = await application(servers[0])
  const keys = await race((i) => findSigningKey(depsOf(i), app.id, 'access_token', 'ES256'))
  assert.equal(new Set(keys.map((key) => key.kid)).size, 1)
  assert.equal((await listSigningKeys(deps.db, app.id)).filter((key) => key.alg === 'ES256').length, 1)
})

test('of sixteen who lease at once, each job goes to one', async () => {
  await deps.transact(async (tx) => {
    for (let n = 0; n < 20; n++) await enqueue(tx, deps, 'app', 'leased', n)
  })
  const leases = await race((i) => depsOf(i).transact((tx) => leaseJobs(tx, deps.now(), 60_000, 4)))
  const ids = leases.flat().map((row) => row.id)
  assert.equal(new Set(ids).size, ids.length)
  assert.ok(ids.length >= 4)
  for (const lease of leases) assert.ok(lease.length <= 4)
})

test('who leases waits for nobody who is about to: what one takes the other passes over', async () => {
  await deps.transact(async (tx) => {
    for (let n = 0; n < 10; n++) await enqueue(tx, deps, 'passed over', 'passed over', n)
  })
  const held = Promise.withResolvers<void>()
  const taken = Promise.withResolvers<number>()
  const first = deps.transact(async (tx) => {
    taken.resolve((await leaseJobs(tx, deps.now(), 60_000, 4, ['app'])).length)
    await held.promise
  })
  assert.equal(await taken.promise, 4)
  const beside = depsOf(1).transact((tx) => leaseJobs(tx, deps.now(), 60_000, 10, ['app']))
  assert.equal((await beside.finally(held.resolve)).length, 6)
  await first
})

for (const count of [2, 8]) {
  test(`${count} workers run each of two hundred jobs exactly once`, async () => {
    const kind = `counted by ${count}`
    const all = Promise.withResolvers<void>()
    const runs = new Map<number, number>()
    const processes: Deps[] = Array.from({ length: count }, (_, i) => ({ ...depsOf(i) }))
    const counted = job({
      kind,
      payload: z.number(),
      async run(n) {
        runs.set(n, (runs.get(n) ?? 0) + 1)
        await new Promise((resolve) => setTimeout(resolve, 1))
        if (runs.size === 200) all.resolve()
      },
    })
    await deps.transact(async (tx) => {
      for (let n = 0; n < 200; n++) await enqueue(tx, deps, 'app', kind, n)
    })
    for (const process of processes) worker(process).start([counted])
    await all.promise
    await Promise.all(processes.map((process) => worker(process).stop()))
    assert.equal(runs.size, 200)
    assert.deepEqual(
      [...runs].filter(([, times]) => times !== 1),
      [],
    )
    assert.deepEqual(
      (await listJobs(deps.db)).filter((row) => row.kind === kind),
      [],
    )
  })
}
