import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judge, NONCE_KEY, NOW, NOW_SECONDS, proofOf, VALID } from './dpop.fixture.ts'
import { issueNonce } from './dpop.ts'

const MINUTE = 60_000

test('an iat outside the window asks for a nonce', () => {
  for (const iat of [NOW_SECONDS - 301, NOW_SECONDS + 301, 0, -1]) {
    assert.deepEqual(judge(proofOf({ iat })), { kind: 'nonce_required' }, String(iat))
  }
})

test('the nonce story of RFC 9449 §8: refused for its clock, told a nonce, accepted with it', () => {
  const wrongClock = NOW_SECONDS - 86_400
  assert.deepEqual(judge(proofOf({ iat: wrongClock })), { kind: 'nonce_required' })
  const nonce = issueNonce(NONCE_KEY, NOW)
  const retry = proofOf({ iat: wrongClock, nonce })
  assert.deepEqual(judge(retry, { now: NOW + 1000 }), { ...VALID, issuedAt: wrongClock * 1000 })
  assert.deepEqual(judge(retry, { now: NOW + 11 * MINUTE }), { kind: 'nonce_required' })
})

test('with a valid nonce a wild iat is not judged', () => {
  const nonce = issueNonce(NONCE_KEY, NOW)
  for (const iat of [0, -1e9, 1e15]) assert.equal(judge(proofOf({ iat, nonce })).kind, 'valid')
})

test('with a nonce that has grown old, iat decides', () => {
  const nonce = issueNonce(NONCE_KEY, NOW - 60 * MINUTE)
  assert.equal(judge(proofOf({ nonce })).kind, 'valid')
  assert.deepEqual(judge(proofOf({ nonce, iat: NOW_SECONDS - 301 })), { kind: 'nonce_required' })
})

test('a forged nonce asks for a nonce, however good iat is', () => {
  for (const nonce of ['', 'srv-nonce-1', issueNonce(Buffer.alloc(32, 6), NOW)]) {
    assert.deepEqual(judge(proofOf({ nonce })), { kind: 'nonce_required' }, nonce)
  }
})

test('where freshness is ignored, neither iat nor a forged nonce matters, and all the rest does', () => {
  assert.deepEqual(judge(proofOf({ iat: 0, nonce: 'forged' }), { freshness: 'ignored' }), { ...VALID, issuedAt: 0 })
  assert.equal(judge(proofOf({ iat: 0, htm: 'GET' }), { freshness: 'ignored' }).kind, 'invalid')
})

test('a challenge-bound proof must repeat the jti of its challenge, and its freshness is not judged', () => {
  assert.deepEqual(judge(proofOf({ iat: 0 }), { expectedJti: 'one' }), { ...VALID, issuedAt: 0 })
  assert.deepEqual(judge(proofOf(), { expectedJti: 'two' }), {
    kind: 'invalid',
    reason: 'jti is not that of the challenge',
  })
})
