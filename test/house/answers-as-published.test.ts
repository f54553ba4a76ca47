import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { type Access, endpoint, noContent } from '../../src/platform/endpoint.ts'
import { failures, universal } from '../../src/platform/failure.ts'
import { openapi } from '../../src/platform/openapi.ts'
import { application, send } from '../builders.ts'
import { callContractOf, contractOf, type SentAnswer, type SentCall } from '../contract.ts'
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

const asked = z.object({ app_id: z.string(), token: z.string() })
const told = z.object({
  events: z.array(z.object({ type: z.literal('thing.made'), payload: z.object({ n: z.int() }) })),
})
const ours = { tag: 'Hooks', summary: 'Do it', description: 'Now.', headers: {}, answers: {} } as const
const calls = [
  { ...ours, name: 'migrationHook', body: asked },
  { ...ours, name: 'thing.made', body: told },
]
const judgeCall = callContractOf(openapi([], { ...described, audience: 'management', calls }) as never)
const sentTo = (agent: string, body: unknown): SentCall => ({
  url: 'https://hook.example.com/',
  headers: { 'user-agent': agent },
  body: JSON.stringify(body),
})
const HOOK = 'Prelude-SessionMigrationHook/1.0'
const delivery = (...types: string[]) => ({ events: types.map((type) => ({ type, payload: { made: 'up' } })) })

test('a request of ours as it is documented passes, and so does what is none of these', () => {
  assert.equal(judgeCall(sentTo(HOOK, { app_id: 'shop', token: 'x' })), undefined)
  assert.equal(judgeCall(sentTo('Antiphon-Webhooks', delivery('thing.made'))), undefined)
  assert.equal(judgeCall(sentTo('Somebody/1.0', { n: 1 })), undefined)
  assert.equal(judgeCall({ url: 'https://issuer.example.com/jwks' }), undefined)
})

const WRONG_CALLS: readonly [name: string, call: SentCall, said: RegExp][] = [
  [
    'a member that is missing',
    sentTo(HOOK, { app_id: 'shop' }),
    /`migrationHook`, and its body does not fit: .*'token'/,
  ],
  ['a member that is not declared', sentTo(HOOK, { app_id: 'shop', token: 'x', ip: '' }), /its members ip are not/],
  ['a hook that is not', sentTo('Antiphon-Messages/1.0', {}), /`messageHook`, and the document knows nothing of it/],
  ['a type of events that is not', sentTo('Antiphon-Webhooks', delivery('thing.made', 'thing.lost')), /`thing.lost`/],
]

for (const [name, call, said] of WRONG_CALLS)
  test(`${name} is a breach of what is published of our requests`, () => {
    assert.match(judgeCall(call) ?? 'passed', said)
  })

for (const { engine, w, app } of await stages(async (w) => ({ app: await application(w) }))) {
  test(`${engine}: a test fails whose server answers otherwise than is published, whatever the test looks at`, async () => {
    await app.manage('/mode')
    w.breaches.push('GET /x answered 200, and it should not')
    await assert.rejects(send(w, '/livez'), /GET \/x answered 200, and it should not/)
    assert.deepEqual(w.breaches, [])
  })
}
