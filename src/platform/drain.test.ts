import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { after, test } from 'node:test'
import { z } from 'zod'
import { type Drain, watchRequests } from './drain.ts'
import { type Endpoint, endpoint } from './endpoint.ts'
import { anybody, echo, openBare } from './http.fixture.ts'

const NEVER_MS = 60_000

/** A server with an endpoint that answers at once and one that waits to be told. */
async function open() {
  const gate = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  const slow: Endpoint = endpoint({
    method: 'GET',
    path: '/slow',
    audience: 'frontend',
    operationId: 'slow',
    tag: 'Slow',
    summary: 'Answer when told to',
    access: anybody,
    response: z.object({}),
    failures: [],
    async handle() {
      asked.resolve()
      await gate.promise
      return { body: {} }
    },
  })
  let drain: Drain | undefined
  const { server } = await openBare([echo('GET', '/quick'), slow], {}, async (_deps, made) => {
    drain = watchRequests(made)
  })
  const { port } = server.server.address() as AddressInfo
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  after(() => agent.destroy())
  const get = async (path: string, by: Agent | false = agent) => {
    const outgoing = request({ port, path, agent: by, headers: { host: 'app.session.test' } }).end()
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    response.resume()
    await once(response, 'end')
    return { status: response.statusCode, connection: response.headers.connection, isReused: outgoing.reusedSocket }
  }
  return { drain: drain as Drain, server, port, get, slowAsked: asked.promise, answerSlow: gate.resolve }
}

test('a server that leaves answers on new and on kept connections, for the last time on each', async () => {
  const { drain, get } = await open()
  assert.deepEqual(await get('/quick'), { status: 200, connection: 'keep-alive', isReused: false })
  await drain.begin(0)
  assert.deepEqual(await get('/quick'), { status: 200, connection: 'close', isReused: true })
  assert.deepEqual(await get('/quick'), { status: 200, connection: 'close', isReused: false })
  assert.deepEqual(await get('/none'), { status: 404, connection: 'close', isReused: false })
  await drain.finish(NEVER_MS)
  await assert.rejects(get('/quick'), { code: 'ECONNREFUSED' })
})

test('what was under way when it began to leave is answered, also for the last time', async () => {
  const { drain, get, slowAsked, answerSlow } = await open()
  const slow = get('/slow')
  await slowAsked
  await drain.begin(0)
  let isFinished = false
  const finished = drain.finish(NEVER_MS).then(() => {
    isFinished = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(isFinished, false)
  answerSlow()
  assert.equal((await slow).connection, 'close')
  assert.equal((await slow).status, 200)
  await finished
})

test('connections on which nothing happens are closed, and what does not finish is cut off', async () => {
  const { drain, get, slowAsked, port } = await open()
  const silent = connect(port).on('error', () => {})
  await once(silent, 'connect')
  await get('/quick')
  const slow = assert.rejects(get('/slow', false), { code: 'ECONNRESET' })
  await slowAsked
  await drain.begin(0)
  await Promise.all([drain.finish(50), slow, once(silent, 'close')])
})

test('it goes on for as long as it is told to', async (t) => {
  const { drain, get } = await open()
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let isOver = false
  const begun = drain.begin(4_000).then(() => {
    isOver = true
  })
  t.mock.timers.tick(3_999)
  t.mock.timers.reset()
  assert.equal((await get('/quick')).status, 200)
  assert.equal(isOver, false)
  void begun
})
