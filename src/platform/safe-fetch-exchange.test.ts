import assert from 'node:assert/strict'
import { createServer as createHttpServer, type IncomingMessage, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { type OutboundRequest, openSafeFetch } from './safe-fetch.ts'

const MAX_BYTES = 64 * 1024

const { fetch, close } = openSafeFetch({ allowPrivate: true })
after(close)

const call = (url: string, change: Partial<OutboundRequest> = {}) =>
  fetch({ method: 'POST', url, body: '{}', timeoutMs: 5_000, maxBytes: MAX_BYTES, ...change })

async function listen(server: Server): Promise<string> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const serve = (answer: RequestListener) => listen(createHttpServer(answer))

/** A server that says what it is told once it has heard anything, whether that is HTTP or not. */
const serveRaw = (speak: (socket: Socket) => void) =>
  listen(createTcpServer((socket) => socket.once('data', () => speak(socket))))

/** How many connections a server still has once it had time to notice. */
async function connectionsOf(server: Server): Promise<number> {
  for (let i = 0; ; i++) {
    const count = await new Promise<number>((resolve) => server.getConnections((_error, n) => resolve(n)))
    if (count === 0 || i === 50) return count
    await wait(20)
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await request.toArray()).toString()
}

test('an answer is told with status, headers and body, and the request arrives as it was given', async () => {
  const heard: unknown[] = []
  const url = await serve(async (request, response) => {
    heard.push(request.method, request.url, request.headers['x-one'], await textOf(request))
    response.writeHead(201, { 'content-type': 'application/json', 'x-two': '2' }).end('{"ok":true}')
  })
  const outcome = await call(`${url}hook?a=b`, { headers: { 'x-one': '1' }, body: '{"é":1}' })
  assert.ok(outcome.kind === 'answered')
  assert.equal(outcome.status, 201)
  assert.equal(outcome.headers['x-two'], '2')
  assert.equal(outcome.body.toString(), '{"ok":true}')
  assert.deepEqual(heard, ['POST', '/hook?a=b', '1', '{"é":1}'])
})

test('any status is an answer', async () => {
  const url = await serve((request, response) => response.writeHead(Number(request.url?.slice(1))).end())
  for (const status of [200, 204, 400, 401, 404, 500, 503]) {
    const outcome = await call(`${url}${status}`)
    assert.ok(outcome.kind === 'answered' && outcome.status === status, String(status))
  }
})

test('a redirect is not followed', async () => {
  const paths: (string | undefined)[] = []
  const url = await serve((request, response) => {
    paths.push(request.url)
    response.writeHead(Number(request.url?.slice(1)), { location: '/elsewhere' }).end()
  })
  for (const status of [301, 302, 303, 307, 308]) {
    const outcome = await call(`${url}${status}`)
    assert.ok(outcome.kind === 'answered' && outcome.status === status)
  }
  assert.deepEqual(paths, ['/301', '/302', '/303', '/307', '/308'])
})

test('a server that never answers is given up', async () => {
  const server = createHttpServer(() => {})
  const url = await listen(server)
  assert.deepEqual(await call(url, { timeoutMs: 100 }), { kind: 'failed', reason: 'timeout' })
  assert.equal(await connectionsOf(server), 0)
})

test('a server that never ends its headers is given up', async () => {
  const url = await serveRaw((socket) => {
    socket.write('HTTP/1.1 200 OK\r\n')
    const drip = setInterval(() => socket.write(`x-${Math.random()}: 1\r\n`), 20)
    socket.on('close', () => clearInterval(drip))
  })
  assert.deepEqual(await call(url, { timeoutMs: 150 }), { kind: 'failed', reason: 'timeout' })
})

test('a body that drips is cut off when the time for the whole exchange is over', async () => {
  const server = createHttpServer((_request, response) => {
    const drip = setInterval(() => response.write('x'), 20)
    response.on('close', () => clearInterval(drip))
  })
  const url = await listen(server)
  assert.deepEqual(await call(url, { timeoutMs: 150 }), { kind: 'failed', reason: 'timeout' })
  assert.equal(await connectionsOf(server), 0)
})

test('a name that takes too long to resolve counts as time too', async () => {
  const stuck = openSafeFetch({ allowPrivate: false, resolve: () => new Promise(() => {}) })
  after(stuck.close)
  // The clock of a fetch holds no process open.
  const open = setInterval(() => {}, 1_000)
  const outcome = await stuck.fetch({ method: 'GET', url: 'https://hook.example.com/', timeoutMs: 100, maxBytes: 10 })
  clearInterval(open)
  assert.deepEqual(outcome, { kind: 'failed', reason: 'timeout' })
})

test('an answer may be as long as allowed and not a byte longer', async () => {
  const url = await serve((request, response) => response.end('x'.repeat(Number(request.url?.slice(1)))))
  const outcome = await call(`${url}${MAX_BYTES}`)
  assert.ok(outcome.kind === 'answered' && outcome.body.length === MAX_BYTES)
  assert.deepEqual(await call(`${url}${MAX_BYTES + 1}`), { kind: 'failed', reason: 'too_large' })
  assert.deepEqual(await call(`${url}${65 * 1024}`), { kind: 'failed', reason: 'too_large' })
})

test('a chunked body without end is cut off when it is too long, and its connection closed', async () => {
  let closed = false
  const server = createHttpServer((_request, response) => {
    const pour = () => {
      while (response.write('x'.repeat(1_000)));
    }
    response.on('drain', pour)
    response.on('close', () => {
      closed = true
    })
    pour()
  })
  const url = await listen(server)
  assert.deepEqual(await call(url), { kind: 'failed', reason: 'too_large' })
  assert.equal(await connectionsOf(server), 0)
  assert.ok(closed)
})

test('a connection that is reset fails, before the answer and in its middle', async () => {
  const before = await serveRaw((socket) => socket.resetAndDestroy())
  assert.deepEqual(await call(before), { kind: 'failed', reason: 'network', cause: 'reset' })
  const within = await serveRaw((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf', () =>
      setTimeout(() => socket.resetAndDestroy(), 20),
    )
  })
  assert.deepEqual(await call(within), { kind: 'failed', reason: 'network', cause: 'reset' })
})

