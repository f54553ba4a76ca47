import assert from 'node:assert/strict'
import { once } from 'node:events'
import http, { type RequestListener, type ServerResponse } from 'node:http'
import https from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import tls from 'node:tls'
import { selfSignedCertificate } from '../../test/tls.ts'
import { connectionGuard } from './connections.ts'

const LIMITS = { requestsUnderWay: 3, unreadBytes: 100_000, answerMs: 1_000 }
const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'
/** On a machine that has much else to do. */
const PATIENCE_MS = 10_000
const PATIENT = { timeout: 2 * PATIENCE_MS }
/** More than any kernel holds for a client that does not read. */
const LARGE = 'x'.repeat(16 * 1024 * 1024)
const certificate = await selfSignedCertificate()

/** A server whose requests wait to be answered by the test. */
async function open(scheme: 'http' | 'https') {
  const guard = connectionGuard(LIMITS)
  const admitted: ServerResponse[] = []
  const clients: Socket[] = []
  let refused = 0
  const handler: RequestListener = (request, response) => {
    if (guard.admit(request, response)) admitted.push(response)
    else refused += 1
  }
  const server = scheme === 'http' ? http.createServer(handler) : https.createServer(certificate, handler)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  after(() => {
    for (const socket of clients) socket.destroy()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  async function client(): Promise<Socket> {
    const target = { port, host: '127.0.0.1' }
    const socket = scheme === 'http' ? connect(target) : tls.connect({ ...target, rejectUnauthorized: false })
    clients.push(socket.on('error', () => {}))
    await once(socket, scheme === 'http' ? 'connect' : 'secureConnect')
    return socket
  }
  const until = async (holds: () => boolean) => {
    const deadline = performance.now() + PATIENCE_MS
    while (!holds()) {
      assert.ok(performance.now() < deadline, 'it never came to that')
      await turn()
    }
  }
  return { guard, admitted, refused: () => refused, client, until }
}

for (const scheme of ['http', 'https'] as const) {
  test(
    `${scheme}: a connection on which too many requests are under way is closed, others are not`,
    PATIENT,
    async () => {
      const { admitted, refused, client, until } = await open(scheme)
      const [greedy, modest] = [await client(), await client()]
      const gone = once(greedy, 'close')
      modest.write(GET.repeat(3))
      await until(() => admitted.length === 3)
      greedy.write(GET.repeat(20))
      await gone
      assert.equal(admitted.length, 6)
      await until(() => refused() === 17)
      for (const response of admitted.slice(0, 3)) response.end('well')
      await hear(modest, 'well', 3)
    },
  )

  test(`${scheme}: who waits for answers may ask for as many as they like`, PATIENT, async () => {
    const { admitted, client, until } = await open(scheme)
    const socket = await client()
    for (let i = 1; i <= 20; i++) {
      socket.write(GET)
      await until(() => admitted.length === i)
      admitted.at(-1)?.end('well')
      await hear(socket, 'well', 1)
    }
  })

  for (const [which, place] of [
    ['answers unread', 0],
    ['answers unread that wait for their turn', 1],
  ] as const) {
    test(`${scheme}: who leaves ${which} and asks for more is cut off`, PATIENT, async () => {
      const { admitted, refused, client, until } = await open(scheme)
      const socket = await client()
      const gone = once(socket, 'close')
      socket.pause()
      socket.write(GET.repeat(2))
      await until(() => admitted.length === 2)
      admitted[place]?.end(LARGE)
      socket.write(GET)
      await until(() => refused() === 1)
      socket.resume()
      await gone
      assert.equal(admitted.length, 2)
    })
  }

  test(`${scheme}: who leaves many answers unread is cut off without asking for more`, PATIENT, async () => {
    const { guard, admitted, client, until } = await open(scheme)
    const socket = await client()
    socket.pause()
    socket.write(GET.repeat(2))
    await until(() => admitted.length === 2)
    guard.sweep(0)
    assert.equal(admitted[0]?.socket?.destroyed, false)
    admitted[1]?.end(LARGE)
    guard.sweep(0)
    await until(() => admitted[0]?.closed === true)
  })

  test(
    `${scheme}: a large answer is sent to the end, also when its client has more to ask afterwards`,
    PATIENT,
    async () => {
      const { guard, admitted, client, until } = await open(scheme)
      const socket = await client()
      socket.write(GET)
      await until(() => admitted.length === 1)
      admitted[0]?.end(LARGE)
      for (const now of [0, 500, 999]) guard.sweep(now)
      await take(socket, LARGE.length)
      await until(() => admitted[0]?.closed === true)
      socket.write(GET)
      await until(() => admitted.length === 2)
    },
  )

  test(
    `${scheme}: an answer that is not taken in time ends its connection; work that takes longer does not`,
    PATIENT,
    async () => {
      const { guard, admitted, client, until } = await open(scheme)
      const [deaf, patient] = [await client(), await client()]
      deaf.pause()
      deaf.write(GET)
      await until(() => admitted.length === 1)
      patient.write(GET)
      await until(() => admitted.length === 2)
      const [first, second] = admitted
      first?.end(LARGE)
      guard.sweep(5_000)
      guard.sweep(5_999)
      assert.equal(first?.socket?.destroyed, false)
      guard.sweep(6_000)
      await until(() => first?.closed === true)
      assert.equal(first?.writableFinished, false)
      assert.equal(second?.socket?.destroyed, false)
      second?.end('late')
      await hear(patient, 'late', 1)
    },
  )
}

/** Read until something was said so many times. */
async function hear(socket: Socket, word: string, times: number): Promise<void> {
  let text = ''
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    text += chunk
    if (text.split(word).length > times) return
  }
  assert.fail(`heard ${text}`)
}

async function take(socket: Socket, bytes: number): Promise<void> {
  let taken = 0
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    taken += chunk.length
    if (taken > bytes) return
  }
  assert.fail(`took ${taken} bytes`)
}
