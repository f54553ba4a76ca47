import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { isRsaPrivateKey } from './rsa-key.ts'

test('an RSA private key in either PEM form is one', () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  for (const type of ['pkcs1', 'pkcs8'] as const) {
    assert.equal(isRsaPrivateKey(privateKey.export({ type, format: 'pem' }).toString()), true, type)
  }
})

test('a public, short, encrypted or other key, and what is no key, are none', () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const short = generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey
  const other = generateKeyPairSync('ed25519').privateKey
  const locked = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' } as const
  for (const text of [
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    short.export({ type: 'pkcs8', format: 'pem' }).toString(),
    other.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey.export(locked).toString(),
    '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n',
    '',
  ]) {
    assert.equal(isRsaPrivateKey(text), false, text.slice(0, 40))
  }
})
