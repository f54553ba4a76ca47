import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { endpoint, noContent } from './endpoint.ts'
import { failures, statusOf } from './failure.ts'
import { anybody, audienceOf, echo, openBare, requestText } from './http.fixture.ts'

const base = { method: 'POST', tag: 'T', summary: 'S', access: anybody, response: noContent, failures: [] } as const

const failure = failures(
  Object.fromEntries(Object.keys(statusOf).map((family) => [`${family}_code`, [family, `About ${family}`]])) as never,
) as Record<string, ReturnType<typeof failures>[string]>

const failing = Object.values(failure).flatMap((one) =>
  ['/v1', '/v2'].map((api) =>
    endpoint({
      ...base,
      ...audienceOf(`${api}/`),
      path: `${api}/${one.code}`,
      operationId: `${api} ${one.code}`,
      failures: [one],
      handle: async ({ fail }) => fail(one, { headers: { 'x-reason': 'because' } }),
    }),
  ),
)

const breaking = ['/v1/break', '/v2/break'].map((path) =>
  endpoint({
    ...base,
    ...audienceOf(path),
    path,
    operationId: path,
    handle: async () => {
      throw Object.assign(new Error('s3cret broke'), { statusCode: 503, code: 's3cret' })
    },
  }),
)

const leaking = endpoint({
  ...base,
  audience: 'frontend',
  path: '/v1/leak',
  operationId: 'leak',
  response: z.object({ known: z.string() }),
  handle: async () => ({ body: { known: 'yes', password_hash: 's3cret' } as { known: string } }),
})

const misshapen = endpoint({
  ...base,
  audience: 'frontend',
  path: '/v1/misshapen',
  operationId: 'misshapen',
  response: z.object({ known: z.string() }),
  handle: async () => ({ body: { known: 1 } as unknown as { known: string } }),
})

const cookie = endpoint({
  ...base,
  audience: 'frontend',
  path: '/v1/cookie',
  operationId: 'cookie',
  headers: { 'X-One': { description: 'One' } },
  handle: async () => ({
    headers: { 'X-One': '1' },
    cookies: [
      { name: '__Host-a', value: 'b c', maxAgeSeconds: 60, sameSite: 'lax' },
      { name: '__Host-d', value: '', maxAgeSeconds: 0, sameSite: 'none' },
      { name: '__Host-e', value: 'f', maxAgeSeconds: 60, sameSite: 'none' },
      { name: '__Host-g', value: '', maxAgeSeconds: 0, sameSite: 'strict' },
    ],
  }),
})

const counted = endpoint({
  ...base,
  audience: 'frontend',
  path: '/v1/counted',
  operationId: '/v1/counted',
  body: z.object({ fail: z.boolean() }).optional(),
  handle: async ({ body }) => {
    if (body?.fail) throw new Error('broken')
    return {}
  },
})

const written = endpoint({
  ...base,
  method: 'GET',
  audience: 'frontend',
  path: '/v1/written',
  operationId: 'written',
  response: z.string(),
  mediaType: 'application/samlmetadata+xml',
  handle: async () => ({ body: '<a/>' }),
})

const found = echo('GET', '/v1/things/{id}', {
  params: z.object({ id: z.string() }),
  query: z.object({ limit: z.string().optional() }),
})
const { server, raw, log, metrics } = await openBare([
  ...failing,
  ...breaking,
  leaking,
  misshapen,
  cookie,
  counted,
  written,
  found,
  echo('POST', '/v2/things'),
])

const call = (line: string, headers: Record<string, string> = {}, body?: string) =>
  raw(requestText(line, headers, body))

for (const [family, status] of Object.entries(statusOf)) {
  test(`a failure of the family ${family} is ${status} in the envelope of each audience`, async () => {
    const front = await call(`POST /v1/${family}_code`)
    assert.equal(front.status, status)
    const { request_id, ...told } = front.json
    assert.deepEqual(told, { code: `${family}_code`, type: family, message: `About ${family}` })
    assert.equal(request_id, front.headers['x-request-id'])
    assert.equal(front.headers['x-reason'], 'because')

    const back = await call(`POST /v2/${family}_code`)
    assert.equal(back.status, status)
    assert.deepEqual(back.json, { code: `${family}_code`, status: family, message: `About ${family}` })
    assert.match(back.headers['x-request-id'] ?? '', /^req_/)
  })
}

test('an unexpected error is 500 internal without a word about it; the log has it under the same request id', async () => {
  log.length = 0
  const front = await call('POST /v1/break')
  assert.deepEqual([front.status, front.json.code, front.json.type], [500, 'internal', 'internal'])
  const back = await call('POST /v2/break')
  assert.deepEqual([back.status, back.json.code, back.json.status], [500, 'internal', 'internal'])
  for (const { text } of [front, back]) assert.ok(!text.includes('s3cret'))
  const lines = log.map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map((line) => line.request_id),
    [front, back].map(({ headers }) => headers['x-request-id']),
  )
  assert.equal(lines[0].err.message, 's3cret broke')
})

test('an answer holds declared members only, and one of the wrong shape is an unexpected error', async () => {
  assert.deepEqual((await call('POST /v1/leak')).json, { known: 'yes' })
  assert.equal((await call('POST /v1/misshapen')).status, 500)
})

