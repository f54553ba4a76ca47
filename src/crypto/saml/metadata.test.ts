import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ACS, certificateOf, IDP, NOW, SP } from '../../../test/house/saml.ts'
import { readIdpCertificate } from './certificates.ts'
import { readIdpMetadata, readIdpParts } from './idp-metadata.ts'
import { spMetadata } from './sp-metadata.ts'
import { attribute, elements, every, NS, parseXml, textOf } from './xml.ts'

const base64Of = (key: Parameters<typeof certificateOf>[0]) => certificateOf(key).replace(/-----[A-Z ]+-----|\s/g, '')
const keyDescriptor = (base64: string, use = ' use="signing"') =>
  `<md:KeyDescriptor${use}><ds:KeyInfo xmlns:ds="${NS.signature}"><ds:X509Data><ds:X509Certificate>${base64}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
const service = (location: string, binding = 'HTTP-Redirect', name = 'SingleSignOnService') =>
  `<md:${name} Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${location}"/>`

const SSO = 'https://idp.example.com/sso?idpid=C01'
const KEY = keyDescriptor(base64Of('idp'))
const POST = service('https://idp.example.com/post', 'HTTP-POST')

function metadata({
  keys = KEY,
  services = POST + service(SSO.replace('&', '&amp;')),
  attributes = '',
  inside = '',
  around = ['', ''],
} = {}) {
  const [before = '', after = ''] = around
  return `${before}<md:EntityDescriptor xmlns:md="${NS.metadata}" entityID="${IDP}"${attributes}>${inside}<md:IDPSSODescriptor protocolSupportEnumeration="${NS.protocol}">${keys}${services}</md:IDPSSODescriptor></md:EntityDescriptor>${after}`
}

test('the metadata of an identity provider says its name, its address and its certificates, with their ends', async () => {
  const outcome = await readIdpMetadata(metadata(), NOW)
  assert.ok(outcome.kind === 'idp', JSON.stringify(outcome))
  const { certificates, ...rest } = outcome.idp
  assert.deepEqual(rest, { entityId: IDP, ssoUrl: SSO, sloUrl: undefined })
  const [certificate, ...others] = certificates
  assert.deepEqual(others, [])
  assert.equal(certificate?.expiresAt, Date.UTC(2036, 0, 1))
  assert.equal(certificate?.notBefore, Date.UTC(2026, 0, 1))
  assert.match(certificate?.fingerprint ?? '', /^[0-9a-f]{64}$/)
})

test('metadata is taken as bytes, as text, with a byte order mark, or in base64', async () => {
  const text = metadata()
  for (const input of [
    Buffer.from(text),
    Buffer.from(`\uFEFF${text}`),
    `\uFEFF${text}`,
    `\n${text}\n`,
    Buffer.from(text).toString('base64'),
  ])
    assert.equal((await readIdpMetadata(input, NOW)).kind, 'idp')
})

test('every key that may sign counts, once, and those for encryption do not', async () => {
  const keys =
    KEY + keyDescriptor(base64Of('next'), '') + KEY + keyDescriptor(base64Of('stranger'), ' use="encryption"')
  const outcome = await readIdpMetadata(metadata({ keys }), NOW)
  assert.ok(outcome.kind === 'idp')
  const known = ['idp', 'next'].map((key) => readIdpCertificate(certificateOf(key as 'idp')))
  assert.deepEqual(
    outcome.idp.certificates,
    known.map((one) => one.kind === 'certificate' && one.certificate),
  )
})

