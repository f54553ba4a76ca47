import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import type { Deps } from './deps.ts'
import { type Access, endpoint, type HttpRequest, noContent, Refused } from './endpoint.ts'
import { Failed, failures } from './failure.ts'

const failure = failures({
  unauthorized: ['unauthorized', 'Who are you?'],
  taken: ['conflict', 'Somebody has it.'],
})
const named: Access<{ name: string }> = {
  name: 'named',
  failures: [failure.unauthorized],
  security: [],
  resolve: async () => ({ name: 'Ada' }),
}
const base = {
  method: 'POST',
  path: '/p',
  audience: 'frontend',
  operationId: 'p',
  tag: 'T',
  summary: 'S',
  access: named,
} as const
const input = {
  grant: { name: 'Ada' },
  request: { id: 'req_1' } as HttpRequest,
  params: undefined,
  query: undefined,
  body: undefined,
}
const deps = {} as Deps
const thing = z.object({ id: z.string() })

test('success is 204 without a response, else 200, or what is declared', () => {
  const done = endpoint({ ...base, response: noContent, failures: [], handle: async () => ({}) })
  const read = endpoint({ ...base, response: thing, failures: [], handle: async () => ({ body: { id: '' } }) })
  const made = endpoint({
    ...base,
    response: thing,
    status: 201,
    failures: [],
    handle: async () => ({ body: { id: '' } }),
  })
  assert.deepEqual([done.status, read.status, made.status], [204, 200, 201])
})

test('it may answer the failures of its access and its own, each once, and no header unless declared', () => {
  const one = endpoint({
    ...base,
    response: noContent,
    failures: [failure.taken, failure.unauthorized],
    handle: async () => ({}),
  })
  assert.deepEqual(one.failures, [failure.unauthorized, failure.taken])
  assert.deepEqual(one.headers, {})
})

test('the handler is given grant, request and input, and its answer is handed on', async () => {
  const given: unknown[] = []
  const one = endpoint({
    ...base,
    params: z.object({ id: z.string() }),
    query: z.object({ limit: z.string() }),
    body: z.object({ size: z.int() }),
    response: thing,
    headers: { 'X-Next': { description: 'Next' } },
    failures: [],
    async handle({ name, request, params, query, body }, handed) {
      given.push(name, request.id, params.id, query.limit, body.size, handed === deps)
      return { body: { id: params.id }, headers: { 'X-Next': '2' } }
    },
  })
  const answer = await one.run({ ...input, params: { id: 'a' }, query: { limit: '1' }, body: { size: 2 } }, deps)
  assert.deepEqual(given, ['Ada', 'req_1', 'a', '1', 2, true])
  assert.deepEqual(answer, { body: { id: 'a' }, headers: { 'X-Next': '2' } })
})

test('to fail is to throw the failure with what its answer carries besides', async () => {
  const one = endpoint({
    ...base,
    response: noContent,
    failures: [failure.taken],
    handle: async ({ fail }) => fail(failure.taken, { headers: { 'retry-after': '5' }, message: 'By Ada.' }),
  })
  await assert.rejects(one.run(input, deps), (thrown) => {
    assert.ok(thrown instanceof Failed)
    assert.deepEqual(thrown.refusal, {
      failure: failure.taken,
      headers: { 'retry-after': '5' },
      message: 'By Ada.',
    })
    return true
  })
})

test('an access that is refused has headers only if there are any', () => {
  assert.deepEqual(new Refused(failure.unauthorized).refusal, { failure: failure.unauthorized })
  assert.deepEqual(new Refused(failure.unauthorized, { a: 'b' }).refusal, {
    failure: failure.unauthorized,
    headers: { a: 'b' },
  })
  assert.deepEqual(new Refused(failure.unauthorized, undefined, 'Ada?').refusal, {
    failure: failure.unauthorized,
    message: 'Ada?',
  })
})