test('no content is 204 without body or content type', async () => {
  const { status, headers, text } = await call('POST /v1/cookie')
  assert.deepEqual([status, text, headers['content-type'], headers['x-one']], [204, '', undefined, '1'])
})

test('cookies are for this host alone, over TLS, out of reach of scripts', async () => {
  const { headers } = await server.inject({ method: 'POST', url: '/v1/cookie' })
  const lines = [headers['set-cookie'] ?? []].flat()
  assert.deepEqual(
    lines.filter((line) => !line.endsWith('=None')),
    [
      '__Host-a=b%20c; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Lax',
      '__Host-g=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=Strict',
    ],
  )
})

test('a cookie for pages of other sites is set and cleared in partitions, after whatever is there without them', async () => {
  const { headers } = await server.inject({ method: 'POST', url: '/v1/cookie' })
  const lines = [headers['set-cookie'] ?? []].flat()
  for (const [name, written] of [
    ['__Host-d', '__Host-d=; Max-Age=0'],
    ['__Host-e', '__Host-e=f; Max-Age=60'],
  ] as const)
    assert.deepEqual(
      lines.filter((line) => line.startsWith(name)),
      [
        `${name}=; Max-Age=0; Path=/; HttpOnly; Secure; SameSite=None`,
        `${written}; Path=/; HttpOnly; Secure; Partitioned; SameSite=None`,
      ],
    )
})

const LOST: readonly [line: string, envelope: 'type' | 'status'][] = [
  ['GET /', 'type'],
  ['GET /v1', 'type'],
  ['GET /v1/things', 'type'],
  ['GET /v1/things/1/', 'type'],
  ['GET /V1/things/1', 'type'],
  ['POST /v1/things/1', 'type'],
  ['PUT /v1/things/1', 'type'],
  ['TRACE /v1/things/1', 'type'],
  ['OPTIONS /v1/things/1', 'type'],
  ['GET /v1/../v2/things', 'type'],
  ['GET /v2/nowhere', 'status'],
  ['GET /v2/things', 'status'],
  ['DELETE /v2/things?a=b', 'status'],
]

for (const [line, envelope] of LOST) {
  test(`${line} is 404 not_found, with ${envelope}`, async () => {
    const { status, json, headers } = await call(line)
    assert.equal(status, 404)
    assert.deepEqual([json.code, json[envelope]], ['not_found', 'not_found'])
    assert.match(headers['content-type'] ?? '', /^application\/json/)
    assert.equal(headers['cache-control'], 'no-store')
  })
}

test('HEAD is GET without the body', async () => {
  const get = await call('GET /v1/things/1')
  const head = await call('HEAD /v1/things/1')
  assert.deepEqual([head.status, head.text], [200, ''])
  assert.equal(head.headers['content-length'], get.headers['content-length'])
  const lost = await call('HEAD /nowhere')
  assert.deepEqual([lost.status, lost.text], [404, ''])
})

const UNREADABLE = ['/v1/%zz', '/v1/things/%', '/v1/things/%C3', `/v1/things/${'x'.repeat(1401)}`]

test('a path that cannot be read, or is too long, is 400 in the envelope of its audience', async () => {
  for (const path of UNREADABLE) {
    const front = await call(`GET ${path}`)
    assert.deepEqual([front.status, front.json.code], [400, 'bad_request'], path)
    assert.equal(front.json.request_id, front.headers['x-request-id'])
    assert.equal(front.headers.date, 'Fri, 02 Jan 2026 03:04:05 GMT')
    assert.ok(!front.text.includes(path))
    const back = await call(`GET ${path.replace('/v1/', '/v2/')}`)
    assert.ok(back.status === 404 || back.json.code === 'invalid_request', path)
    assert.ok('status' in back.json, path)
  }
})

test('parameters of path and query are read decoded', async () => {
  const { json } = await call('GET /v1/things/a%2Fb%20%C3%A9?limit=1%2B1')
  assert.deepEqual(json, { params: { id: 'a/b é' }, query: { limit: '1+1' }, body: 'none' })
})

test('a parameter that is given twice is no text', async () => {
  const { status, json } = await call('GET /v1/things/1?limit=1&limit=2')
  assert.equal(status, 400)
  assert.match(json.message, /^query\.limit: /)
})

test('an answer that is a text says what of', async () => {
  const { status, headers, text } = await call('GET /v1/written')
  assert.deepEqual([status, headers['content-type'], text], [200, 'application/samlmetadata+xml', '<a/>'])
})

test('every answer of an endpoint is counted by operation and status, whoever gave it', async () => {
  const counted = async (operation: string) => {
    const { values } = await metrics.requests.get()
    const own = values.filter(({ labels }) => labels.operation === operation)
    return Object.fromEntries(own.map(({ labels, value }) => [labels.status, value]))
  }
  const before = await counted('/v1/counted')
  assert.deepEqual(before, {})
  await call('POST /v1/counted', {}, '')
  await call('POST /v1/counted', { 'content-type': 'application/json' }, '[]')
  await call('POST /v1/counted', { 'content-type': 'application/json' }, '{')
  await call('POST /v1/counted', { 'content-type': 'application/json' }, '{"fail":true}')
  assert.deepEqual(await counted('/v1/counted'), { 204: 1, 400: 2, 500: 1 })
})