const ENTITIES = [`<md:EntitiesDescriptor xmlns:md="${NS.metadata}">`, '</md:EntitiesDescriptor>']
for (const [what, text] of [
  ['an aggregate', metadata({ around: ENTITIES })],
  ['two roles', metadata({ inside: `<md:IDPSSODescriptor>${KEY}${service(SSO)}</md:IDPSSODescriptor>` })],
  [
    'a role inside another place',
    metadata({ inside: `<md:Extensions><md:IDPSSODescriptor>${KEY}</md:IDPSSODescriptor></md:Extensions>` }),
  ],
  ['our own metadata', spMetadata({ entityId: SP, acsUrl: ACS, certificates: [] })],
  ['no certificate', metadata({ keys: '' })],
  ['a certificate for encryption alone', metadata({ keys: keyDescriptor(base64Of('idp'), ' use="encryption"') })],
  ['a certificate that is none', metadata({ keys: keyDescriptor('AAAA') })],
  ['a key that is too short', metadata({ keys: KEY + keyDescriptor(base64Of('short')) })],
  ['no address by redirect', metadata({ services: POST })],
  ['an address that is a script', metadata({ services: service('javascript:alert(1)') })],
  ['an address without TLS', metadata({ services: service('http://idp.example.com/sso') })],
  ['an address with a password', metadata({ services: service('https://idp.example.com@evil.example/') })],
  ['an address that ends like one', metadata({ services: service('javascript:https://idp.example.com/') })],
  [
    'a role whose end is past',
    metadata().replace('<md:IDPSSODescriptor', '<md:IDPSSODescriptor validUntil="2026-01-15T12:00:00Z"'),
  ],
  ['no word of what it speaks', metadata().replace(/ protocolSupportEnumeration="[^"]*"/, '')],
  ['no entity id', metadata().replace(/ entityID="[^"]*"/, '')],
  ['an element in its certificate', metadata({ keys: keyDescriptor('AAAA<x:y xmlns:x="urn:x"/>') })],
  ['an address of no host', metadata({ services: service('https://[/') })],
  ['an address with a fragment', metadata({ services: service('https://idp.example.com/#x') })],
  ['another root', metadata().replaceAll('md:EntityDescriptor', 'md:Organization')],
  ['what xmldom cannot read', metadata({ attributes: ' hasOwnProperty="" a=""' })],
  ['an address with an empty name', metadata({ services: service('https://@evil.example/') })],
  ['an address without a host', metadata({ services: service('https:///evil.example/') })],
  [
    'an address that two readers read differently',
    metadata({ services: service('https://idp.example.com\\@evil.example/') }),
  ],
  ['an address with a quote', metadata({ services: service('https://idp.example.com/&quot;') })],
  ['another version of SAML', metadata().replace(NS.protocol, 'urn:oasis:names:tc:SAML:1.1:protocol')],
  [
    'a page in it',
    metadata({ inside: '<md:Extensions><p xmlns="http://www.w3.org/1999/xhtml">x</p></md:Extensions>' }),
  ],
  ['an address with white space', metadata({ services: service('https://idp.example.com/ x') })],
  [
    'an address to log out at that is a script',
    metadata({ services: service(SSO) + service('javascript:x', 'HTTP-Redirect', 'SingleLogoutService') }),
  ],
  ['an end that is past', metadata({ attributes: ' validUntil="2026-01-15T12:00:00Z"' })],
  ['an end that is no time', metadata({ attributes: ' validUntil="soon"' })],
  ['no name', metadata().replace(IDP, '')],
  ['a name that is too long', metadata().replace(IDP, 'a'.repeat(1_025))],
  ['a comment', metadata({ inside: '<!-- -->' })],
  ['a document type', `<!DOCTYPE x>${metadata()}`],
  ['a namespace that is relative', metadata({ attributes: ' xmlns:x="y"' })],
  ['more than 512 KiB', metadata({ inside: ' '.repeat(512 * 1024) })],
  ['a page', '<!doctype html><title>Sign in</title>'],
  ['nothing', ''],
] as const) {
  test(`metadata with ${what} is refused`, async () => {
    const outcome = await readIdpMetadata(text, NOW)
    assert.equal(outcome.kind, 'fault', JSON.stringify(outcome))
  })
}

test('of a certificate and whoever issued it, the first counts', async () => {
  const chain = KEY.replace(
    '</ds:X509Data>',
    `<ds:X509Certificate>${base64Of('stranger')}</ds:X509Certificate></ds:X509Data>`,
  )
  const outcome = await readIdpMetadata(metadata({ keys: chain }), NOW)
  assert.ok(outcome.kind === 'idp')
  assert.deepEqual(
    outcome.idp.certificates.map(({ pem }) => pem.trim()),
    [certificateOf('idp').trim()],
  )
})

test('metadata that ends later is taken', async () => {
  assert.equal((await readIdpMetadata(metadata({ attributes: ' validUntil="2026-01-15T12:00:01Z"' }), NOW)).kind, 'idp')
})

test('parts are judged as metadata is, and a name need not be an address', () => {
  const parts = { entityId: 'JumpCloud', ssoUrl: SSO, certificates: [certificateOf('idp'), base64Of('idp')] }
  const outcome = readIdpParts(parts)
  assert.ok(outcome.kind === 'idp')
  assert.equal(outcome.idp.certificates.length, 1)
  for (const change of [
    { entityId: '' },
    { entityId: ' JumpCloud' },
    { entityId: 'Jump\u200BCloud' },
    { entityId: 'Jump\u2028Cloud' },
    { ssoUrl: 'http://idp.example.com' },
    { sloUrl: 'data:text/html,x' },
    { certificates: [] },
    { certificates: Array.from({ length: 11 }, () => certificateOf('idp')) },
    { certificates: [certificateOf('idp') + certificateOf('next')] },
    { certificates: [certificateOf('idp').replace('MII', 'MIJ')] },
    { certificates: [`${base64Of('idp').slice(0, -2)}AAAA`] },
  ])
    assert.equal(readIdpParts({ ...parts, ...change }).kind, 'fault', JSON.stringify(change).slice(0, 80))
})

test('a name of 1,024 characters, addresses of 2,048 and ten certificates are the most', () => {
  const longest = `${SSO}${'a'.repeat(2_048 - SSO.length)}`
  const ten = Array.from({ length: 10 }, () => certificateOf('idp'))
  const parts = { entityId: 'a'.repeat(1_024), ssoUrl: longest, sloUrl: longest, certificates: ten }
  assert.equal(readIdpParts(parts).kind, 'idp')
  for (const change of [{ entityId: 'a'.repeat(1_025) }, { ssoUrl: `${longest}a` }, { sloUrl: `${longest}a` }])
    assert.equal(readIdpParts({ ...parts, ...change }).kind, 'fault')
})

test('our metadata says where answers go, by which keys we sign, and offers none to encrypt for', async () => {
  const text = spMetadata({
    entityId: `${SP}?a=1&b="2"`,
    acsUrl: ACS,
    certificates: [certificateOf('idp'), certificateOf('next')],
  })
  const root = await parseXml(text)
  assert.ok(root)
  assert.equal(attribute(root, 'entityID'), `${SP}?a=1&b="2"`)
  const all = [...every(root)]
  const [role] = elements(root)
  assert.equal(role && attribute(role, 'AuthnRequestsSigned'), 'true')
  assert.deepEqual(
    all.filter(({ local }) => local === 'KeyDescriptor').map((key) => attribute(key, 'use')),
    ['signing', 'signing'],
  )
  assert.deepEqual(all.filter(({ local }) => local === 'X509Certificate').map(textOf), [
    base64Of('idp'),
    base64Of('next'),
  ])
  const [acs] = all.filter(({ local }) => local === 'AssertionConsumerService')
  assert.equal(acs && attribute(acs, 'Location'), ACS)
  assert.equal(acs && attribute(acs, 'Binding'), 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST')
})
