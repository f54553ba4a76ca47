import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Decision, decideRepeat } from './decide.ts'

const BEGUN = 1_000_000
const DAY = 86_400_000
const row = { request_hash: 'a', begun_at: BEGUN, effect_at: null, status: null, expires_at: BEGUN + DAY }

const CASES: readonly [name: string, row: Parameters<typeof decideRepeat>[0], afterMs: number, decision: Decision][] = [
  ['a key nobody has sent', undefined, 0, 'begin'],
  ['the first request is under way', row, 59_999, 'wait'],
  ['the first request is about to end', { ...row, effect_at: BEGUN }, 59_999, 'wait'],
  ['its process died before anything was done', row, 60_000, 'take_over'],
  ['its process died before it could say what it did', { ...row, effect_at: BEGUN }, 60_000, 'lost'],
  ['it was answered', { ...row, effect_at: BEGUN, status: 201 }, DAY - 1, 'kept'],
  ['it was answered a day ago', { ...row, effect_at: BEGUN, status: 201 }, DAY, 'take_over'],
  ['its answer was lost a day ago', { ...row, effect_at: BEGUN }, DAY, 'take_over'],
  ['another request has the key, and is under way', { ...row, request_hash: 'b' }, 0, 'reused'],
  ['another request has the key, and was answered', { ...row, request_hash: 'b', status: 201 }, 0, 'reused'],
  ['another request had the key a day ago', { ...row, request_hash: 'b', status: 201 }, DAY, 'take_over'],
  ['a clock that was set back', row, -DAY, 'wait'],
]

for (const [name, seen, afterMs, decision] of CASES)
  test(`${name}: ${decision}`, () => assert.equal(decideRepeat(seen, 'a', BEGUN + afterMs), decision))
