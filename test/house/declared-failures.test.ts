import assert from 'node:assert/strict'
import { test } from 'node:test'
import { failuresOf } from '../../src/platform/openapi-errors.ts'
import { endpoints } from '../../src/server.ts'
import { answerLine, unansweredFailures } from '../coverage-of-answers.ts'

/** A line for every declared failure of every endpoint, as a run that produced them all would have left them. */
const complete = endpoints.flatMap((endpoint) => {
  const path = `${endpoint.path.replace(/\{\w+\}/g, 'x')}?limit=1`
  return failuresOf(endpoint).map(({ code }) => answerLine(endpoint.method, path, 400, { code }))
})

test('a run that was answered every declared failure lacks none', () => {
  assert.deepEqual(unansweredFailures(endpoints, complete), [])
})

test('a run that was answered nothing lacks every declared failure but the breakdowns', () => {
  const missing = unansweredFailures(endpoints, [])
  assert.ok(missing.includes('finalizeLogin token_reused'))
  assert.deepEqual(
    missing.filter((name) => name.endsWith(' internal')),
    ['finalizeLogin internal'],
  )
})

test('each answer counts for its own endpoint alone', () => {
  const refresh = (line: string) => line.startsWith('POST /v1/session/refresh ')
  const missing = unansweredFailures(
    endpoints,
    complete.filter((line) => !refresh(line)),
  )
  assert.ok(missing.length > 0)
  assert.ok(missing.every((name) => name.startsWith('refreshSession ')))
})

test('an endpoint that was answered one failure still lacks the others', () => {
  const line = answerLine('POST', '/v1/session/login/finalize', 409, { code: 'token_reused' })
  const missing = unansweredFailures(endpoints, [line])
  assert.ok(!missing.includes('finalizeLogin token_reused'))
  assert.ok(missing.includes('finalizeLogin expired_challenge_token'))
})

test('a path without parameters is told from one with them', () => {
  const [first] = endpoints
  assert.ok(first)
  const fixed = { ...first, method: 'GET' as const, path: '/users/search', operationId: 'search' }
  const open = { ...first, method: 'GET' as const, path: '/users/{id}', operationId: 'find' }
  const code = failuresOf(first)[0]?.code
  const missing = (path: string) => unansweredFailures([open, fixed], [answerLine('GET', path, 400, { code })])
  assert.ok(missing('/users/search').includes(`find ${code}`) && !missing('/users/search').includes(`search ${code}`))
  assert.ok(!missing('/users/7').includes(`find ${code}`) && missing('/users/7').includes(`search ${code}`))
  assert.ok(missing('/users/7/more').includes(`find ${code}`))
})

test('an answer without a code is written down without one', () => {
  assert.equal(answerLine('GET', '/x?y=1', 204, ''), 'GET /x 204 -')
  assert.equal(answerLine('GET', '/x', 200, [1]), 'GET /x 200 -')
  assert.equal(answerLine('GET', '/x', 404, { code: 'not_found' }), 'GET /x 404 not_found')
})
