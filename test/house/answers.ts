import assert from 'node:assert/strict'
import { type Family, statusOf } from '../../src/platform/failure.ts'
import type { Answer } from '../builders.ts'

/** Asserts a refusal of the frontend API down to its last header: what it says, and that it hands out and takes away nothing. */
export function assertRefused(answer: Answer, code: string, family: Family): void {
  const { body, headers } = answer
  assert.equal(answer.status, statusOf[family], JSON.stringify(body))
  assert.equal(body.code, code, JSON.stringify(body))
  assert.equal(body.type, family)
  assert.deepEqual(Object.keys(body).sort(), ['code', 'message', 'request_id', 'type'])
  assert.ok(body.message.length > 0)
  assert.match(body.request_id, /^req_[\w-]{16}$/)
  assert.equal(headers.get('x-request-id'), body.request_id)
  assert.match(headers.get('content-type') ?? '', /^application\/json\b/)
  assert.equal(headers.get('cache-control'), 'no-store')
  assert.ok(headers.has('date'))
  assert.deepEqual(headers.getSetCookie(), [])
  assert.equal(headers.get('x-refresh-token'), null)
  assert.equal(headers.get('x-refresh-token-expires-at'), null)
}

/** Asserts a success without a body. */
export function assertNoContent(answer: Answer): void {
  assert.equal(answer.status, 204, JSON.stringify(answer.body))
  assert.equal(answer.body, '')
}
