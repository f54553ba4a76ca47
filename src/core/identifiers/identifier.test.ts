import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { normaliseIdentifier } from './identifier.ts'
import type { IdentifierType } from './tables.ts'

const normalise = async (type: IdentifierType, value: string) => (await normaliseIdentifier({ type, value }))?.value

const EMAIL_ADDRESSES: readonly (readonly [string, string | undefined])[] = [
  ['user@example.com', 'user@example.com'],
  ['  User@Example.COM\n', 'user@example.com'],
  ['first.last+tag@mail.example.co.uk', 'first.last+tag@mail.example.co.uk'],
  ['o’brien@example.com', 'o’brien@example.com'],
  ["o'brien@example.com", "o'brien@example.com"],
  ['user@bücher.example', 'user@xn--bcher-kva.example'],
  ['user@ＥＸＡＭＰＬＥ.com', 'user@example.com'],
  ['e\u0301@example.com', '\u00e9@example.com'],
  [`${'l'.repeat(64)}@example.com`, `${'l'.repeat(64)}@example.com`],
  [`${'l'.repeat(65)}@example.com`, undefined],
  [`user@${'d'.repeat(63)}.example`, `user@${'d'.repeat(63)}.example`],
  [`user@${'d'.repeat(64)}.example`, undefined],
  [`user@${'d.'.repeat(125)}example`, undefined],
  ['', undefined],
  ['user', undefined],
  ['@example.com', undefined],
  ['user@', undefined],
  ['user@localhost', undefined],
  ['user@example..com', undefined],
  ['user@-example.com', undefined],
  ['user@example.c', undefined],
  ['user@192.168.1.10', undefined],
  ['user@0x7f.0.0.11', undefined],
  ['user@[127.0.0.1]', undefined],
  ['user@example.com/path', undefined],
  ['user@example.com:25', undefined],
  ['one@two@example.com', undefined],
  ['us er@example.com', undefined],
  ['us\u0000er@example.com', undefined],
  ['"us er"@example.com', undefined],
  ['User <user@example.com>', undefined],
  ['a@example.com,b@example.com', undefined],
  // What cannot be seen: dropped at the ends, refused inside.
  ['\u202auser@example.com\u202c', 'user@example.com'],
  ['\u2067\u200f user@example.com \u2069', 'user@example.com'],
  ['\ufeffuser@example.com', 'user@example.com'],
  ['user@example.com\u200b\u2800\ufe0f', 'user@example.com'],
  ['\u00aduser@example.com\u034f', 'user@example.com'],
  ['us\u200cer@example.com', undefined],
  ['us\u3164er@example.com', undefined],
  ['us\u115fer@example.com', undefined],
  ['us\u2800er@example.com', undefined],
  ['us\u{e0061}er@example.com', undefined],
  ['user\ufe0e@example.com', undefined],
  ['user\u202e@example.com', undefined],
  ['us\ufff9er@example.com', undefined],
  ['us\ue000er@example.com', undefined],
  ['us\ud83der@example.com', undefined],
  ['user@\u200eexample.com', undefined],
  ['user@exam\u2063ple.com', undefined],
  // Full-width and small forms.
  ['ｕｓｅｒ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'user@example.com'],
  ['Ｕｓｅｒ＋ｔａｇ@example.com', 'user+tag@example.com'],
  ['user\ufe6bexample.com', 'user@example.com'],
  ['\u3000user@example.com\u3000', 'user@example.com'],
  ['us\u3000er@example.com', undefined],
  ['user＠example.com@evil.example', undefined],
  ['us\uffa0er@example.com', undefined],
  // Characters that stand for others.
  ['mar\u212a@example.com', undefined],
  ['\u0130brahim@example.com', undefined],
  ['I\u0307brahim@example.com', undefined],
  ['\u212bngstrom@example.com', undefined],
  ['o\ufb03ce@example.com', undefined],
  ['jo\u017fe@example.com', undefined],
  ['user\u00b2@example.com', undefined],
  ['\u1d2cda@example.com', undefined],
  ['\u{1d41a}da@example.com', undefined],
  ['a\u1fefb@example.com', undefined],
  ['user@\u212aelvin.example', 'user@kelvin.example'],
  ['Ångström@example.com', 'ångström@example.com'],
  ['STRAẞE@example.com', 'straße@example.com'],
  ['\u0915\u093c@example.com', '\u0915\u093c@example.com'],
  ['\u0958@example.com', '\u0915\u093c@example.com'],
]

const PHONE_NUMBERS: readonly (readonly [string, string | undefined])[] = [
  ['+33612345678', '+33612345678'],
  ['+33 6 12 34 56 78', '+33612345678'],
  ['+33 (0)6.12.34.56.78', '+33612345678'],
  ['+44 (0) 7911-123456', '+447911123456'],
  ['+43 0017 2176389', '+43172176389'],
  ['+39 06 1234 5678', '+390612345678'],
  ['+1 (212) 555-0100', '+12125550100'],
  ['', undefined],
  ['+', undefined],
  ['0612345678', undefined],
  ['0033612345678', undefined],
  ['+999123456789', undefined],
  ['+1 555', undefined],
  ['+12125550100 ext 5', undefined],
  ['+1-800-FLOWERS', undefined],
  ['call +33612345678', undefined],
  [`+3361234567${' '.repeat(20)}8`, '+33612345678'],
  [`+3361234567${' '.repeat(21)}8`, undefined],
  ['\u202d+33 6 12 34 56 78\u202c', '+33612345678'],
  ['\u2066+33612345678\u2069', '+33612345678'],
  ['+33\u200e6\u200e12\u200e34\u200e56\u200e78', '+33612345678'],
  ['+33\u202f6\u200912\u00a034\u300056\u2063 78\ufeff', '+33612345678'],
  ['\u061c+33612345678', '+33612345678'],
  [`\u200b${'\u2060'.repeat(60)}+33612345678`, '+33612345678'],
  [`${'\u2060'.repeat(600)}+33612345678`, undefined],
  ['＋３３（０）６－１２－３４－５６－７８', '+33612345678'],
  ['\ufe62+33612345678', undefined],
  ['\ufe6233612345678', '+33612345678'],
  ['+٣٣٦١٢٣٤٥٦٧٨', '+33612345678'],
  ['+33612345678\u00b2', undefined],
  ['\u207a33612345678', undefined],
]

for (const [type, cases] of [
  ['email_address', EMAIL_ADDRESSES],
  ['phone_number', PHONE_NUMBERS],
] as const) {
  test(`each ${type} is read as one form, or not at all`, async () => {
    for (const [text, expected] of cases) assert.equal(await normalise(type, text), expected, JSON.stringify(text))
  })
}

const anyText = fc.string({ unit: 'binary', maxLength: 40 })
const addresses = fc.oneof(
  fc.emailAddress(),
  fc
    .tuple(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), fc.domain())
    .map(([local, domain]) => `${local}@${domain}`),
  fc
    .tuple(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }), fc.constantFrom('com', 'РФ', '44', 'ß'))
    .map(([label, end]) => `User@${label}.${end}`),
  anyText,
)
const numbers = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('1', '33', '39', '43', '44', '49', '64', '81', '86', '998'),
      fc.array(fc.constantFrom(...'00123456789 ()-.'), { minLength: 4, maxLength: 18 }),
    )
    .map(([country, rest]) => `+${country}${rest.join('')}`),
  anyText,
)

