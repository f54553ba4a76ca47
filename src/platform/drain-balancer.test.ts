import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, test } from 'node:test'
import { z } from 'zod'
import { startBalancer } from '../../test/balancer.ts'
import { pause } from './clock.ts'
import type { Deps } from './deps.ts'
import { type Drain, watchRequests } from './drain.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { type Health, openHealth } from './health.ts'
import { anybody, openBare } from './http.fixture.ts'

const NEVER_MS = 60_000
const LINGER_MS = 30
const POLL_MS = 5
const TIMED = { timeout: 60_000 }
const CLIENTS = 6
const RESTARTS = 4
const REQUEST = 'POST /slow HTTP/1.1\r\nHost: app.session.test\r\nContent-Length: 0\r\n\r\n'

/** A request that takes its time, as those do that write. */
const slow: Endpoint = endpoint({
  method: 'POST',
  path: '/slow',
  audience: 'frontend',
  operationId: 'slow',
  tag: 'Slow',
  summary: 'Take a moment',
  access: anybody,
  response: z.object({}),
  failures: [],
  async handle() {
    await pause(3)
    return { body: {} }
  },
})

interface Member {
  readonly port: number
  readonly drain: Drain
  readonly health: Health
}

async function start(port = 0): Promise<Member> {
  const parts: Partial<Member> = {}
  const { server } = await openBare(
    [slow],
    {},
    async (deps, made) => {
      const drain = watchRequests(made)
      const health = await openHealth({ ...deps, isWritable: async () => true } as Deps, made)
      Object.assign(parts, { drain, health })
    },
    port,
  )
  return { ...parts, port: (server.server.address() as AddressInfo).port } as Member
}

/** Ask without a rest, on a connection that is kept, until told to stop. Answers how many were answered otherwise than with 200, and all. */
async function ask(address: string, stop: AbortSignal): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const seen: number[] = []
  while (!stop.aborted) {
    const outgoing = request(`${address}/slow`, { method: 'POST', agent, headers: { host: 'app.session.test' } }).end()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    seen.push(response.statusCode ?? 0)
    response.resume()
    await once(response, 'end')
  }
  agent.destroy()
  return seen
}

test(
  'behind a balancer that asks who is ready, servers are replaced one by one and no request is lost',
  TIMED,
  async () => {
    const members = [await start(), await start()]
    const balancer = await startBalancer(
      members.map(({ port }) => `http://127.0.0.1:${port}`),
      POLL_MS,
    )
    after(() => balancer.close())
    const until = async (ready: number) => {
      while (balancer.ready() !== ready) await pause(1)
    }
    await until(2)
    const stop = new AbortController()
    const clients = Array.from({ length: CLIENTS }, () => ask(balancer.address, stop.signal))
    for (let i = 0; i < RESTARTS; i++) {
      const { port, drain, health } = members[i % 2] as Member
      health.drain()
      await Promise.all([drain.begin(10), until(1)])
      await drain.finish(NEVER_MS, LINGER_MS)
      members[i % 2] = await start(port)
      await until(2)
    }
    stop.abort()
    const seen = (await Promise.all(clients)).flat()
    assert.ok(seen.length > 50, `${seen.length} requests`)
    assert.deepEqual(balancer.failed, [])
    assert.deepEqual([...new Set(seen)], [200])
  },
)

test('requests that were sent in one go are all answered by a server that leaves', async () => {
  const { port, drain } = await start()
  const socket = connect(port, '127.0.0.1')
  let said = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    said += chunk
  })
  socket.write(REQUEST + REQUEST)
  await pause(1)
  await drain.begin(0)
  socket.write(REQUEST)
  await once(socket, 'end')
  assert.equal(said.match(/HTTP\/1\.1 200 /g)?.length, 3, said)
  assert.deepEqual(said.match(/^connection: [\w-]+/gim), [
    'Connection: keep-alive',
    'Connection: keep-alive',
    'Connection: close',
  ])
  await drain.finish(NEVER_MS)
})

test(
  'connections that the system took before the server closed, and on which nothing came yet, are answered',
  TIMED,
  async () => {
    const { port, drain } = await start()
    await drain.begin(0)
    const sockets = Array.from({ length: 5 }, () => connect(port, '127.0.0.1'))
    await new Promise((resolve) => process.nextTick(resolve))
    const finished = drain.finish(NEVER_MS, 100)
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    await pause(20)
    await assert.rejects(once(connect(port, '127.0.0.1'), 'connect'), { code: 'ECONNREFUSED' })
    for (const socket of sockets) {
      socket.write(REQUEST)
      const [said] = await once(socket, 'data')
      assert.match(String(said), /^HTTP\/1\.1 200 [\s\S]*connection: close/i)
    }
    await finished
  },
)
