import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decode, encode } from './base64url.ts'

test('any bytes come back unchanged', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.deepEqual(decode(encode(bytes)), Buffer.from(bytes))
    }),
  )
})

test('the alphabet is the URL-safe one, without padding', () => {
  assert.equal(encode(Uint8Array.of(0xfb, 0xff)), '-_8')
})

test('a string is encoded as UTF-8', () => {
  assert.equal(encode('é'), 'w6k')
})

test('a view encodes its own bytes only', () => {
  assert.equal(encode(Uint8Array.of(1, 2, 3, 4).subarray(1, 3)), encode(Uint8Array.of(2, 3)))
})

test('the empty text decodes to no bytes', () => {
  assert.deepEqual(decode(''), Buffer.alloc(0))
})

for (const [text, fault] of [
  ['_w==', 'padding'],
  ['+/8', 'the other base64 alphabet'],
  ['_x', 'stray trailing bits'],
  ['_', 'an impossible length'],
  ['_w\n', 'a line break'],
  ['_ w', 'a space'],
  ['_wé', 'a letter outside ASCII'],
] as const) {
  test(`${fault} is refused`, () => {
    assert.equal(decode(text), undefined)
  })
}
