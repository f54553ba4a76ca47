import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashSecret, newSecret } from './opaque-token.ts'
import { randomBytes } from './random.ts'

test('a secret is its prefix and 32 random bytes as base64url', () => {
  const { secret } = newSecret('sk_', (length) => Buffer.alloc(length, 0xff))
  assert.equal(secret, `sk_${Buffer.alloc(32, 0xff).toString('base64url')}`)
})

test('the hash covers the whole secret, prefix included', () => {
  const { secret, hash } = newSecret('sk_', randomBytes)
  assert.equal(hashSecret(secret), hash)
  assert.notEqual(hashSecret(secret.slice(3)), hash)
})

test('the stored form is SHA-256 in base64url', () => {
  assert.equal(hashSecret('abc'), 'ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
})
