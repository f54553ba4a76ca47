import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeMac, isCode, newCode } from './otp.ts'

const KEY = new Uint8Array(32).fill(1)

/** The same bytes each time: xorshift32. */
function seeded(seed: number) {
  let state = seed
  return (length: number) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13
      state ^= state >>> 17
      state ^= state << 5
      return (state >>> 16) & 0xff
    })
}

/** Chi-square of how often each of ten digits came, against each equally often. */
function chiSquare(digits: readonly number[]): number {
  const expected = digits.length / 10
  const counts = Array.from({ length: 10 }, (_, digit) => digits.filter((one) => one === digit).length)
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
}

/** With nine degrees of freedom, exceeded once in ten thousand. */
const BOUND = 33.7

test('every digit of a code is equally likely at every place', () => {
  const random = seeded(20_260_102)
  const codes = Array.from({ length: 20_000 }, () => newCode(6, random))
  for (let place = 0; place < 6; place++) {
    const digits = codes.map((code) => Number(code[place]))
    assert.ok(chiSquare(digits) < BOUND, `place ${place}: ${chiSquare(digits)}`)
  }
})

test('the measure would see digits that are taken from bytes without leaving any out', () => {
  const random = seeded(20_260_102)
  const biased = [...random(120_000)].map((byte) => byte % 10)
  assert.ok(chiSquare(biased) > BOUND)
})

test('a code has the wanted size, leading zeros and all, whatever the bytes', () => {
  for (let size = 4; size <= 8; size++) assert.match(newCode(size, seeded(size)), new RegExp(`^\\d{${size}}$`))
  assert.equal(
    newCode(6, (length) => new Uint8Array(length)),
    '000000',
  )
  let asked = 0
  const stingy = (length: number) => new Uint8Array(length).fill(asked++ < 3 ? 255 : 7)
  assert.equal(newCode(4, stingy), '7777')
})

test('a stored code is good for its own verification, under its own key', () => {
  const mac = codeMac(KEY, 'ver_1', '123456')
  assert.ok(isCode(KEY, 'ver_1', '123456', mac))
  assert.ok(!isCode(KEY, 'ver_1', '123457', mac))
  assert.ok(!isCode(KEY, 'ver_1', '', mac))
  assert.ok(!isCode(KEY, 'ver_2', '123456', mac))
  assert.ok(!isCode(new Uint8Array(32).fill(2), 'ver_1', '123456', mac))
  assert.ok(!mac.includes('123456'))
})
