import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { type Access, endpoint, noContent } from '../../src/platform/endpoint.ts'
import { failures, universal } from '../../src/platform/failure.ts'
import { openapi } from '../../src/platform/openapi.ts'
import { application, send } from '../builders.ts'
import { contractOf, type SentAnswer } from '../contract.ts'
import { stages } from './stages.ts'

const failure = failures({ mode_taken: ['conflict', 'Taken.'], key_taken: ['conflict', 'Taken.'] })
const anybody: Access = { name: 'anybody', failures: [], security: [], resolve: async () => ({}) }
const base = {
  audience: 'management',
  tag: 'Things',
  summary: 'Do it',
  access: anybody,
  permission: 'config:read',
  failures: [universal.not_found, failure.mode_taken],
} as const
const things = [
  endpoint({
    ...base,
    method: 'GET',
    path: '/v2/{appID}/mode',
    operationId: 'getMode',
    response: z.object({ mode: z.enum(['dev', 'prod']) }),
    handle: async () => ({ body: { mode: 'dev' as const } }),
  }),
  endpoint({
    ...base,
    method: 'GET',
    path: '/v2/{appID}/{key}',
    operationId: 'getKey',
    response: z.object({ created_at: z.iso.datetime() }),
    failures: [failure.key_taken],
    handle: async () => ({ body: { created_at: '' } }),
  }),
  endpoint({
    ...base,
    method: 'DELETE',
    path: '/v2/{appID}/mode',
    operationId: 'deleteMode',
    response: noContent,
    handle: async () => ({}),
  }),
]
const described = { info: {}, servers: [], tags: [], securitySchemes: {} }
const judge = contractOf([openapi(things, { ...described, audience: 'management' }) as never])
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' }
const MADE = '2026-01-02T03:04:05.000Z'
const right: SentAnswer = {
  method: 'GET',
  url: '/v2/demo/mode?x=1',
  status: 200,
  headers: JSON_TYPE,
  body: '{"mode":"dev"}',
}
const error = (code: string, status: string) => JSON.stringify({ code, status, message: 'No.' })

const WRONG: readonly [name: string, change: Partial<SentAnswer>, told: RegExp][] = [
  ['a status that is not declared', { status: 418 }, /and its body does not fit/],
  ['a member of another type', { body: '{"mode":7}' }, /its body does not fit: \/mode must be/],
  ['a member that is missing', { body: '{}' }, /must have required property 'mode'/],
  ['no value of an enumeration', { body: '{"mode":"test"}' }, /must be equal to one of the allowed values/],
  ['another media type', { headers: { 'content-type': 'text/plain' } }, /media type `text\/plain` is not declared/],
  ['no body', { body: '' }, /does not fit/],
  ['a code of another operation', { status: 409, body: error('key_taken', 'conflict') }, /does not fit/],
  ['a code in another family', { status: 404, body: error('not_found', 'conflict') }, /does not fit/],
  ['an envelope of the frontend', { status: 404, body: '{"code":"not_found","type":"not_found"}' }, /does not fit/],
  ['a header that is not declared', { headers: { ...JSON_TYPE, 'x-refresh-token': 'x' } }, /`x-refresh-token` is not/],
  ['a time that is none', { url: '/v2/demo/key_1', body: '{"created_at":"now"}' }, /date-time/],
  [
    'a body where none is declared',
    { method: 'DELETE', url: '/v2/demo/mode', status: 204, body: '{}' },
    /no body is declared/,
  ],
]

test('an answer as it is documented passes, with or without an error, and so does what is no operation', () => {
  const fine: Partial<SentAnswer>[] = [
    {},
    { status: 404, body: error('not_found', 'not_found') },
    { status: 503, body: error('overloaded', 'unavailable') },
    { url: '/v2/demo/key_1', body: JSON.stringify({ created_at: MADE }) },
    { method: 'DELETE', url: '/v2/demo/mode', status: 204, headers: {}, body: '' },
    { url: '/demo/page', status: 418, body: 'teapot' },
  ]
  for (const change of fine) assert.equal(judge({ ...right, ...change }), undefined)
})

for (const [name, change, told] of WRONG)
  test(`${name} is a breach of the contract`, () => {
    assert.match(judge({ ...right, ...change }) ?? 'passed', told)
  })

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  test(`${engine}: a test fails whose server answers otherwise than is published, whatever the test looks at`, async () => {
    await app.manage('/mode')
    w.breaches.push('GET /x answered 200, and it should not')
    await assert.rejects(send(w, '/livez'), /GET \/x answered 200, and it should not/)
    assert.deepEqual(w.breaches, [])
  })
}