test('a body shorter than announced fails', async () => {
  const url = await serveRaw((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{"user":{}}'))
  assert.deepEqual(await call(url), { kind: 'failed', reason: 'network', cause: 'reset' })
})

test('what is no HTTP fails, and so does a change of protocol', async () => {
  for (const text of [
    'SSH-2.0-OpenSSH_9.9\r\n',
    'HTTP/1.1 200 OK\r\nbroken header\r\n\r\n',
    `HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`,
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n',
  ]) {
    const url = await serveRaw((socket) => socket.write(text))
    assert.deepEqual(await call(url, { timeoutMs: 1_000 }), { kind: 'failed', reason: 'network' }, text.slice(0, 40))
  }
})

test('a server that is not there fails', async () => {
  const server = createTcpServer()
  const url = await listen(server)
  await new Promise((resolve) => server.close(resolve))
  assert.deepEqual(await call(url), { kind: 'failed', reason: 'network', cause: 'refused' })
})

test('hints that come before the answer are passed over', async () => {
  const url = await serveRaw((socket) =>
    socket.end('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'),
  )
  const outcome = await call(url)
  assert.ok(outcome.kind === 'answered' && outcome.status === 200 && outcome.body.toString() === 'ok')
})

test('many at once: each gets its own answer, and closing lets go of every connection', async () => {
  const mine = openSafeFetch({ allowPrivate: true })
  const server = createHttpServer(async (request, response) => response.end(await textOf(request)))
  const url = await listen(server)
  const bodies = Array.from({ length: 30 }, (_, i) => `body ${i}`)
  const outcomes = await Promise.all(
    bodies.map((body) => mine.fetch({ method: 'POST', url, body, timeoutMs: 5_000, maxBytes: 100 })),
  )
  assert.deepEqual(
    outcomes.map((outcome) => outcome.kind === 'answered' && outcome.body.toString()),
    bodies,
  )
  mine.close()
  assert.equal(await connectionsOf(server), 0)
})

test('a connection is used again, and closed when it has been idle for a second', async () => {
  let connections = 0
  const server = createHttpServer((_request, response) => response.end('ok'))
  server.keepAliveTimeout = 60_000
  server.on('connection', () => {
    connections += 1
  })
  const url = await listen(server)
  for (let i = 0; i < 3; i++) assert.equal((await call(url)).kind, 'answered')
  assert.equal(connections, 1)
  await wait(1_100)
  assert.equal(await connectionsOf(server), 0)
})

test('an answer that takes longer than a connection may be idle is waited for', async () => {
  const url = await serve((_request, response) => setTimeout(() => response.end('late'), 1_300))
  const outcome = await call(url)
  assert.ok(outcome.kind === 'answered' && outcome.body.toString() === 'late')
})
