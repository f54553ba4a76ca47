import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { anybody, echo, openBare, requestText } from './http.fixture.ts'

const { raw, log } = await openBare([
  echo('POST', '/v1/optional', { body: z.object({ name: z.string().optional() }).loose().optional() }),
  echo('POST', '/v1/required', { body: z.object({ name: z.string() }) }),
  echo('POST', '/v1/none'),
  { ...echo('POST', '/v1/large', { body: z.object({ name: z.string() }) }), maxBodyBytes: 100_000 },
  echo('DELETE', '/v2/things/{id}', {
    params: z.object({ id: z.string() }),
    body: z.object({ name: z.string() }).optional(),
  }),
  { ...echo('POST', '/v1/form', { body: z.object({ name: z.string() }) }), form: true, maxBodyBytes: 100_000 },
  endpoint({
    method: 'GET',
    path: '/v1/text',
    audience: 'frontend',
    operationId: 'text',
    tag: 'T',
    summary: 'S',
    access: anybody,
    response: z.string(),
    mediaType: 'application/samlmetadata+xml',
    failures: [],
    handle: async () => ({ body: '<a/>' }),
  }),
])

const post = (path: string, headers: Record<string, string>, body?: string) =>
  raw(requestText(`POST ${path}`, headers, body))
const JSON_TYPE = { 'content-type': 'application/json' }
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

const EMPTY: readonly [name: string, headers: Record<string, string>, body?: string][] = [
  ['no length and no type', {}],
  ['no length and a JSON type', JSON_TYPE],
  ['no length and a text type', { 'content-type': 'text/plain;charset=UTF-8' }],
  ['length 0 and no type', {}, ''],
  ['length 0 and a JSON type', JSON_TYPE, ''],
  ['length 0 and a JSON type with charset', { 'content-type': 'application/json; charset=utf-8' }, ''],
  [
    'length 0 and the text type that fetch sets for an empty string',
    { 'content-type': 'text/plain;charset=UTF-8' },
    '',
  ],
  ['length 0 and any binary type', { 'content-type': 'application/octet-stream' }, ''],
  ['length 0 and the type of a form', FORM, ''],
  ['length 0 and JSON in another charset', { 'content-type': 'application/json; charset=utf-16' }, ''],
  ['length 0 and a type nobody knows', { 'content-type': 'application/x-unheard-of' }, ''],
  ['no chunk and no type', { 'transfer-encoding': 'chunked' }],
  ['no chunk and a JSON type', { 'transfer-encoding': 'chunked', ...JSON_TYPE }],
  ['no chunk and a text type', { 'transfer-encoding': 'chunked', 'content-type': 'text/plain' }],
]

for (const [name, headers, body] of EMPTY) {
  test(`a body with ${name} is no body`, async () => {
    const text = requestText('POST /v1/optional', headers, body)
    const answer = await raw(headers['transfer-encoding'] ? `${text}0\r\n\r\n` : text)
    assert.equal(answer.status, 200, answer.text)
    assert.equal(answer.json.body, 'none')
  })
}

test('no body where one is needed is refused, and says so', async () => {
  const { status, json } = await post('/v1/required', JSON_TYPE, '')
  assert.deepEqual([status, json.code], [400, 'bad_request'])
  assert.match(json.message, /^body: /)
})

const READ: readonly [name: string, headers: Record<string, string>, body: string, read: unknown][] = [
  ['JSON', JSON_TYPE, '{"name":"Zoë"}', { name: 'Zoë' }],
  ['JSON in capitals', { 'content-type': 'APPLICATION/JSON' }, '{"name":"a"}', { name: 'a' }],
  ['JSON with parameters', { 'content-type': 'application/json; charset=utf-8' }, '{"name":"a"}', { name: 'a' }],
  [
    'JSON with a quoted charset in capitals',
    { 'content-type': 'application/json;charset="UTF-8"' },
    '{"name":"ß"}',
    { name: 'ß' },
  ],
  ['JSON with a parameter that we do not know', { 'content-type': 'application/json; v=1' }, '{}', {}],
  ['JSON said to be coded as itself', { ...JSON_TYPE, 'content-encoding': 'identity' }, '{}', {}],
  ['JSON after a byte order mark', JSON_TYPE, '\uFEFF{"name":"a"}', { name: 'a' }],
  ['unknown members', JSON_TYPE, '{"name":"a","more":[1]}', { name: 'a', more: [1] }],
]

