import assert from 'node:assert/strict'
import { X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { certificateExpiresAt, issueCertificate } from './certificate.ts'

const DAY_MS = 86_400_000
const START = Date.UTC(2026, 0, 2)

const names = { dns: ['localhost', '*.session.localhost'], ip: ['127.0.0.1'] }

test('a certificate is for the names, addresses and times it was asked for, and no authority', async () => {
  const { cert, key } = await issueCertificate(names, START, START + 400 * DAY_MS)
  const parsed = new X509Certificate(cert)
  assert.ok(parsed.checkHost('localhost'))
  assert.ok(parsed.checkHost('demo.session.localhost'))
  assert.equal(parsed.checkHost('example.com'), undefined)
  assert.ok(parsed.checkIP('127.0.0.1'))
  assert.equal(parsed.validFromDate.getTime(), START)
  assert.equal(parsed.validToDate.getTime(), START + 400 * DAY_MS)
  assert.equal(parsed.ca, false)
  assert.ok(parsed.verify(parsed.publicKey), 'it is signed by itself')
  assert.match(key, /^-----BEGIN PRIVATE KEY-----/)
})

test('the end of a certificate can be read from its text', async () => {
  const { cert } = await issueCertificate(names, START, START + DAY_MS)
  assert.equal(certificateExpiresAt(cert), START + DAY_MS)
  assert.equal(certificateExpiresAt('no certificate'), undefined)
})
