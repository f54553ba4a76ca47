import { ACS, ALGORITHM, certificateOf, IDP, RESPONSE, sign, signAs, unsigned } from '../saml.ts'
import { ADA, changed, first, last, MALLORY, replaced, reworked, signedBy, type Vector } from './vector.ts'

export const methods: readonly Vector[] = [
  signedBy('rsa-sha1', 'methods', { method: ALGORITHM.rsaSha1 }),
  signedBy('rsa-sha1-on-response', 'methods', { method: ALGORITHM.rsaSha1 }, undefined, 'response'),
  signedBy('sha1-digest', 'methods', { digest: ALGORITHM.sha1 }),
  signedBy('rsa-sha1-allowed', 'accepted', { method: ALGORITHM.rsaSha1, digest: ALGORITHM.sha1 }, { allowsSha1: true }),
  signedBy('hmac', 'methods', { method: ALGORITHM.hmacSha1 }),
  signedBy('hmac-where-sha1-is-allowed', 'methods', { method: ALGORITHM.hmacSha1 }, { allowsSha1: true }),
  changed('unknown-digest', 'methods', replaced(ALGORITHM.sha256, 'http://www.w3.org/2001/04/xmldsig-more#sha384')),
  changed('unknown-method-on-one-of-two', 'methods', last(ALGORITHM.rsaSha256, ''), 'both'),
  reworked('no-method', 'methods', replaced(ALGORITHM.rsaSha256, '')),
  reworked('ecdsa', 'methods', replaced(ALGORITHM.rsaSha256, 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256')),
  {
    name: 'sha1-on-one-of-two',
    expected: 'methods',
    xml: sign(sign(RESPONSE, 'Assertion', { digest: ALGORITHM.sha1 }), 'Response'),
  },
  signedBy('rsa-sha512', 'accepted', { method: ALGORITHM.rsaSha512, digest: ALGORITHM.sha512 }),
  { ...signedBy('rsa-pss', 'accepted', { method: ALGORITHM.rsaPss }), isRandom: true },
]

const idpWith = (...certificates: string[]) => ({ idp: { entityId: IDP, certificates } })
export const signatures: readonly Vector[] = [
  {
    name: 'stranger-in-signed-response',
    expected: 'signature',
    xml: sign(sign(RESPONSE, 'Assertion', { key: 'stranger' }), 'Response'),
  },
  {
    name: 'signed-within-response-of-stranger',
    expected: 'signature',
    xml: sign(sign(RESPONSE, 'Assertion'), 'Response', { key: 'stranger' }),
  },
  { ...changed('good-assertion', 'accepted', (xml) => xml) },
  signedBy('good-response', 'accepted', {}, undefined, 'response'),
  signedBy('good-both', 'accepted', {}, undefined, 'both'),
  signedBy('foreign-cert', 'signature', { key: 'stranger' }),
  signedBy('next-certificate', 'accepted', { key: 'next' }, idpWith(certificateOf('idp'), certificateOf('next'))),
  signedBy('no-certificates', 'certificates', {}, idpWith()),
  signedBy('rsa-1024', 'certificates', { key: 'short' }, idpWith(certificateOf('short'))),
  signedBy('rsa-1024-beside', 'signature', { key: 'short' }, idpWith(certificateOf('short'), certificateOf('idp'))),
  signedBy(
    'broken-certificate',
    'certificates',
    {},
    idpWith('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
  ),
  changed('wrong-digest', 'signature', (xml) => xml.replace(/<ds:DigestValue>./, '<ds:DigestValue>A')),
  changed('wrong-signature', 'signature', (xml) => xml.replace(/<ds:SignatureValue>./, '<ds:SignatureValue>A')),
  changed('empty-signature', 'signature_form', (xml) => xml.replace(/<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>')),
  changed('other-person', 'signature', replaced(`>${ADA}</saml:NameID>`, `>${MALLORY}</saml:NameID>`)),
  changed('other-group', 'signature', replaced('>staff<', '>owners<')),
  changed('name-without-its-format', 'signature', (xml) => xml.replace(/<saml:NameID [^>]*>/, '<saml:NameID>')),
  changed('response-signature-broken', 'signature', first('<ds:SignatureValue>', '<ds:SignatureValue>AAAA'), 'both'),
  changed('assertion-signature-broken', 'signature', last('<ds:SignatureValue>', '<ds:SignatureValue>AAAA'), 'both'),
  changed(
    'signed-response-with-other-destination',
    'signature',
    replaced(`Destination="${ACS}"`, `Destination="${ACS}/"`),
    'response',
  ),
  changed('signature-of-another-assertion', 'signature', (xml) => {
    const other = unsigned(
      signAs(RESPONSE.replace(`>${ADA}</saml:NameID>`, '>eve@example.com</saml:NameID>'), 'assertion'),
    )
    return xml.replace(unsigned(xml).signature, other.signature)
  }),
]
