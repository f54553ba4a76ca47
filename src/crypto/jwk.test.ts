import assert from 'node:assert/strict'
import { test } from 'node:test'
import { calculateJwkThumbprint } from 'jose'
import {
  generateKeyPair,
  hasPrivateMembers,
  importPrivateJwk,
  importPublicJwk,
  type PublicJwk,
  readPublicJwk,
  readVerificationKey,
  thumbprint,
} from './jwk.ts'
import { signInput, verifyInput } from './jws.ts'

// RFC 7638 §3.1
const RSA_N =
  '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw'
// RFC 8037 A.2
const ED25519_X = '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'
// RFC 7515 A.3
const P256_X = 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU'
const P256_Y = 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0'

const LONG_X = Buffer.concat([Buffer.alloc(1), Buffer.from(P256_X, 'base64url')]).toString('base64url')

const P256: PublicJwk = { kty: 'EC', crv: 'P-256', x: P256_X, y: P256_Y }

test('the RSA thumbprint is that of RFC 7638 §3.1', () => {
  assert.equal(thumbprint({ kty: 'RSA', n: RSA_N, e: 'AQAB' }), 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
})

test('the Ed25519 thumbprint is that of RFC 8037 A.3', () => {
  assert.equal(thumbprint({ kty: 'OKP', crv: 'Ed25519', x: ED25519_X }), 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k')
})

test('the P-256 thumbprint is the one jose calculates', async () => {
  assert.equal(thumbprint(P256), await calculateJwkThumbprint(P256))
})

for (const alg of ['EdDSA', 'ES256', 'RS256', 'PS256'] as const) {
  test(`a generated ${alg} pair signs with one half and verifies with the other`, async () => {
    const { publicJwk, privateJwk } = await generateKeyPair(alg)
    assert.equal(hasPrivateMembers(publicJwk), false)
    assert.equal(hasPrivateMembers(privateJwk), true)
    const publicKey = importPublicJwk(publicJwk)
    assert.ok(publicKey)
    const signature = signInput(alg, importPrivateJwk(privateJwk), 'data')
    assert.equal(verifyInput(alg, publicKey, 'data', signature), true)
    assert.equal(thumbprint(publicJwk), await calculateJwkThumbprint(publicJwk))
  })
}

test('only the members that make the key are read', () => {
  assert.deepEqual(readPublicJwk({ ...P256, kid: 'one', use: 'sig', d: 'secret' }), P256)
})

test('every private or symmetric member is noticed, whatever its value', () => {
  for (const member of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']) {
    assert.equal(hasPrivateMembers({ ...P256, [member]: null }), true, member)
  }
})

for (const [fault, jwk] of [
  ['no object', 'text'],
  ['null', null],
  ['an array', [P256]],
  ['an unknown key type', { kty: 'oct', k: 'AAAA' }],
  ['another curve', { ...P256, crv: 'P-384' }],
  ['a curve that signs otherwise', { ...P256, crv: 'secp256k1' }],
  ['a key for agreement', { kty: 'OKP', crv: 'X25519', x: ED25519_X }],
  ['a curve of another key type', { ...P256, crv: 'Ed25519' }],
  ['a missing coordinate', { kty: 'EC', crv: 'P-256', x: P256_X }],
  ['a coordinate that is no string', { ...P256, x: 1 }],
  ['a point off the curve', { ...P256, y: P256_X }],
  ['a short coordinate', { ...P256, x: P256_X.slice(4) }],
  ['a coordinate with a leading zero byte', { ...P256, x: LONG_X }],
  ['a coordinate with stray trailing bits', { ...P256, x: `${P256_X.slice(0, -1)}V` }],
  ['a padded coordinate', { ...P256, x: `${P256_X}=` }],
  ['an RSA modulus below 2048 bits', { kty: 'RSA', n: RSA_N.slice(0, 172), e: 'AQAB' }],
  ['an RSA modulus beyond 8192 bits', { kty: 'RSA', n: RSA_N.slice(0, 340).repeat(5), e: 'AQAB' }],
  ['an RSA key without exponent', { kty: 'RSA', n: RSA_N, e: '' }],
  ['a padded RSA modulus', { kty: 'RSA', n: `${RSA_N}=`, e: 'AQAB' }],
  ['an RSA exponent of one', { kty: 'RSA', n: RSA_N, e: 'AQ' }],
  ['an RSA exponent of 65 bits', { kty: 'RSA', n: RSA_N, e: 'AQAAAAAAAAAB' }],
] as const) {
  test(`a public key is not imported from ${fault}`, () => {
    assert.equal(importPublicJwk(jwk), undefined)
  })
}

test('a broken private key of our own is a bug', () => {
  assert.throws(() => importPrivateJwk({ kty: 'OKP', crv: 'Ed25519', x: ED25519_X }))
})

const RSA_KEY = { kty: 'RSA', n: RSA_N, e: 'AQAB' }

for (const [terms, kid, alg] of [
  [{}, undefined, undefined],
  [{ kid: 'one', use: 'sig', alg: 'PS384', key_ops: ['verify'] }, 'one', 'PS384'],
  [{ kid: '', use: null, alg: null, key_ops: null }, undefined, undefined],
  [{ kid: 7, key_ops: ['wrapKey', 'verify'] }, '7', undefined],
  [{ kid: 'x', alg: 'RSA-OAEP-256' }, 'x', 'RSA-OAEP-256'],
] as const) {
  test(`a published key is read with ${JSON.stringify(terms)}`, () => {
    const { key, ...read } = readVerificationKey({ ...RSA_KEY, ...terms }) ?? {}
    assert.equal(key?.asymmetricKeyType, 'rsa')
    assert.deepEqual(read, { kid, alg })
  })
}

for (const terms of [
  { use: 'enc' },
  { use: 'SIG' },
  { use: ['sig'] },
  { use: '' },
  { key_ops: [] },
  { key_ops: ['encrypt', 'wrapKey'] },
  { key_ops: ['sign'] },
  { key_ops: 'verify' },
  { alg: 256 },
  { d: 'AQAB' },
  { n: RSA_N.slice(0, 172) },
] as const) {
  test(`a published key is left alone with ${JSON.stringify(terms).slice(0, 40)}`, () => {
    assert.equal(readVerificationKey({ ...RSA_KEY, ...terms }), undefined)
  })
}
