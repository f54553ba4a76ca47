import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Unavailable } from './db-fault.ts'
import { type Access, endpoint, noContent } from './endpoint.ts'
import { anybody, audienceOf, openBare, requestText } from './http.fixture.ts'

const trouble: { thrown: unknown } = { thrown: undefined }
const troubled: Access = { ...anybody, resolve: () => Promise.reject(trouble.thrown) }
const at = (path: string, access: Access) =>
  endpoint({
    method: 'POST',
    path,
    ...audienceOf(path),
    operationId: path,
    tag: 'T',
    summary: 'S',
    access,
    response: noContent,
    failures: [],
    handle: () => Promise.reject(trouble.thrown),
  })
const PATHS = ['/v1/handler', '/v2/handler', '/v1/access', '/v2/access']
const { raw, log, advance } = await openBare(
  PATHS.map((path) => at(path, path.endsWith('access') ? troubled : anybody)),
  { allowedOrigins: () => Promise.reject(trouble.thrown) },
)
const post = (path: string, headers = {}) => raw(requestText(`POST ${path}`, headers, ''))
const withCode = (code: string, more = {}) => Object.assign(new Error(`s3cret@example.com ${code}`), { code, ...more })
const lines = () => log.splice(0).map((line) => JSON.parse(line))

const TOLD = 'the database has trouble'

const TROUBLE = [
  withCode('57P03'),
  withCode('ECONNREFUSED'),
  withCode('53100'),
  withCode('55P03'),
  withCode('ERR_SQLITE_ERROR', { errcode: 5 }),
  withCode('ERR_SQLITE_ERROR', { errcode: 13 }),
  new Unavailable('connection', 'the database did not answer'),
]

test('trouble of the database is 503 with Retry-After in both envelopes, wherever it is met', async () => {
  for (const thrown of TROUBLE) {
    trouble.thrown = thrown
    for (const path of PATHS) {
      const { status, headers, json } = await post(path)
      assert.deepEqual(
        [status, json.code, headers['retry-after']],
        [503, 'overloaded', '5'],
        `${path} ${thrown.message}`,
      )
      assert.equal(path.startsWith('/v2') ? json.status : json.type, 'unavailable')
    }
    assert.equal(
      (await post('/v1/handler', { origin: 'https://a.example' })).status,
      503,
      'while origins are looked up',
    )
  }
})

test('the log tells of it once a second, in a line without a stack, and how much it left out', async () => {
  trouble.thrown = withCode('57P01')
  advance(1_000)
  lines()
  for (let i = 0; i < 20; i++) await post('/v1/handler')
  assert.equal(lines().length, 1)
  advance(999)
  await post('/v2/access')
  assert.deepEqual(lines(), [])
  advance(1)
  const { headers } = await post('/v1/handler')
  const [told, ...others] = lines()
  assert.equal(told.request_id, headers['x-request-id'])
  assert.deepEqual([told.msg, told.err.error_code, told.untold, others.length], [TOLD, '57P01', 20, 0])
  assert.equal(told.err.stack, undefined)
  assert.doesNotMatch(JSON.stringify(told), /s3cret/)
})

test('a bug is still a bug, with its stack', async () => {
  trouble.thrown = withCode('23505')
  lines()
  const { status, headers, json } = await post('/v1/handler')
  assert.deepEqual([status, json.code, headers['retry-after']], [500, 'internal', undefined])
  assert.match(lines()[0].err.stack, /at /)
})
