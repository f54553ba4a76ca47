import assert from 'node:assert/strict'
import { test } from 'node:test'
import { certificateOf } from '../../../test/house/saml.ts'
import odd from '../../../test/vectors/saml/certificates.json' with { type: 'json' }
import { issueCertificate } from '../certificate.ts'
import { readIdpCertificate } from './certificates.ts'

const pem = certificateOf('idp')
const base64 = pem.replace(/-----[A-Z ]+-----|\s/g, '')
const elliptic = await issueCertificate({ dns: ['idp.example.com'], ip: [] }, 0, Date.UTC(2036, 0, 1))

for (const text of [pem, pem.replaceAll('\n', '\r\n'), ` ${base64}\n`, base64.replace(/.{60}/g, '$&\n      ')]) {
  test(`a certificate is read: ${JSON.stringify(text.slice(0, 40))}`, () => {
    const outcome = readIdpCertificate(text)
    assert.ok(outcome.kind === 'certificate')
    assert.equal(outcome.certificate.pem.trim(), pem.trim())
  })
}

for (const [what, text, reason] of [
  ['of an elliptic key', elliptic.cert, /another kind than RSA/],
  ['of a key of 1024 bits', certificateOf('short'), /fewer than 2048 or/],
  ['of a key of 16,385 bits', odd['16385 bits'], /more than 16384 bits/],
  ['by whose key anybody could sign', odd['exponent 1'], /anybody could sign/],
  ['with others behind it', `${pem}\n${pem}`, /not one certificate/],
  [
    'with bytes behind it',
    Buffer.concat([Buffer.from(base64, 'base64'), Buffer.alloc(3)]).toString('base64'),
    /not one/,
  ],
  ['with a character that is no base64', base64.replace('MII', 'MII!'), /not one certificate/],
  ['without its end', base64.slice(0, -8), /not one certificate/],
  ['that is a key', pem.replaceAll('CERTIFICATE', 'PUBLIC KEY'), /not one certificate/],
  ['that is nothing', '', /not one certificate/],
  ['of 16 KiB', base64 + ' '.repeat(16_385 - base64.length), /too long/],
] as const) {
  test(`a certificate ${what} is refused`, () => {
    const outcome = readIdpCertificate(text)
    assert.ok(outcome.kind === 'fault')
    assert.match(outcome.reason, reason)
  })
}

for (const text of [odd['exponent 3'], odd['16384 bits']]) {
  test(`a certificate of an odd key is read: ${text.length}`, () =>
    assert.equal(readIdpCertificate(text).kind, 'certificate'))
}

test('a certificate may have 16 KiB of white space around it', () => {
  assert.equal(readIdpCertificate(base64 + ' '.repeat(16_384 - base64.length)).kind, 'certificate')
})
