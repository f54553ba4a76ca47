import assert from 'node:assert/strict'
import { constants, verify } from 'node:crypto'
import { before, test } from 'node:test'
import { generateKeyPair, importPrivateJwk, importPublicJwk, type KeyObject } from './jwk.ts'
import { signBody, signBodyAside, verifyBody } from './webhook-signature.ts'

let privateKey: KeyObject
let publicKey: KeyObject

async function newPair(): Promise<{ privateKey: KeyObject; publicKey: KeyObject }> {
  const { publicJwk, privateJwk } = await generateKeyPair('PS256')
  const imported = importPublicJwk(publicJwk)
  assert.ok(imported)
  return { privateKey: importPrivateJwk(privateJwk), publicKey: imported }
}

before(async () => {
  ;({ privateKey, publicKey } = await newPair())
})

test('a signed body verifies, also one with letters outside ASCII', () => {
  for (const body of ['{"a":1}', '{"name":"Zoë"}', '']) {
    assert.equal(verifyBody(publicKey, body, signBody(privateKey, body)), true)
  }
})

test('the signature is base64url of RSASSA-PSS with SHA-256 and a 32-byte salt over the UTF-8 bytes', () => {
  const signature = signBody(privateKey, 'Zoë')
  assert.match(signature, /^[A-Za-z0-9_-]{342}$/)
  const pss = { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
  assert.equal(verify('sha256', Buffer.from('Zoë', 'utf8'), pss, Buffer.from(signature, 'base64url')), true)
})

test('another body, another key or a malformed signature does not verify', async () => {
  const signature = signBody(privateKey, 'body')
  assert.equal(verifyBody(publicKey, 'body ', signature), false)
  assert.equal(verifyBody((await newPair()).publicKey, 'body', signature), false)
  for (const malformed of ['', '!', `${signature}=`, signature.slice(4), signature + signature]) {
    assert.equal(verifyBody(publicKey, 'body', malformed), false)
  }
})

test('a body signed on another thread is signed as well', async () => {
  const body = '{"name":"Zoë"}'
  assert.equal(verifyBody(publicKey, body, await signBodyAside(privateKey, body)), true)
})
