import assert from 'node:assert/strict'
import { type Family, statusOf } from '../../src/platform/failure.ts'
import type { Answer } from '../builders.ts'

/** Asserts a refusal of the management API; `place` is what its message must name. */
export function assertDenied(answer: Answer, code: string, family: Family, place = ''): void {
  const { body } = answer
  assert.equal(answer.status, statusOf[family], JSON.stringify(body))
  assert.deepEqual(Object.keys(body).sort(), ['code', 'message', 'status'])
  assert.equal(body.code, code, JSON.stringify(body))
  assert.equal(body.status, family)
  assert.ok(body.message.length > 0)
  assert.ok(body.message.includes(place), `${body.message} does not name ${place}`)
}

export const assertInvalid = (answer: Answer, place?: string): void =>
  assertDenied(answer, 'invalid_request', 'bad_request', place)

export const assertNotFound = (answer: Answer): void => assertDenied(answer, 'not_found', 'not_found')
