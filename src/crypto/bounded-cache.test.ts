import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newBoundedCache } from './bounded-cache.ts'

test('what was inserted is found, the latest value of a name', () => {
  const cache = newBoundedCache<number>(2)
  cache.insert('a', 1)
  cache.insert('a', 2)
  assert.equal(cache.find('a'), 2)
  assert.equal(cache.find('b'), undefined)
})

test('beyond the capacity the entry that was unused for longest is gone, and no other', () => {
  const cache = newBoundedCache<number>(3)
  for (const [value, name] of ['a', 'b', 'c'].entries()) cache.insert(name, value)
  cache.find('a')
  cache.insert('d', 3)
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((name) => cache.find(name)),
    [0, undefined, 2, 3],
  )
})

test('inserting a name again takes no second place', () => {
  const cache = newBoundedCache<number>(2)
  for (const name of ['a', 'b', 'b', 'b']) cache.insert(name, 1)
  assert.equal(cache.find('a'), 1)
})
