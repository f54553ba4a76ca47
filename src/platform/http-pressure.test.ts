import assert from 'node:assert/strict'
import { test } from 'node:test'
import { endpoint, noContent } from './endpoint.ts'
import { openHealth } from './health.ts'
import { anybody, audienceOf, openBare, requestText } from './http.fixture.ts'

let runs = 0
const work = (['/v1/work', '/v2/work'] as const).map((path) =>
  endpoint({
    method: 'POST',
    path,
    ...audienceOf(path),
    operationId: path,
    tag: 'T',
    summary: 'S',
    access: anybody,
    response: noContent,
    failures: [],
    async handle() {
      runs += 1
      return {}
    },
  }),
)
const ORIGIN = 'https://shop.example.com'
const { server, rawNow: raw } = await openBare(work, { allowedOrigins: async () => [ORIGIN] }, (deps, server) =>
  openHealth({ ...deps, config: { ...deps.config, metricsPublic: true } }, server),
)

const post = (path: string) => raw(requestText(`POST ${path}`, { origin: ORIGIN }, ''))

/** Hold up the event loop, without using the processor, until the server has noticed. */
async function holdUp() {
  for (let i = 0; i < 10 && !server.isUnderPressure(); i++) {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3_200)
    await new Promise(setImmediate)
  }
}

test('a server that is at its limit says so with Retry-After, in both envelopes, and does nothing of what it was asked', async () => {
  assert.equal((await post('/v1/work')).status, 204)
  await holdUp()
  runs = 0
  const front = await post('/v1/work')
  const back = await post('/v2/work')
  assert.equal(runs, 0)
  assert.deepEqual([front.status, back.status], [503, 503])
  assert.deepEqual([front.json.code, front.json.type], ['overloaded', 'unavailable'])
  assert.equal(front.json.request_id, front.headers['x-request-id'])
  assert.deepEqual([back.json.code, back.json.status], ['overloaded', 'unavailable'])
  for (const { headers } of [front, back]) {
    assert.equal(headers['retry-after'], '5')
    assert.equal(headers['cache-control'], 'no-store')
    assert.match(headers.vary ?? '', /\bOrigin\b/)
    assert.equal(headers.date, 'Fri, 02 Jan 2026 03:04:05 GMT')
  }
  assert.equal(front.headers['access-control-allow-origin'], ORIGIN)
  assert.equal(front.headers['access-control-allow-credentials'], 'true')
  assert.match(front.headers['access-control-expose-headers'] ?? '', /\bRetry-After\b/)
})

test('then too it is alive, tells its metrics and answers preflights', async () => {
  await holdUp()
  assert.equal((await post('/v1/work')).status, 503)
  assert.equal((await raw(requestText('GET /livez'))).status, 200)
  assert.equal((await raw(requestText('GET /metrics'))).status, 200)
  const asks = { origin: ORIGIN, 'access-control-request-method': 'POST' }
  assert.equal((await raw(requestText('OPTIONS /v1/work', asks))).status, 204)
})

test('it takes work again when it has caught up', async () => {
  while (server.isUnderPressure()) await new Promise((resolve) => setTimeout(resolve, 50))
  const before = runs
  assert.equal((await post('/v1/work')).status, 204)
  assert.equal(runs, before + 1)
})
