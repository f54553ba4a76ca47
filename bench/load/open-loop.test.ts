import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { bind } from '../peers/listen.ts'
import type { Caller } from './caller.ts'
import { Connection } from './connection.ts'
import { type Client, offer } from './open-loop.ts'

const get = (path: string): Caller => ({
  prepare() {},
  late: () => 0,
  request: () => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`,
  settle: ({ status }) => (status === 200 ? undefined : `status ${status}`),
})

async function withServer(work: (address: string) => Promise<void>): Promise<void> {
  const server = createServer(async (request, response) => {
    if (request.url === '/slow') await setTimeout(50)
    response.writeHead(request.url === '/broken' ? 500 : 200).end('x')
  })
  await work(await bind(server))
  server.closeAllConnections()
  server.close()
}

const clients = (address: string, count: number, path: string): Promise<Client[]> =>
  Promise.all(
    Array.from({ length: count }, async () => ({ caller: get(path), connection: await Connection.open(address) })),
  )

test('as many flows begin as were offered, and all are waited for', async () => {
  await withServer(async (address) => {
    const { requests, problems } = await offer(await clients(address, 4, '/'), 200, 0.5)
    assert.equal(requests, 100)
    assert.deepEqual(problems, [])
  })
})

test('waiting for a free client counts', async () => {
  await withServer(async (address) => {
    const { requests, maxMs = 0 } = await offer(await clients(address, 1, '/slow'), 100, 0.1)
    assert.equal(requests, 10)
    assert.ok(maxMs > 300, String(maxMs))
  })
})

test('unexpected answers are told and end the offer', async () => {
  await withServer(async (address) => {
    const { requests, problems } = await offer(await clients(address, 2, '/broken'), 1_000, 5)
    assert.equal(requests, 0)
    assert.deepEqual(problems, ['status 500', 'status 500', 'status 500'])
  })
})
