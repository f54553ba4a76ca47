import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { mergeOf, objectIn } from '../src/screens/user/json-object.ts'

describe('a profile that is edited as JSON', () => {
  test('only an object is one', () => {
    assert.deepEqual(objectIn('{"a":1}'), { a: 1 })
    for (const text of ['', '{', '[]', 'null', '"a"', '1']) assert.equal(objectIn(text), undefined, text)
  })

  test('what differs is sent, and null for what was left out', () => {
    const before = { name: 'Ana', tags: ['a'], deep: { a: 1 }, gone: true }
    const after = { name: 'Ana', tags: ['a', 'b'], deep: { a: 1 }, fresh: 0 }
    assert.deepEqual(mergeOf(before, after), { tags: ['a', 'b'], fresh: 0, gone: null })
    assert.deepEqual(mergeOf(before, before), {})
  })

  test('a member called as what every object has is a member', () => {
    assert.deepEqual(mergeOf({}, { toString: 'x' }), { toString: 'x' })
    assert.deepEqual(mergeOf({ toString: 'x' }, {}), { toString: null })
  })
})
