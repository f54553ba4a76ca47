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
  [`+33612345678${' '.repeat(32)}`, undefined],
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

  test(`no form of a ${type} holds white space, capitals or control characters`, async () => {
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        const form = (await normalise(type, text)) ?? ''
        assert.doesNotMatch(form, /[\s\p{Cc}A-Z]/u)
        assert.ok(form.length <= 254)
      }),
      { numRuns: 2000 },
    )
  })
}

test('letters and white space around do not make another mailbox', async () => {
  await fc.assert(
    fc.asyncProperty(fc.emailAddress(), async (address) => {
      const form = await normalise('email_address', address)
      assert.equal(await normalise('email_address', ` ${address.toUpperCase()}\t`), form)
    }),
    { numRuns: 500 },
  )
})
