import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { decodeJson, decodeText } from './json.ts'

const bytes = (...parts: readonly (string | number)[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : Buffer.from(part))))

test('whatever is written as JSON in UTF-8 is read as it was, with a byte order mark or without', () => {
  fc.assert(
    fc.property(fc.json(), fc.boolean(), (json, marked) => {
      assert.deepEqual(decodeJson(bytes(marked ? '\uFEFF' : '', json)), JSON.parse(json))
    }),
  )
})

test('bytes are text when, and only when, a strict decoder takes them', () => {
  const strict = (given: Uint8Array) => {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(given)
    } catch {
      return undefined
    }
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 12 }), (given) => {
      assert.equal(decodeText(Buffer.from(given)), strict(given))
    }),
  )
})

describe('no JSON is', () => {
  const table: readonly (readonly [string, Buffer])[] = [
    ['nothing', bytes()],
    ['a byte order mark alone', bytes('\uFEFF')],
    ['two byte order marks', bytes('\uFEFF\uFEFF{}')],
    ['a text in Latin-1', Buffer.from('{"city":"Málaga"}', 'latin1')],
    ['a sequence that ends too soon', bytes('"', 0xe2, 0x82, '"')],
    ['an overlong sequence', bytes('"', 0xc0, 0xaf, '"')],
    ['half of a surrogate pair', bytes('"', 0xed, 0xa0, 0x80, '"')],
    ['UTF-16', Buffer.from('\uFEFF{}', 'utf16le')],
    ['a page', bytes('<!doctype html>')],
  ]
  for (const [what, given] of table) test(what, () => assert.equal(decodeJson(given), undefined))
})
