import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Cursor, MAX_CURSOR_CHARS, type Order, readCursor, writeCursor } from './cursor.ts'
import { NAME_COLUMNS } from './names.ts'

const id = fc.stringMatching(/^usr_[0-9a-z]{26}$/)
const CURSORS: readonly (readonly [Order, fc.Arbitrary<Cursor>])[] = [
  ['id', fc.record({ kind: fc.constant('id'), id })],
  ['time', fc.record({ kind: fc.constant('time'), createdAt: fc.nat(9e14), id })],
  ['name', fc.record({ kind: fc.constant('named'), id })],
  ['name', fc.record({ kind: fc.constant('number'), value: fc.stringMatching(/^\+\d{4,20}$/), id })],
  [
    'name',
    fc.record({
      kind: fc.constant('name'),
      column: fc.constantFrom(...NAME_COLUMNS),
      key: fc.stringMatching(/^([0-9a-f]{2}){0,64}$/),
      id,
    }),
  ],
]

for (const [order, cursors] of CURSORS) {
  test(`a place in a list by ${order} is read as it was written, in a text that is taken`, () => {
    fc.assert(
      fc.property(cursors, (made) => {
        const cursor = { ...made }
        const text = writeCursor(cursor)
        assert.deepEqual(readCursor(text, order), cursor)
        assert.ok(text.length <= MAX_CURSOR_CHARS)
      }),
    )
  })
}

test('what no list has said, or one in another order, is no place in a list', () => {
  for (const text of ['', 'usr_1', '5', '.usr_1', '5.', 'is.usr_1', '0-.usr_1', '5.USR', '-5.usr_1', '5.usr_1 '])
    assert.equal(readCursor(text, 'time'), undefined, text)
  for (const text of ['', 'usr_1', '5.usr_1', '3-00.usr_1', '0-xx.usr_1', 'is.', '00.usr_1', 'is.a.b'])
    assert.equal(readCursor(text, 'name'), undefined, text)
})
