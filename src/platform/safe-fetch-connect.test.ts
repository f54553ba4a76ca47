import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { openSafeFetch, type SafeFetchOptions } from './safe-fetch.ts'

/** A server that says hello, and counts. */
const accepted: Socket[] = []
const server = createServer((socket) => {
  accepted.push(socket.on('error', () => {}))
  socket.write('hello')
})
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
after(() => {
  for (const socket of accepted) socket.destroy()
  server.close()
})
const { port } = server.address() as { port: number }

const to =
  (...addresses: string[]) =>
  async (): Promise<LookupAddress[]> =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

function open(options: Partial<SafeFetchOptions> = {}) {
  const outbound = openSafeFetch({ allowPrivate: false, ...options })
  after(outbound.close)
  return outbound
}
const dial = (options: Partial<SafeFetchOptions>, host: string, at = port) =>
  open(options).connect({ host, port: at, timeoutMs: 2_000 })

test('a connection is made, and carries bytes', async () => {
  for (const [options, host] of [
    [{ allowPrivate: true }, '127.0.0.1'],
    [{ allowPrivate: true }, 'localhost'],
    [{ allowPrivate: true, resolve: to('127.0.0.1') }, 'mail.example.com'],
  ] as const) {
    const outcome = await dial(options, host)
    assert.ok(outcome.kind === 'connected', host)
    const [greeting] = await once(outcome.socket, 'data')
    assert.equal(String(greeting), 'hello')
  }
})

test('a private address is refused, as a number, behind a name, and beside a public one; nobody is dialled', async () => {
  const before = accepted.length
  for (const host of ['127.0.0.1', '::1', '10.0.0.1', '169.254.169.254', '::ffff:127.0.0.1', 'localhost']) {
    assert.deepEqual(await dial({}, host), { kind: 'failed', reason: 'private_address' }, host)
  }
  // Not even a number to name servers.
  for (const host of ['127.1', '2130706433']) assert.equal((await dial({}, host)).kind, 'failed', host)
  for (const addresses of [['127.0.0.1'], ['8.8.8.8', '127.0.0.1'], ['::1'], ['fd00::1']]) {
    const outcome = await dial({ resolve: to(...addresses) }, 'mail.example.com')
    assert.deepEqual(outcome, { kind: 'failed', reason: 'private_address' }, String(addresses))
  }
  assert.equal(accepted.length, before)
})

test('a name is looked up once for a connection: the address that was judged is the one dialled', async () => {
  let asked = 0
  const resolve = async () => [{ address: asked++ === 0 ? '127.0.0.1' : '127.0.0.2', family: 4 }]
  const outcome = await dial({ allowPrivate: true, resolve }, 'mail.example.com')
  assert.ok(outcome.kind === 'connected')
  assert.equal(outcome.socket.remoteAddress, '127.0.0.1')
  assert.equal(asked, 1)
})

test('nobody there, no such name and no answer in time are told as values', async () => {
  const unused = createServer()
  await new Promise<void>((resolve) => unused.listen(0, '127.0.0.1', resolve))
  const { port: free } = unused.address() as { port: number }
  await new Promise((resolve) => unused.close(resolve))
  assert.deepEqual(await dial({ allowPrivate: true }, '127.0.0.1', free), { kind: 'failed', reason: 'network' })
  const unknown = () => Promise.reject(new Error('no such name'))
  assert.deepEqual(await dial({ resolve: unknown }, 'mail.example.com'), { kind: 'failed', reason: 'network' })
  const never = () => new Promise<never>(() => {})
  const late = open({ resolve: never }).connect({ host: 'mail.example.com', port, timeoutMs: 50 })
  assert.deepEqual(await late, { kind: 'failed', reason: 'timeout' })
})

test('closing ends the connections that are open, and lets none out any more', async () => {
  const { connect, fetch, close } = open({ allowPrivate: true })
  const target = { host: '127.0.0.1', port, timeoutMs: 2_000 }
  const outcome = await connect(target)
  assert.ok(outcome.kind === 'connected')
  const ended = new Promise((resolve) => outcome.socket.once('close', resolve))
  close()
  await ended
  assert.deepEqual(await connect(target), { kind: 'failed', reason: 'network' })
  const request = { method: 'GET', url: `http://127.0.0.1:${port}/`, timeoutMs: 2_000, maxBytes: 100 } as const
  assert.deepEqual(await fetch(request), { kind: 'failed', reason: 'network' })
})
