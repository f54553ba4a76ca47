import assert from 'node:assert/strict'
import { createDecipheriv } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { randomBytes } from './random.ts'
import { open, seal } from './sealed-box.ts'

const KEY = Buffer.alloc(32, 3)

test('what was sealed opens under the same key and context', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string(), (plaintext, context) => {
      assert.deepEqual(open(KEY, context, seal(KEY, context, plaintext, randomBytes)), Buffer.from(plaintext))
    }),
  )
})

test('a string is sealed as UTF-8', () => {
  assert.equal(open(KEY, 'c', seal(KEY, 'c', 'clé', randomBytes))?.toString('utf8'), 'clé')
})

test('the box is AES-256-GCM: nonce, ciphertext, tag, with the context as additional data', () => {
  const bytes = Buffer.from(seal(KEY, 'app/column', 'hello', randomBytes).slice(3), 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', KEY, bytes.subarray(0, 12))
  decipher.setAAD(Buffer.from('app/column')).setAuthTag(bytes.subarray(-16))
  assert.equal(decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8'), 'hello')
})

test('the same plaintext is never sealed the same twice', () => {
  assert.notEqual(seal(KEY, 'c', 'hello', randomBytes), seal(KEY, 'c', 'hello', randomBytes))
})

test('another key or another context does not open it', () => {
  const sealed = seal(KEY, 'c', 'hello', randomBytes)
  assert.equal(open(Buffer.alloc(32, 4), 'c', sealed), undefined)
  assert.equal(open(KEY, 'd', sealed), undefined)
})

test('any flipped bit is refused', () => {
  const bytes = Buffer.from(seal(KEY, 'c', 'hello', randomBytes).slice(3), 'base64url')
  for (let bit = 0; bit < bytes.byteLength * 8; bit++) {
    const flipped = Buffer.from(bytes)
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    assert.equal(open(KEY, 'c', `v1.${flipped.toString('base64url')}`), undefined, `bit ${bit}`)
  }
})

test('anything malformed is refused', () => {
  const sealed = seal(KEY, 'c', '', randomBytes)
  for (const text of ['', 'v1.', `v2.${sealed.slice(3)}`, sealed.slice(3), sealed.slice(0, -4), `${sealed}=`]) {
    assert.equal(open(KEY, 'c', text), undefined, text)
  }
})

test('a key of another length is a bug', () => {
  assert.throws(() => seal(KEY.subarray(1), 'c', 'hello', randomBytes))
})
