import assert from 'node:assert/strict'
import { sign, verify, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { issueCertificate, issueSigningCertificate, readCertificate } from './certificate.ts'

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
  // serverAuth, RFC 5280 §4.2.1.12.
  assert.deepEqual(parsed.keyUsage, ['1.3.6.1.5.5.7.3.1'])
  assert.ok(parsed.verify(parsed.publicKey), 'it is signed by itself')
  assert.match(key, /^-----BEGIN PRIVATE KEY-----/)
})

test('what a certificate says of itself can be read from its text', async () => {
  const { cert } = await issueCertificate(names, START, START + DAY_MS)
  const { cert: another } = await issueCertificate({ dns: ['a.example'], ip: [] }, START, START + DAY_MS)
  const read = readCertificate(`${cert}\n${another}`)
  assert.deepEqual([read?.notBefore, read?.expiresAt], [START, START + DAY_MS])
  assert.deepEqual(read?.names, ['localhost', '*.session.localhost', '127.0.0.1'])
  assert.equal(readCertificate('no certificate'), undefined)
})

const COVERED: readonly [host: string, isCovered: boolean][] = [
  ['localhost', true],
  ['shop.session.localhost', true],
  ['127.0.0.1', true],
  ['session.localhost', false],
  ['a.shop.session.localhost', false],
  ['127.0.0.2', false],
  ['a.example', false],
]
for (const [host, isCovered] of COVERED) {
  test(`a certificate ${isCovered ? 'is' : 'is not'} for ${host}`, async () => {
    const { cert } = await issueCertificate(names, START, START + DAY_MS)
    assert.equal(readCertificate(cert)?.covers(host), isCovered)
  })
}

test('a certificate to sign with is of RSA, for as long as it is asked to be, and of its own key', async () => {
  const [from, until] = [Date.UTC(2026, 0, 1), Date.UTC(2036, 0, 1)]
  const { cert, key } = await issueSigningCertificate('auth.example.com', from, until)
  const { notBefore, expiresAt } = readCertificate(cert) ?? {}
  assert.deepEqual([notBefore, expiresAt], [from, until])
  const { publicKey } = new X509Certificate(cert)
  assert.equal(publicKey.asymmetricKeyDetails?.modulusLength, 2048)
  const data = Buffer.from('a request')
  assert.ok(verify('sha256', data, publicKey, sign('sha256', data, key)))
})