for (const [name, headers, body, read] of READ) {
  test(`${name} is read`, async () => {
    const answer = await post('/v1/optional', headers, body)
    assert.equal(answer.status, 200, answer.text)
    assert.deepEqual(answer.json.body, read)
  })
}

const PNG = { 'content-type': 'image/png' }
const REFUSED: readonly [name: string, headers: Record<string, string>, body: string][] = [
  ['JSON that ends too soon', JSON_TYPE, '{"name":'],
  ['two JSON values', JSON_TYPE, '{}{}'],
  ['JavaScript', JSON_TYPE, "{name:'a'}"],
  ['white space alone', JSON_TYPE, '  '],
  ['a list', JSON_TYPE, '[]'],
  ['a text', JSON_TYPE, '"name"'],
  ['null', JSON_TYPE, 'null'],
  ['a wrong type of member', JSON_TYPE, '{"name":1}'],
  ['__proto__', JSON_TYPE, '{"__proto__":{"name":"a"}}'],
  ['an escaped __proto__', JSON_TYPE, '{"\\u005f_proto__":{"name":"a"}}'],
  ['a deep __proto__', JSON_TYPE, '{"name":"a","more":[{"__proto__":{}}]}'],
  ['constructor.prototype', JSON_TYPE, '{"constructor":{"prototype":{"name":"a"}}}'],
  ['NUL', JSON_TYPE, '{"name":"\\u0000"}'],
  ['depth', JSON_TYPE, `{"name":"a","more":${'['.repeat(100)}${']'.repeat(100)}}`],
  ['half of a character', JSON_TYPE, '{"name":"\\ud83d"}'],
  ['half of a character in a name', JSON_TYPE, '{"\\ude00":1}'],
  ['a form', FORM, 'name=a'],
  ['JSON said to be a form', FORM, '{"name":"a"}'],
  ['JSON said to be in Latin-1', { 'content-type': 'application/json; charset=iso-8859-1' }, '{"name":"a"}'],
  ['JSON said to be in UTF-16', { 'content-type': 'application/json; charset="utf-16le"' }, '{"name":"a"}'],
  ['JSON said to be in ASCII', { 'content-type': 'application/json;charset=us-ascii' }, '{"name":"a"}'],
  ['JSON said to be compressed', { ...JSON_TYPE, 'content-encoding': 'br' }, '{"name":"a"}'],
  ['JSON said to be text', { 'content-type': 'text/plain' }, '{"name":"a"}'],
  ['JSON without a type', {}, '{"name":"a"}'],
  ['JSON of another vocabulary', { 'content-type': 'application/problem+json' }, '{"name":"a"}'],
  ['an image', PNG, 'PNG'],
  ['many parts', { 'content-type': 'multipart/form-data; boundary=x' }, '--x\r\n\r\n1\r\n--x--'],
  ['a type that is none', { 'content-type': ';;;' }, '{"name":"a"}'],
  ['a body that is compressed', { ...JSON_TYPE, 'content-encoding': 'gzip' }, '\x1f\x8b\x08'],
]

for (const [name, headers, body] of REFUSED) {
  test(`${name} is refused with 400 in the envelope of the frontend`, async () => {
    const { status, json } = await post('/v1/optional', headers, body)
    assert.equal(status, 400)
    assert.deepEqual(Object.keys(json).sort(), ['code', 'message', 'request_id', 'type'])
    assert.deepEqual([json.code, json.type], ['bad_request', 'bad_request'])
  })
}

test('a body that is no JSON, or not said to be, is told so, and not what its members should be', async () => {
  const bodies = [
    [JSON_TYPE, '{"name":'],
    [JSON_TYPE, "{name:'a'}"],
    [{}, '{"name":"a"}'],
  ] as const
  for (const [headers, body] of bodies) {
    const { json } = await post('/v1/required', headers, body)
    assert.match(String(json.message), /^The body is no JSON in UTF-8, or /)
  }
})

test('what was sent is not repeated in the refusal', async () => {
  for (const body of [
    '{"name":["s3cret"]}',
    '{"name":{"s3cret":1}}',
    '"s3cret"',
    '{"s3cret',
    '{"__proto__":"s3cret"}',
  ]) {
    const { status, text } = await post('/v1/required', JSON_TYPE, body)
    assert.equal(status, 400)
    assert.ok(!text.includes('s3cret'), text)
  }
})

