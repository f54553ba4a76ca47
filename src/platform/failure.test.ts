import assert from 'node:assert/strict'
import { test } from 'node:test'
import { dpopChallenge } from '../core/access/failures.ts'
import { endpoints } from '../server.ts'
import { Failed, failures, statusOf, universal } from './failure.ts'

test('a table becomes a catalogue by code', () => {
  const catalogue = failures({ too_late: ['conflict', 'It is too late.'], gone: ['not_found', 'It is gone.'] })
  assert.deepEqual(catalogue, {
    too_late: { code: 'too_late', family: 'conflict', message: 'It is too late.' },
    gone: { code: 'gone', family: 'not_found', message: 'It is gone.' },
  })
})

test('each family has the status that clients know it by', () => {
  assert.deepEqual(statusOf, {
    bad_request: 400,
    unauthorized: 401,
    forbidden: 403,
    not_found: 404,
    conflict: 409,
    rate_limited: 429,
    internal: 500,
    unavailable: 503,
  })
})

test('a failure on its way is an error that carries all of its answer', () => {
  const refusal = { failure: universal.not_found, headers: { 'x-a': 'b' }, message: 'Nobody here.' }
  const thrown = new Failed(refusal)
  assert.ok(thrown instanceof Error)
  assert.equal(thrown.refusal, refusal)
  assert.equal(thrown.message, 'not_found')
})

const published = [
  ...Object.values(universal),
  ...Object.values(dpopChallenge),
  ...endpoints.flatMap((one) => one.failures),
]

test('a code means one thing: one family, wherever it is answered', () => {
  for (const [code, group] of Map.groupBy(published, (one) => one.code)) {
    assert.equal(new Set(group.map((one) => one.family)).size, 1, code)
  }
})

test('codes are words that stay, messages sentences', () => {
  for (const { code, family, message } of published) {
    assert.match(code, /^[a-z][a-z0-9]*(_[a-z0-9]+)*$/)
    assert.ok(family in statusOf, code)
    assert.match(message, /[.…]$/, code)
  }
})
