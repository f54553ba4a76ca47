import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { z } from 'zod'
import { endpoint, noContent } from './endpoint.ts'
import { anybody, echo, openBare, type RawAnswer, requestText } from './http.fixture.ts'
import { LISTENER } from './http.ts'

let worked = 0
const slow = endpoint({
  method: 'POST',
  path: '/v1/slow',
  audience: 'frontend',
  operationId: 'slow',
  tag: 'T',
  summary: 'S',
  access: anybody,
  response: noContent,
  failures: [],
  async handle() {
    worked += 1
    await new Promise((resolve) => setTimeout(resolve, 50))
    return {}
  },
})
const things = echo('GET', '/v1/things/{id}', { params: z.object({ id: z.string() }) })
const managed = echo('GET', '/v2/session/apps/{appID}', { params: z.object({ appID: z.string() }) })
const asked: string[] = []
const { server, raw, log } = await openBare([slow, things, managed, echo('POST', '/v1/body')], {
  allowedOrigins: async ({ authority }) => {
    asked.push(authority)
    return ['https://shop.example.com']
  },
})

const SECURITY = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
}

/** In the envelope of the frontend, with everything that comes with any other answer. */
function assertRefused(answer: RawAnswer, status: number) {
  const { json, headers } = answer
  assert.equal(answer.status, status, answer.text)
  assert.deepEqual(Object.keys(json).sort(), ['code', 'message', 'request_id', 'type'])
  assert.deepEqual([json.code, json.type, json.request_id], ['bad_request', 'bad_request', headers['x-request-id']])
  assert.match(json.request_id, /^req_[\w-]{16}$/)
  assert.equal(headers.date, 'Fri, 02 Jan 2026 03:04:05 GMT')
  assert.equal(headers['cache-control'], 'no-store')
  assert.match(headers['content-type'] ?? '', /^application\/json/)
  for (const [name, value] of Object.entries(SECURITY)) assert.equal(headers[name], value, name)
}

const HEAD = 'GET /v1/things/1 HTTP/1.1\r\nHost: app.session.test\r\nConnection: close\r\n'
const POST = 'POST /v1/body HTTP/1.1\r\nHost: app.session.test\r\nContent-Type: application/json\r\n'

