import assert from 'node:assert/strict'
import { hkdfSync } from 'node:crypto'
import { test } from 'node:test'
import { deriveKey, equalBytes, equalText, hmacSha256, sha256 } from './hash.ts'

test('SHA-256 of "abc" is the FIPS 180-4 example, as text and as bytes', () => {
  const expected = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'
  assert.equal(sha256('abc').toString('hex'), expected)
  assert.equal(sha256(Buffer.from('abc')).toString('hex'), expected)
})

test('HMAC-SHA-256 gives the value of RFC 4231 §4.3', () => {
  const mac = hmacSha256(Buffer.from('Jefe'), 'what do ya want for nothing?')
  assert.equal(mac.toString('hex'), '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
})

test('bytes are equal only when length and content are', () => {
  assert.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2)), true)
  assert.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3)), false)
  assert.equal(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 3)), false)
})

test('texts are equal only when length and content are', () => {
  assert.equal(equalText('secret', 'secret'), true)
  assert.equal(equalText('secret', 'secreT'), false)
  assert.equal(equalText('secret', 'secrets'), false)
})

test('two different lone surrogates, which UTF-8 would merge, are different texts', () => {
  assert.equal(equalText('\ud800', '\ud801'), false)
})

test('a derived key has 32 bytes, repeats, and differs by purpose and by master key', () => {
  const master = Buffer.alloc(32, 7)
  const key = deriveKey(master, 'refresh')
  assert.equal(key.byteLength, 32)
  assert.deepEqual(deriveKey(master, 'refresh'), key)
  assert.notDeepEqual(deriveKey(master, 'nonce'), key)
  assert.notDeepEqual(deriveKey(Buffer.alloc(32, 8), 'refresh'), key)
})

test('key derivation is HKDF as RFC 5869 A.3 has it: no salt, and here the purpose as info', () => {
  const master = Buffer.alloc(22, 0x0b)
  assert.equal(
    deriveKey(master, '').toString('hex'),
    '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d',
  )
  assert.deepEqual(deriveKey(master, 'a'), Buffer.from(hkdfSync('sha256', master, '', 'a', 32)))
})
