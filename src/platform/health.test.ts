import assert from 'node:assert/strict'
import { type AddressInfo, createServer } from 'node:net'
import { after, test } from 'node:test'
import { ENGINES, freshDatabase, world } from '../../test/world.ts'
import type { Config } from './config.ts'
import { openDatabase } from './db.ts'
import type { Deps } from './deps.ts'
import { openHealth } from './health.ts'
import { type FastifyInstance, openHttp } from './http.ts'

/** A server with nothing but health pages, on a database that can be closed. */
async function open(deps: Deps, change: Partial<Config> = {}) {
  const all = { ...deps, config: { ...deps.config, ...change } }
  const server = await openHttp(all, { allowedOrigins: async () => [] })
  const health = await openHealth(all, server)
  after(async () => {
    await health.close()
    await server.close()
  })
  return { server, health }
}

const get = async (server: FastifyInstance, url: string) => {
  const { statusCode, body, headers } = await server.inject({ url })
  return { status: statusCode, body, type: String(headers['content-type']) }
}

for (const engine of ENGINES) {
  test(`${engine}: a server whose database answers is alive and ready`, async () => {
    const { server } = await open((await world(engine)).deps)
    assert.equal((await get(server, '/livez')).status, 200)
    const ready = await get(server, '/readyz')
    assert.deepEqual([ready.status, ready.body], [200, '{"status":"ready"}'])
  })

  test(`${engine}: a server that lost its database is alive, not ready`, async () => {
    const w = await world(engine)
    const database = openDatabase(await freshDatabase(engine), () => {}, { verdictMs: 0 })
    const { server } = await open({ ...w.deps, ...database })
    assert.equal((await get(server, '/readyz')).status, 200)
    await database.close()
    const ready = await get(server, '/readyz')
    assert.deepEqual([ready.status, ready.body], [503, '{"status":"not ready","reason":"database"}'])
    assert.equal((await get(server, '/livez')).status, 200)
  })
}

test('a draining server is alive, not ready', async () => {
  const { server, health } = await open((await world('sqlite')).deps)
  health.drain()
  const ready = await get(server, '/readyz')
  assert.deepEqual([ready.status, ready.body], [503, '{"status":"not ready"}'])
  assert.equal((await get(server, '/livez')).status, 200)
})

test('a server that may not be believed is alive, not ready, and says in a word why', async () => {
  const { deps } = await world('sqlite')
  const server = await openHttp(deps, { allowedOrigins: async () => [] })
  const held = { first: true, second: true }
  const health = await openHealth(deps, server, [
    { reason: 'first', holds: () => held.first },
    { reason: 'second', holds: async () => held.second },
  ])
  after(() => Promise.all([health.close(), server.close()]))
  const ready = async () => {
    const { status, body } = await get(server, '/readyz')
    return [status, JSON.parse(body).reason]
  }
  assert.deepEqual(await ready(), [200, undefined])
  held.second = false
  assert.deepEqual(await ready(), [503, 'second'])
  held.first = false
  assert.deepEqual(await ready(), [503, 'first'])
  assert.equal((await get(server, '/livez')).status, 200)
  Object.assign(held, { first: true, second: true })
  assert.deepEqual(await ready(), [200, undefined])
})

test('nobody is told metrics who was not meant to be', async () => {
  const { server } = await open((await world('sqlite')).deps)
  assert.equal((await get(server, '/metrics')).status, 404)
})

test('metrics are told on the main listener when that is asked for, in the words of Prometheus', async () => {
  const w = await world('sqlite')
  const { server } = await open(w.deps, { metricsPublic: true })
  w.deps.metrics.refreshes.inc({ outcome: 'rotated' })
  const metrics = await get(server, '/metrics')
  assert.equal(metrics.status, 200)
  assert.match(metrics.type, /^text\/plain; version=/)
  assert.match(metrics.body, /^antiphon_refreshes_total\{outcome="rotated"\} 1$/m)
})

test('metrics are made at most once a second, however many ask', async (t) => {
  const w = await world('sqlite')
  const { server } = await open(w.deps, { metricsPublic: true })
  const made = t.mock.method(w.deps.metrics.registry, 'metrics')
  const askFor = async (elapsedMs: number) => {
    w.advance(elapsedMs)
    const bodies = await Promise.all(Array.from({ length: 5 }, () => get(server, '/metrics')))
    assert.ok(bodies.every(({ body }) => body.includes('antiphon_')))
    return made.mock.callCount()
  }
  assert.equal(await askFor(0), 1)
  assert.equal(await askFor(999), 1)
  assert.equal(await askFor(1), 2)
})

test('with a listener of their own, metrics are told there alone, health on both', async () => {
  const { deps } = await world('sqlite')
  const port = await freePort()
  const { server, health } = await open(deps, { metricsListen: { host: '127.0.0.1', port } })
  const own = `http://127.0.0.1:${port}`
  assert.equal((await get(server, '/metrics')).status, 404)
  assert.equal((await fetch(`${own}/metrics`)).status, 200)
  assert.equal((await fetch(`${own}/livez`)).status, 200)
  assert.equal((await fetch(`${own}/readyz`)).status, 200)
  health.drain()
  assert.equal((await fetch(`${own}/readyz`)).status, 503)
  await health.close()
  await assert.rejects(fetch(`${own}/livez`))
})

async function freePort(): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const probe = createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address() as AddressInfo
    probe.close(() => resolve(port))
  })
  return await promise
}
