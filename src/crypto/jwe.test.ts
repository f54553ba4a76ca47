import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { EncryptJWT } from 'jose'
import { hkdfSha256 } from './hash.ts'
import { decodeJwe, openJwe } from './jwe.ts'

const CLAIMS = { sub: 'user-1', email: 'ana@example.com', iat: 1_767_322_800 }
const KEYS = { A256GCM: randomBytes(32), 'A256CBC-HS512': randomBytes(64) } as const
type Encryption = keyof typeof KEYS

const sealed = (enc: Encryption, header: object = {}) =>
  new EncryptJWT(CLAIMS).setProtectedHeader({ alg: 'dir', enc, ...header }).encrypt(KEYS[enc])

/** The token with one bit of this part changed. */
function spoilt(token: string, part: number): string {
  const parts = token.split('.')
  const bytes = Buffer.from(parts[part] ?? '', 'base64url')
  bytes[0] = (bytes[0] ?? 0) ^ 1
  return parts.with(part, bytes.toString('base64url')).join('.')
}

const opened = (token: string, key: Uint8Array) => {
  const jwe = decodeJwe(token)
  return jwe && openJwe(jwe, key)
}

for (const enc of Object.keys(KEYS) as Encryption[]) {
  test(`${enc}: what jose has encrypted is opened by its key, and by no other`, async () => {
    const token = await sealed(enc, { kid: 'any' })
    assert.deepEqual(opened(token, KEYS[enc]), CLAIMS)
    assert.equal(opened(token, randomBytes(KEYS[enc].byteLength)), undefined)
    for (const key of [randomBytes(16), ...Object.values(KEYS)].filter((one) => one !== KEYS[enc]))
      assert.equal(opened(token, key), undefined)
  })

  test(`${enc}: a token in which any part was changed does not open`, async () => {
    const token = await sealed(enc)
    for (const part of [2, 3, 4]) assert.equal(opened(spoilt(token, part), KEYS[enc]), undefined, `part ${part}`)
    const other = (await sealed(enc, { kid: 'b' })).split('.')[0] ?? ''
    assert.equal(opened(token.replace(/^[^.]+/, other), KEYS[enc]), undefined)
  })
}

test('what is no token encrypted by the key itself is none', async () => {
  const token = await sealed('A256GCM')
  const headed = (header: object) => token.replace(/^[^.]+/, Buffer.from(JSON.stringify(header)).toString('base64url'))
  for (const odd of [
    '',
    'e30.e30.e30',
    `${token}.AA`,
    token.replace('..', '.AA.'),
    token.replace(/\.[^.]+$/, '.A'),
    headed({ alg: 'A256KW', enc: 'A256GCM' }),
    headed({ alg: 'dir', enc: 1 }),
    headed({ alg: 'dir', enc: 'A256GCM', crit: ['b64'] }),
    headed({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' }),
    `${token.slice(0, -22)}${'A'.repeat(16_384)}`,
  ])
    assert.equal(decodeJwe(odd), undefined, odd.slice(0, 60))
  const short = decodeJwe(token)
  assert.ok(short)
  assert.equal(openJwe({ ...short, tag: short.tag.subarray(0, 4) }, KEYS.A256GCM), undefined)
  assert.equal(openJwe({ ...short, enc: 'A128GCM' }, KEYS.A256GCM), undefined)
})

// RFC 5869 A.3
test('a key is derived as RFC 5869 says', () => {
  const okm = '8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8'
  assert.equal(hkdfSha256('\u000b'.repeat(22), '', '', 42).toString('hex'), okm)
})
