import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mostWrongCodes } from './limits.ts'

test('a guess a day is no likelier for a smaller code, as far as two logins leave room', () => {
  for (const [ofSixDigits, size, most] of [
    [100, 4, 10],
    [100, 5, 10],
    [100, 6, 100],
    [100, 7, 100],
    [100, 8, 100],
    [1000, 4, 10],
    [1000, 5, 100],
    [5, 4, 5],
    [5, 8, 5],
    [1_000_000, 4, 10_000],
  ] as const)
    assert.equal(mostWrongCodes(ofSixDigits, size), most, `${ofSixDigits} ${size}`)
})
