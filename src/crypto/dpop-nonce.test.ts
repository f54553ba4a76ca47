import assert from 'node:assert/strict'
import { test } from 'node:test'
import { encode } from './base64url.ts'
import { issueNonce, verifyNonce } from './dpop.ts'

const NOW = 1_790_000_000_000
const NONCE_KEY = Buffer.alloc(32, 5)

test('a nonce is fresh in its window of 300 s and the next one, then stale', () => {
  const windowStart = Math.ceil(NOW / 300_000) * 300_000
  const nonce = issueNonce(NONCE_KEY, windowStart)
  assert.equal(verifyNonce(NONCE_KEY, nonce, windowStart), 'fresh')
  assert.equal(verifyNonce(NONCE_KEY, nonce, windowStart + 600_000 - 1), 'fresh')
  assert.equal(verifyNonce(NONCE_KEY, nonce, windowStart + 600_000), 'stale')
})

test('a nonce of the next window is fresh, for a node whose clock is behind; of a later one it is forged', () => {
  const windowStart = Math.ceil(NOW / 300_000) * 300_000
  const nonce = issueNonce(NONCE_KEY, windowStart)
  assert.equal(verifyNonce(NONCE_KEY, nonce, windowStart - 300_000), 'fresh')
  assert.equal(verifyNonce(NONCE_KEY, nonce, windowStart - 300_001), 'forged')
})

test('any flipped bit of a nonce makes it forged, as do another key and another length', () => {
  const nonce = issueNonce(NONCE_KEY, NOW)
  const bytes = Buffer.from(nonce, 'base64url')
  assert.equal(bytes.byteLength, 20)
  for (let bit = 0; bit < 160; bit++) {
    const flipped = Buffer.from(bytes)
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    assert.equal(verifyNonce(NONCE_KEY, encode(flipped), NOW), 'forged', `bit ${bit}`)
  }
  assert.equal(verifyNonce(Buffer.alloc(32, 6), nonce, NOW), 'forged')
  for (const text of ['', `${nonce}A`, nonce.slice(2), `${nonce}=`]) {
    assert.equal(verifyNonce(NONCE_KEY, text, NOW), 'forged', text)
  }
})

test('a nonce is the same to everybody in its window, and another in each other window and under each other key', () => {
  const [one, other] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)]
  const first = issueNonce(one, NOW)
  assert.equal(issueNonce(one, NOW), first)
  const later = issueNonce(one, NOW + 300_000)
  // By a clock that was set back it is the first again.
  assert.equal(issueNonce(one, NOW), first)
  assert.notEqual(later, first)
  assert.notEqual(issueNonce(other, NOW), first)
  assert.equal(verifyNonce(one, later, NOW + 900_000), 'stale')
  assert.equal(verifyNonce(one, issueNonce(one, NOW + 900_000), NOW + 900_000), 'fresh')
})
