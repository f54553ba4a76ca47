import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readDomainName } from './name.ts'

const TAKEN: readonly (readonly [text: string, name: string])[] = [
  ['login.shop.example', 'login.shop.example'],
  ['LOGIN.Shop.Example', 'login.shop.example'],
  ['shop.example.co.uk', 'shop.example.co.uk'],
  ['shop.github.io', 'shop.github.io'],
  ['a-b.1shop.example', 'a-b.1shop.example'],
  ['login.münchen.example', 'login.xn--mnchen-3ya.example'],
  ['login.xn--mnchen-3ya.example', 'login.xn--mnchen-3ya.example'],
  // Cyrillic letters that look like Latin ones are shown as what they are.
  ['login.аррlе.example', 'login.xn--l-7sbq6ba.example'],
  // Not composed, and the same name.
  ['mu\u0308nchen.example', 'xn--mnchen-3ya.example'],
  [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
]
for (const [text, name] of TAKEN) {
  test(`${text} is ${name}`, async () => {
    assert.deepEqual(await readDomainName(text), { kind: 'name', name })
  })
}

const REFUSED: readonly (readonly [text: string, word: RegExp])[] = [
  ['', /letters, digits/],
  ['login.shop.example.', /dot/],
  ['login.shop.example。', /letters|dot/],
  ['*.shop.example', /wildcard/],
  ['login.*.example', /letters/],
  ['shop', /internet/],
  ['localhost', /internet/],
  ['login.localhost', /internet/],
  ['com', /internet/],
  ['co.uk', /suffix/],
  ['CO.UK', /suffix/],
  ['github.io', /suffix/],
  ['xn--55qx5d.cn', /suffix/],
  ['192.0.2.1', /address/],
  ['192.0.2', /address/],
  ['0x7f.1', /address/],
  ['0x7f.0x1', /address/],
  ['[2001:db8::1]', /address/],
  ['2001:db8::1', /address/],
  ['１９２.0.2.1', /address/],
  ['login..shop.example', /letters/],
  ['.shop.example', /letters/],
  ['-login.shop.example', /letters/],
  ['login-.shop.example', /letters/],
  ['lo_gin.shop.example', /letters/],
  ['login.shop.example:443', /letters/],
  ['https://login.shop.example', /letters/],
  ['login.shop.example/', /letters/],
  ['login.shop.example#', /letters/],
  ['a@login.shop.example', /letters/],
  ['login%2eshop.example', /letters/],
  ['login.shop.example\u0000', /letters/],
  ['login.shop.example\n', /letters/],
  [' login.shop.example', /letters/],
  ['login.sh op.example', /letters/],
  ['login.xn--a.example', /letters/],
  ['xn--.example', /letters/],
  ['XN--MNCHEN-3YA-.example', /letters/],
  ['ab--cd.example', /letters/],
  [`${'a'.repeat(64)}.example`, /letters/],
  [`${'a.'.repeat(124)}example`, /letters/],
  [`${'ä'.repeat(60)}.example`, /letters/],
]
for (const [text, word] of REFUSED) {
  test(`${JSON.stringify(text).slice(0, 40)} is refused`, async () => {
    const read = await readDomainName(text)
    assert.ok(read.kind === 'refused', JSON.stringify(read))
    assert.match(read.problem, word)
  })
}

test('whatever is typed: what is taken is a plain name, and is read as itself', async () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 8 }),
    fc.constantFrom('.', '..', 'xn--', '。', 'example', 'co', 'uk', '*', '%2e', 'ß', '\u200d', 'ａ', '0x1'),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
      const read = await readDomainName(pieces.join(''))
      if (read.kind === 'refused') return
      assert.match(read.name, /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9][a-z0-9-]*$/)
      assert.equal(new URL(`https://${read.name}/`).hostname, read.name)
      assert.deepEqual(await readDomainName(read.name), read)
    }),
    { numRuns: 500 },
  )
})