for (const [type, texts] of [
  ['email_address', addresses],
  ['phone_number', numbers],
] as const) {
  test(`the one form of each ${type} is its own one form`, async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const once = await normalise(type, text)
        if (once !== undefined) assert.equal(await normalise(type, once), once)
      }),
      { numRuns: 2000 },
    )
  })

  test(`no form of a ${type} holds white space, capitals or what cannot be seen`, async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const form = (await normalise(type, text)) ?? ''
        assert.doesNotMatch(form, /[\s\p{C}\p{DI}A-Z]/u)
        assert.ok(form.length <= 254)
      }),
      { numRuns: 2000 },
    )
  })
}

test('a character in a local part is kept, lowered or composed, but never becomes another', async () => {
  for (const [first, last] of [
    [0, 0x33ff],
    [0xa000, 0xfe4f],
    [0x1d400, 0x1d7ff],
    [0x2f800, 0x2fa1f],
  ] as const) {
    for (let point = first; point <= last; point++) {
      const written = `a${String.fromCodePoint(point)}b`
      const form = (await normalise('email_address', `${written}@example.com`))?.slice(0, -'@example.com'.length)
      if (form === undefined) continue
      const kept = written.normalize('NFC').toLowerCase()
      if (form !== kept || form.normalize('NFKC') !== form) assert.fail(point.toString(16))
      if (point > 0x7f && /[\0-\u007f]/.test(form.slice(1, -1))) assert.fail(point.toString(16))
    }
  }
})

test('letters and white space around do not make another mailbox', async () => {
  await fc.assert(
    fc.asyncProperty(fc.emailAddress(), async (address) => {
      const form = await normalise('email_address', address)
      assert.equal(await normalise('email_address', ` ${address.toUpperCase()}\t`), form)
    }),
    { numRuns: 500 },
  )
})