describe('what is no HTTP is refused in our envelope', () => {
  const table: readonly (readonly [what: string, bytes: string, status: number])[] = [
    ['another protocol', 'EHLO client.example\r\n', 400],
    ['a method that is none', HEAD.replace('GET', 'G=T').concat('\r\n'), 400],
    ['a version that is none', HEAD.replace('1.1', '9.9').concat('\r\n'), 400],
    ['a header without a name', `${HEAD}: value\r\n\r\n`, 400],
    ['a header with a blank in its name', `${HEAD}X Y: 1\r\n\r\n`, 400],
    ['NUL in a header', `${HEAD}X-Y: a\0b\r\n\r\n`, 400],
    ['two lengths', `${POST}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}`, 400],
    ['a length and chunks', `${POST}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
    ['a chunk without a length', `${POST}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`, 400],
    ['long extensions of a chunk', `${POST}Transfer-Encoding: chunked\r\n\r\n2;${'x'.repeat(20_000)}\r\n{}\r\n`, 413],
    ['headers of more than 32 KiB', `${HEAD}X-Y: ${'y'.repeat(33 * 1024)}\r\n\r\n`, 431],
    ['many headers of more than 32 KiB', `${HEAD}${`X-Y: ${'y'.repeat(400)}\r\n`.repeat(90)}\r\n`, 431],
    ['a path of more than 32 KiB', `GET /v1/things/${'x'.repeat(33 * 1024)} HTTP/1.1\r\nHost: a\r\n\r\n`, 431],
  ]
  for (const [what, bytes, status] of table) {
    test(`${what}: ${status}`, async () => assertRefused(await raw(bytes), status))
  }

  test('headers of 32 KiB are read, all of them', async () => {
    const answer = await raw(`${HEAD}X-Y: ${'y'.repeat(31 * 1024)}\r\n\r\n`)
    assert.equal(answer.status, 200)
    const few = await raw(`${HEAD}${'a:\r\n'.repeat(197)}Host: other.session.test\r\n\r\n`)
    assertRefused(few, 400)
    assert.match(few.json.message, /host is there more than once/)
  })

  test('headers beyond 200 hide nothing', async () => {
    assert.equal((await raw(`${HEAD}${'a:\r\n'.repeat(198)}\r\n`)).status, 200)
    for (const count of [199, 5_000]) {
      assertRefused(await raw(`${HEAD}${'a:\r\n'.repeat(count)}Host: other.session.test\r\n\r\n`), 431)
    }
  })

  test('a request that is refused before its body is read gets one answer, however its body goes on', async () => {
    const head = 'POST /v1/body HTTP/1.1\r\nHost: a\r\nHost: b\r\nTransfer-Encoding: chunked\r\n\r\n'
    for (const body of ['', '5\r\n{"a":\r\n']) {
      const answer = await raw(`${head}${body}no chunk\r\n`)
      assertRefused(answer, 400)
      assert.match(answer.json.message, /host is there more than once/)
    }
  })

  test('an answer that is under way comes first, whole and alone', async () => {
    const answer = await raw(`POST /v1/slow HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\nRUBBISH\r\n\r\n`)
    assert.deepEqual([answer.status, answer.text], [204, ''])
    assert.equal(answer.headers.connection, 'close')
  })
})

describe('a request that can be understood in two ways is refused', () => {
  const twice = (name: string) => `${HEAD}${name}: a\r\n${name}: b\r\n\r\n`
  const table: readonly (readonly [what: string, bytes: string, status?: number])[] = [
    ['two hosts', `${HEAD}Host: other.session.test\r\n\r\n`],
    ['one host twice', `${HEAD}hOST: app.session.test\r\n\r\n`],
    ['no host', 'GET /v1/things/1 HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['an empty host', requestText('GET /v1/things/1', { host: '' })],
    ['a host that is none', requestText('GET /v1/things/1', { host: 'app.session.test/v2' })],
    ['an absolute target of another host', requestText('GET http://other.session.test/v1/things/1')],
    ['an absolute target that is none', requestText('GET ftp://app.session.test/v1/things/1')],
    ['two credentials', twice('Authorization')],
    ['two refresh tokens', twice('X-Refresh-Token')],
    ['two verification tokens', twice('X-Verification-Token')],
    ['two content types', twice('Content-Type')],
    ['a query that cannot be read', requestText('GET /v1/things/1?a=%E0%A4')],
    ['a coding of the body that we do not know', `${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`],
    ['an expectation that cannot be met', `${HEAD}Expect: the-unexpected\r\n\r\n`, 417],
  ]
  for (const [what, bytes, status = 400] of table) {
    test(what, async () => assertRefused(await raw(bytes), status))
  }

  test('in the envelope of the management API, when it is told by its path', async () => {
    for (const target of ['/v2/session/apps/a', 'http://other.session.test/v2/session/apps/a']) {
      const { status, json } = await raw(requestText(`GET ${target}`))
      if (target.startsWith('/')) assert.equal(status, 200)
      else assert.deepEqual([status, json.code, json.status], [400, 'invalid_request', 'bad_request'])
    }
  })

  test('without asking whose pages may call a host that is none', async () => {
    asked.length = 0
    for (const host of ['', 'a b', 'a.test\r\nHost: b.test']) {
      const answer = await raw(requestText('OPTIONS /v1/body', { host, origin: 'https://shop.example.com' }))
      assert.equal(answer.headers['access-control-allow-origin'], undefined)
      assertRefused(answer, 400)
    }
    assert.deepEqual(asked, [])
  })
})

test('an absolute target of the same host is its path', async () => {
  for (const origin of ['http://app.session.test', 'HTTPS://APP.session.test', 'http://app.session.test:80']) {
    const { status, json } = await raw(requestText(`GET ${origin}/v1/things/7`))
    assert.deepEqual([status, json.params], [200, { id: '7' }])
  }
})

test('HTTP/1.0 needs no host, as health checks send none', async () => {
  const { status } = await raw('GET /v1/things/1 HTTP/1.0\r\n\r\n')
  assert.equal(status, 200)
})

test('the fixed parts of a path are not to be escaped, so that who guards it by its letters is not got round', async () => {
  for (const path of ['/%762/session/apps/a', '/v2/%73ession/apps/a', '/v1/%74hings/1']) {
    assert.equal((await raw(requestText(`GET ${path}`))).status, 404, path)
  }
  assert.deepEqual((await raw(requestText('GET /v2/session/apps/%61'))).json.params, { appID: 'a' })
})

test('of what comes at once on one connection no more is begun than may be, and the rest ends it', async () => {
  worked = 0
  const pipelined = 'POST /v1/slow HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'.repeat(500)
  const answer = await raw(pipelined)
  assert.ok(Number.isNaN(answer.status))
  assert.equal(worked, 8)
  const few = await raw(`${pipelined.slice(0, pipelined.length / 500)}${requestText('POST /v1/slow', {}, '')}`)
  assert.equal(few.status, 204)
  assert.match(few.text, /^HTTP\/1\.1 204 /)
})

test('also of paths that cannot be read', async () => {
  const answer = await raw('GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(50))
  assert.ok(Number.isNaN(answer.status) || answer.text.split('HTTP/1.1 400').length <= 8)
})

test('browsers are bound to https for this host alone, and never for what this machine calls itself', async () => {
  const askedOf = async (host: string, target = '/v1/things/1') => {
    const { headers } = await raw(requestText(`GET ${target}`, { host }))
    return headers['strict-transport-security']
  }
  for (const target of ['/v1/things/1', '/nowhere', '/v1/things/%zz']) {
    assert.equal(await askedOf('app.session.test', target), 'max-age=31536000', target)
    assert.equal(await askedOf('app.session.test:8443', target), 'max-age=31536000', target)
    for (const host of ['localhost:8443', 'LOCALHOST', 'demo.session.localhost:8443', '127.0.0.1:8443', '[::1]:8443'])
      assert.equal(await askedOf(host, target), undefined, `${host}${target}`)
  }
  assert.equal((await raw('EHLO client.example\r\n')).headers['strict-transport-security'], undefined)
})

test('every kind of waiting has its time', () => {
  const { headersTimeout, requestTimeout, keepAliveTimeout, maxHeadersCount, maxConnections } = server.server
  assert.deepEqual(
    { headersTimeout, requestTimeout, keepAliveTimeout, maxHeadersCount, maxConnections },
    {
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 75_000,
      maxHeadersCount: 201,
      maxConnections: 10_000,
    },
  )
  assert.deepEqual([LISTENER.connectionsCheckingInterval, LISTENER.handshakeTimeout], [5_000, 10_000])
})

test('none of this is an unexpected error', () => assert.deepEqual(log, []))
