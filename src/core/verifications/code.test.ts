import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCode } from './code.ts'

const inScript = (code: string, zero: number) =>
  [...code].map((digit) => String.fromCodePoint(zero + Number(digit))).join('')

test('a code is its digits, however they are set apart', () => {
  for (const text of [
    '012345',
    ' 012345\r\n',
    '012 345',
    '0-1-2-3-4-5',
    '012\u00a0345',
    '012\u202f345',
    '012\u2013345',
    '012\u2011345',
    '012\u2212345',
    '012\uff0d345',
    '012\u3000345',
    '\ufeff012345',
    '\u2066012345\u2069',
    '012\u00ad345',
    '0\u200d12345\u2060',
    '\u200f012345\u061c',
    '012345\ufe0f',
  ])
    assert.equal(readCode(text), '012345', JSON.stringify(text))
})

test('digits of every script count by their value', () => {
  for (const zero of [0x660, 0x6f0, 0x966, 0x9e6, 0xe50, 0x1040, 0x17e0, 0xa620, 0xff10, 0x104a0, 0x1d7ce, 0x1d7f6])
    assert.equal(readCode(inScript('9072581634', zero)), '9072581634', zero.toString(16))
  assert.equal(readCode('1\u0662\uff13४5\u{1d7d4}'), '123456')
})

test('every decimal digit there is stands in a run of tens that begins with zero', () => {
  const points = Array.from({ length: 0x110000 }, (_, point) => point)
  const digits = points.filter((point) => /^\p{Nd}$/u.test(String.fromCodePoint(point)))
  const values = digits.map((point) => readCode(String.fromCodePoint(point)))
  assert.ok(digits.length > 600)
  assert.deepEqual(
    values,
    digits.map((_, i) => String(i % 10)),
  )
})

test('text with anything else is no code', () => {
  for (const text of [
    '',
    ' ',
    '\u200b',
    'letter',
    '12345O',
    '12345x',
    '１２３４５Ⅵ',
    '²³⁴⁵⁶⁷',
    '①②③④⑤⑥',
    '123.456',
    '123,456',
    '+123456',
    '#123456',
    '1234\u20e35',
    '123\u0000456',
    '123\ud83d456',
  ])
    assert.equal(readCode(text), undefined, JSON.stringify(text))
})
