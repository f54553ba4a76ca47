import assert from 'node:assert/strict'
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { randomBytes } from './random.ts'
import { keyIdOf, open, openWith, seal } from './sealed-box.ts'

const KEY = { id: 'a1b2c3d4', key: Buffer.alloc(32, 3) }
const OTHER = { id: '00ff00ff', key: Buffer.alloc(32, 4) }
const HEAD = `v2.${KEY.id}.`

/** A box of before boxes named their keys. */
function sealV1(key: Uint8Array, context: string, text: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(context))
  const sealed = Buffer.concat([nonce, cipher.update(text), cipher.final(), cipher.getAuthTag()])
  return `v1.${sealed.toString('base64url')}`
}

test('what was sealed opens under the same key and context, whatever keys are beside it', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string(), (plaintext, context) => {
      const sealed = seal(KEY, context, plaintext, randomBytes)
      for (const keys of [[KEY], [OTHER, KEY], [KEY, OTHER]]) {
        assert.deepEqual(openWith(keys, context, sealed), { plaintext: Buffer.from(plaintext), id: KEY.id })
      }
    }),
  )
})

test('a string is sealed as UTF-8', () => {
  assert.equal(open([KEY], 'c', seal(KEY, 'c', 'clé', randomBytes))?.toString('utf8'), 'clé')
})

test('the box is AES-256-GCM: nonce, ciphertext, tag, with the context as additional data, behind the id of its key', () => {
  const sealed = seal(KEY, 'app/column', 'hello', randomBytes)
  assert.ok(sealed.startsWith(HEAD))
  assert.equal(keyIdOf(sealed), KEY.id)
  const bytes = Buffer.from(sealed.slice(HEAD.length), 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', KEY.key, bytes.subarray(0, 12))
  decipher.setAAD(Buffer.from('app/column')).setAuthTag(bytes.subarray(-16))
  assert.equal(decipher.update(bytes.subarray(12, -16), undefined, 'utf8') + decipher.final('utf8'), 'hello')
})

test('a box that names no key is tried under each', () => {
  const sealed = sealV1(KEY.key, 'c', 'hello')
  assert.equal(keyIdOf(sealed), undefined)
  for (const keys of [[KEY], [OTHER, KEY]]) {
    assert.deepEqual(openWith(keys, 'c', sealed), { plaintext: Buffer.from('hello'), id: KEY.id })
  }
  assert.equal(open([OTHER], 'c', sealed), undefined)
  assert.equal(open([KEY], 'd', sealed), undefined)
})

test('the same plaintext is never sealed the same twice', () => {
  assert.notEqual(seal(KEY, 'c', 'hello', randomBytes), seal(KEY, 'c', 'hello', randomBytes))
})

test('another key, the name of another key or another context does not open it', () => {
  const sealed = seal(KEY, 'c', 'hello', randomBytes)
  assert.equal(open([OTHER], 'c', sealed), undefined)
  assert.equal(open([{ ...OTHER, id: KEY.id }], 'c', sealed), undefined)
  assert.equal(open([KEY, OTHER], 'c', sealed.replace(KEY.id, OTHER.id)), undefined)
  assert.equal(open([KEY], 'd', sealed), undefined)
})

test('any flipped bit is refused', () => {
  const bytes = Buffer.from(seal(KEY, 'c', 'hello', randomBytes).slice(HEAD.length), 'base64url')
  for (let bit = 0; bit < bytes.byteLength * 8; bit++) {
    const flipped = Buffer.from(bytes)
    flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3)
    for (const head of [HEAD, 'v1.'])
      assert.equal(open([KEY], 'c', `${head}${flipped.toString('base64url')}`), undefined, `bit ${bit}`)
  }
})

test('anything malformed is refused', () => {
  const sealed = seal(KEY, 'c', '', randomBytes)
  const body = sealed.slice(HEAD.length)
  for (const text of [
    '',
    'v1.',
    'v2.',
    HEAD,
    `v2.${body}`,
    `v3.${KEY.id}.${body}`,
    body,
    sealed.slice(0, -4),
    `${sealed}=`,
  ]) {
    assert.equal(open([KEY], 'c', text), undefined, text)
  }
})

test('a key of another length is a bug', () => {
  assert.throws(() => seal({ ...KEY, key: KEY.key.subarray(1) }, 'c', 'hello', randomBytes))
})