const BROKEN: readonly [name: string, body: Buffer][] = [
  ['Latin-1', Buffer.from('{"name":"Jürgen"}', 'latin1')],
  ['UTF-16', Buffer.from('\uFEFF{"name":"a"}', 'utf16le')],
  ['a character that ends too soon', Buffer.from([...Buffer.from('{"name":"'), 0xf0, 0x9f, 0x98, 0x22, 0x7d])],
  ['an overlong character', Buffer.from([...Buffer.from('{"name":"'), 0xc1, 0x81, 0x22, 0x7d])],
  ['broken bytes where nobody reads them', Buffer.from([...Buffer.from('{"name":"a","more":"'), 0xff, 0x22, 0x7d])],
]

for (const [name, body] of BROKEN) {
  test(`a body in ${name} is refused, and not repaired`, async () => {
    for (const path of ['/v1/optional', '/v1/none']) {
      const head = requestText(`POST ${path}`, { ...JSON_TYPE, 'content-length': String(body.length) })
      const { status, json } = await raw(Buffer.concat([Buffer.from(head), body]))
      assert.deepEqual([status, json.code], [400, 'bad_request'])
      assert.match(json.message, /UTF-8/)
    }
  })
}

test('a body that nobody asked for has to be a body all the same', async () => {
  assert.equal((await post('/v1/none', JSON_TYPE, '{"a":1}')).status, 200)
  assert.equal((await post('/v1/none', JSON_TYPE, '{')).status, 400)
  assert.equal((await post('/v1/none', PNG, 'PNG')).status, 400)
  assert.equal((await post('/v1/none', FORM, 'a=1')).status, 400)
})

test('a DELETE may have a body, and need not', async () => {
  const bare = await raw(requestText('DELETE /v2/things/1'))
  assert.deepEqual(bare.json, { params: { id: '1' }, body: 'none' })
  const full = await raw(requestText('DELETE /v2/things/1', JSON_TYPE, '{"name":"a"}'))
  assert.deepEqual(full.json, { params: { id: '1' }, body: { name: 'a' } })
})

const filled = (bytes: number) => `{"name":"${'x'.repeat(bytes - 11)}"}`

test('a body of 64 KiB is read and one byte more is refused, whether its length is announced or not', async () => {
  for (const path of ['/v1/optional', '/v1/required', '/v1/none']) {
    assert.equal((await post(path, JSON_TYPE, filled(65_536))).status, 200, path)
    const announced = await post(path, JSON_TYPE, filled(65_537))
    assert.deepEqual([announced.status, announced.json.code], [400, 'bad_request'], path)
    const chunk = filled(65_537)
    const head = requestText(`POST ${path}`, { ...JSON_TYPE, 'transfer-encoding': 'chunked' })
    const chunked = await raw(`${head}${chunk.length.toString(16)}\r\n${chunk}\r\n0\r\n\r\n`)
    assert.deepEqual([chunked.status, chunked.json.code], [400, 'bad_request'], path)
  }
})

test('a form and a body of unknown type end at 64 KiB too', async () => {
  for (const type of ['application/x-www-form-urlencoded', 'text/plain']) {
    const { status } = await post('/v1/optional', { 'content-type': type }, `name=${'x'.repeat(65_536)}`)
    assert.equal(status, 400, type)
  }
})

test('a body of an endpoint with a limit of its own ends there', async () => {
  assert.equal((await post('/v1/large', JSON_TYPE, filled(100_000))).status, 200)
  const { status, json } = await post('/v1/large', JSON_TYPE, filled(100_001))
  assert.deepEqual([status, json.code], [400, 'bad_request'])
})

test('none of this is an unexpected error', () => {
  assert.deepEqual(log, [])
})

test('an endpoint may take a larger body than the others, as far as it says', async () => {
  const sent = (length: number) => post('/v1/form', FORM, `name=${'x'.repeat(length - 5)}`)
  assert.equal((await sent(100_000)).status, 200)
  for (const answer of [await sent(100_001), await post('/v1/none', JSON_TYPE, `"${'x'.repeat(70_000)}"`)]) {
    assert.deepEqual([answer.status, answer.json.code], [400, 'bad_request'])
  }
})

test('an answer that is a text is sent as it is, by its own type', async () => {
  const { status, headers, text } = await raw(requestText('GET /v1/text'))
  assert.deepEqual([status, headers['content-type'], text], [200, 'application/samlmetadata+xml', '<a/>'])
})
