import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { selfSignedCertificate } from '../../../test/tls.ts'
import { readKeyDocument, writeKeys } from './document.ts'

const { cert } = await selfSignedCertificate()
const pairs = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey,
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }).publicKey,
  EdDSA: generateKeyPairSync('ed448').publicKey,
}
const pem = pairs.RS256.export({ type: 'spki', format: 'pem' })
const jwks = {
  keys: Object.entries(pairs).map(([alg, key]) => ({ ...key.export({ format: 'jwk' }), kid: `key ${alg}`, alg })),
}

test('keys that are written down are read again as they were, whichever document they came from', () => {
  for (const document of [
    jwks,
    { one: cert, two: pem },
    { keys: [{ ...jwks.keys[0], kid: undefined, alg: undefined }] },
  ]) {
    const read = readKeyDocument(document)
    assert.ok(read && read.keys.length > 0)
    const again = readKeyDocument(JSON.parse(JSON.stringify(writeKeys(read))))
    assert.deepEqual(
      again?.keys.map(({ kid, alg }) => ({ kid, alg })),
      read.keys.map(({ kid, alg }) => ({ kid, alg })),
    )
    for (const [i, { key }] of read.keys.entries()) assert.ok(again?.keys[i]?.key.equals(key))
  }
})

test('of a map of certificates each key has its name, and a broken one is known to be published', () => {
  const read = readKeyDocument({
    one: cert,
    two: pem,
    three: '-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----',
  })
  assert.deepEqual(
    read?.keys.map(({ kid }) => kid),
    ['one', 'two'],
  )
  assert.deepEqual([...(read?.names ?? [])], ['one', 'two', 'three'])
})

test('a key that would be refused in a key set is refused in a certificate’s place', () => {
  const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ type: 'spki', format: 'pem' })
  const secret = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' })
  assert.deepEqual(readKeyDocument({ short, secret })?.keys, [])
})

test('whatever else is answered is no document of keys', () => {
  const others = [
    undefined,
    null,
    'keys',
    1,
    [],
    {},
    { error: 'not found' },
    { keys: 'none' },
    { keys: {} },
    { one: cert, error: 'x' },
  ]
  for (const other of others) assert.equal(readKeyDocument(other), undefined, JSON.stringify(other))
})
