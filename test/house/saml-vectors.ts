import type { CheckName } from '../../src/crypto/saml/response.ts'
import type { Terms } from '../../src/crypto/saml/rules.ts'
import {
  ACS,
  ALGORITHM,
  ASSERTION,
  at,
  certificateOf,
  IDP,
  NAMESPACES,
  PARTS,
  REQUEST,
  RESPONSE,
  resigned,
  type Signed,
  type Signing,
  SP,
  SUBJECT,
  sign,
  signAs,
  swap,
  unsigned,
} from './saml.ts'

/** A response, and the check that refuses it, or that none does. */
export interface Vector {
  readonly name: string
  readonly xml: string | Buffer
  readonly expected: CheckName | 'accepted'
  readonly terms?: Partial<Terms>
  /** Its signature is another one each time. */
  readonly isRandom?: boolean
}

type Edit = (xml: string) => string
type Expected = Vector['expected']

const MALLORY = 'admin@example.com'
const ADA = 'ada@example.com'
const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success'

const replaced =
  (what: string, by: string): Edit =>
  (xml) =>
    swap(xml, what, by)
/** In the place of the first of several. */
const first =
  (what: string, by: string): Edit =>
  (xml) => {
    if (!xml.includes(what)) throw new Error(`${what} stands nowhere`)
    return xml.replace(what, () => by)
  }
const last =
  (what: string, by: string): Edit =>
  (xml) => {
    const place = xml.lastIndexOf(what)
    if (place === -1) throw new Error(`${what} stands nowhere`)
    return xml.slice(0, place) + by + xml.slice(place + what.length)
  }

/** Said by the identity provider itself: changed, and then signed. */
const said = (
  name: string,
  expected: Expected,
  edit: Edit,
  signed: Signed = 'assertion',
  terms?: Partial<Terms>,
): Vector => ({
  name,
  expected,
  xml: signAs(edit(RESPONSE), signed),
  ...(terms && { terms }),
})

/** Changed by somebody on the way: signed, and then changed. */
const changed = (
  name: string,
  expected: Expected,
  edit: Edit,
  signed: Signed = 'assertion',
  signing?: Signing,
): Vector => ({
  name,
  expected,
  xml: edit(signAs(RESPONSE, signed, signing)),
})

/** Signed in another way than it should be. */
const signedBy = (
  name: string,
  expected: Expected,
  signing: Signing,
  terms?: Partial<Terms>,
  signed: Signed = 'assertion',
): Vector => ({
  name,
  expected,
  xml: signAs(RESPONSE, signed, signing),
  ...(terms && { terms }),
})

/** With another `SignedInfo`, which the identity provider has signed all the same. */
const reworked = (name: string, expected: Expected, edit: Edit, signing?: Signing): Vector =>
  changed(name, expected, (xml) => resigned(edit(xml)), 'assertion', signing)

const good = signAs(RESPONSE, 'assertion')
const signedAssertion = /<saml:Assertion .*<\/saml:Assertion>/s.exec(good)?.[0] ?? ''
const { signature: itsSignature, rest: bareAssertion } = unsigned(signedAssertion)
/** An assertion that nobody signed, with another ID and another person. */
const evil = (inside = ''): string =>
  ASSERTION.replace('ID="_assertion"', 'ID="_evil"')
    .replaceAll(ADA, MALLORY)
    .replace('</saml:Issuer>', `</saml:Issuer>${inside}`)
const inPlace = (by: string): string => swap(good, signedAssertion, by)
const goodResponse = signAs(RESPONSE, 'response')
const itsResponseSignature = unsigned(goodResponse).signature
const declared = (xml: string) => xml.replace('<saml:Assertion ', `<saml:Assertion ${NAMESPACES} `)

/** The eight of “On Breaking SAML” (Somorovsky and others, 2012), by their numbers there, and other places to hide what is signed. */
const wrapping: readonly Vector[] = (
  [
    [
      'xsw-1',
      goodResponse
        .replace('ID="_response"', 'ID="_evil"')
        .replaceAll(ADA, MALLORY)
        .replace('</ds:Signature>', `<ds:Object>${unsigned(goodResponse).rest}</ds:Object></ds:Signature>`),
    ],
    [
      'xsw-2',
      unsigned(goodResponse)
        .rest.replace('ID="_response"', 'ID="_evil"')
        .replaceAll(ADA, MALLORY)
        .replace('</saml:Issuer>', `</saml:Issuer>${unsigned(goodResponse).rest}${itsResponseSignature}`),
    ],
    ['xsw-3', inPlace(`${evil()}${signedAssertion}`)],
    ['xsw-4', inPlace(evil().replace('</saml:Assertion>', `${signedAssertion}</saml:Assertion>`))],
    ['xsw-5', inPlace(`${evil(itsSignature)}${bareAssertion}`)],
    [
      'xsw-6',
      inPlace(evil(itsSignature.replace('</ds:Signature>', `<ds:Object>${bareAssertion}</ds:Object></ds:Signature>`))),
    ],
    ['xsw-7', inPlace(`<samlp:Extensions>${signedAssertion}</samlp:Extensions>${evil()}`)],
    [
      'xsw-8',
      inPlace(
        evil(itsSignature.replace('</ds:Signature>', `<ds:Object>${bareAssertion}</ds:Object></ds:Signature>`)).replace(
          '<ds:Object>',
          '<ds:Object Id="x">',
        ),
      ),
    ],
    [
      'wrapped-in-status-detail',
      inPlace(evil()).replace(
        '</samlp:Status>',
        `<samlp:StatusDetail>${signedAssertion}</samlp:StatusDetail></samlp:Status>`,
      ),
    ],
    ['wrapped-in-advice', inPlace(evil(`<saml:Advice>${signedAssertion}</saml:Advice>`))],
    ['wrapped-in-attribute', inPlace(evil()).replace('staff', signedAssertion)],
    [
      'wrapped-in-foreign-namespace',
      inPlace(evil()).replace(
        '</samlp:Status>',
        `</samlp:Status><x:Assertion xmlns:x="urn:x">${signedAssertion}</x:Assertion>`,
      ),
    ],
    ['two-assertions', inPlace(`${signedAssertion}${evil()}`)],
    ['two-assertions-other-order', inPlace(`${evil()}${signedAssertion}`)],
    ['two-assertions-in-signed-response', signAs(swap(RESPONSE, ASSERTION, ASSERTION + evil()), 'response')],
    [
      'assertion-of-no-saml',
      swap(
        RESPONSE,
        ASSERTION,
        ASSERTION.replaceAll('saml:Assertion', 'x:Assertion').replace('<x:Assertion', '<x:Assertion xmlns:x="urn:x"'),
      ),
    ],
  ] as const
).map(([name, xml]) => ({ name, xml, expected: 'one_assertion' }))

const encrypted: readonly Vector[] = [
  said(
    'encrypted',
    'one_assertion',
    replaced(
      ASSERTION,
      '<saml:EncryptedAssertion><x:EncryptedData xmlns:x="http://www.w3.org/2001/04/xmlenc#"/></saml:EncryptedAssertion>',
    ),
    'response',
  ),
  said('encrypted-beside', 'one_assertion', replaced(ASSERTION, `${ASSERTION}<saml:EncryptedAssertion/>`)),
  said('encrypted-id', 'one_assertion', replaced(PARTS.nameId, '<saml:EncryptedID/>')),
]

const ids: readonly Vector[] = [
  {
    name: 'prefixed-id-elsewhere',
    expected: 'unique_ids',
    xml: good.replace('<samlp:Status>', '<samlp:Status samlp:ID="_other">'),
  },
  {
    name: 'xml-id-elsewhere',
    expected: 'accepted',
    xml: good.replace('<samlp:Status>', '<samlp:Status xml:id="_other">'),
  },
  {
    name: 'polluted-id',
    expected: 'unique_ids',
    xml: good.replace('ID="_assertion"', 'ID="_evil" saml:ID="_assertion"'),
  },
  { name: 'split-id', expected: 'unique_ids', xml: good.replace('ID="_assertion"', 'ID="_evil" Id="_assertion"') },
  { name: 'xml-id', expected: 'unique_ids', xml: good.replace('ID="_assertion"', 'ID="_evil" xml:id="_assertion"') },
  { name: 'same-id-twice', expected: 'unique_ids', xml: good.replace('ID="_response"', 'ID="_assertion"') },
  {
    name: 'same-id-elsewhere',
    expected: 'unique_ids',
    xml: good.replace('<samlp:Status>', '<samlp:Status Id="_assertion">'),
  },
]

const markup: readonly Vector[] = [
  ...(
    [
      ['comment-in-nameid', `>${ADA}</saml:NameID>`, `>ada@ex<!-- -->ample.com</saml:NameID>`],
      ['comment-in-audience', `<saml:Audience>${SP}`, `<saml:Audience><!-- -->${SP}`],
      ['comment-in-attribute', '>staff<', '>st<!-- -->aff<'],
      ['comment-in-digest', '<ds:DigestValue>', '<ds:DigestValue><!--AAAA-->'],
      ['pi-in-digest', '<ds:DigestValue>', '<ds:DigestValue><?x AAAA?>'],
      ['cdata-in-nameid', `>${ADA}</saml:NameID>`, `><![CDATA[ada@example.com]]></saml:NameID>`],
      ['processing-instruction', '<samlp:Status>', '<?x y?><samlp:Status>'],
    ] as const
  ).map(([name, what, by]) => changed(name, 'markup', replaced(what, by))),
  changed('comment-in-issuer', 'markup', last(`>${IDP}<`, `><!-- -->${IDP}<`)),
  {
    name: 'pi-in-nameid',
    expected: 'markup',
    xml: swap(
      signAs(swap(RESPONSE, PARTS.nameId, PARTS.nameId.replace(ADA, `not-an-${MALLORY}`)), 'assertion'),
      `>not-an-${MALLORY}`,
      `><?p not-an-?>${MALLORY}`,
    ),
  },
  { name: 'pi-before-root', expected: 'markup', xml: `<?x y?>${good}` },
  { name: 'comment-behind-root', expected: 'markup', xml: `${good}<!-- -->` },
  { name: 'doctype', expected: 'markup', xml: `<!DOCTYPE samlp:Response>${good}` },
  { name: 'doctype-in-lower-case', expected: 'markup', xml: `<!doctype x>${good}` },
  {
    name: 'xxe',
    expected: 'markup',
    xml: `<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>${good.replace('>staff<', '>&x;<')}`,
  },
  {
    name: 'billion-laughs',
    expected: 'markup',
    xml: `<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>${good.replace('>staff<', '>&b;<')}`,
  },
]

const texts: readonly Vector[] = [
  { name: 'byte-order-mark', expected: 'encoding', xml: `\uFEFF${good}` },
  { name: 'utf-16', expected: 'characters', xml: Buffer.from(good, 'utf16le') },
  { name: 'latin-1', expected: 'encoding', xml: Buffer.from(good.replace('>staff<', '>stäff<'), 'latin1') },
  { name: 'overlong-utf-8', expected: 'encoding', xml: Buffer.concat([Buffer.from(good), Buffer.from([0xc0, 0xbc])]) },
  { name: 'declared-as-latin-1', expected: 'encoding', xml: `<?xml version="1.0" encoding="ISO-8859-1"?>${good}` },
  { name: 'xml-1-1', expected: 'encoding', xml: `<?xml version="1.1"?>${good}` },
  { name: 'declared-as-utf-8', expected: 'accepted', xml: `<?xml version="1.0" encoding="UTF-8"?>\n${good}` },
  { name: 'nul', expected: 'characters', xml: good.replace('>staff<', '>st\0aff<') },
  { name: 'nul-by-reference', expected: 'characters', xml: good.replace('>staff<', '>st&#0;aff<') },
  { name: 'surrogate-by-reference', expected: 'characters', xml: good.replace('>staff<', '>&#xD800;<') },
  { name: 'unknown-entity', expected: 'characters', xml: good.replace('>staff<', '>&nbsp;<') },
  {
    name: 'line-ends-of-windows',
    expected: 'accepted',
    xml: signAs(RESPONSE.replaceAll('><', '>\r\n<').replace(/\r\n/g, '\n'), 'assertion').replaceAll('\n', '\r\n'),
  },
  said('line-ends-by-reference', 'accepted', replaced('>staff<', '>st&#13;&#10;aff<')),
  { name: 'two-roots', expected: 'well_formed', xml: `${good}${good}` },
  { name: 'text-behind-root', expected: 'well_formed', xml: `${good}x` },
  { name: 'ends-early', expected: 'well_formed', xml: good.slice(0, -1) },
  {
    name: 'attribute-twice',
    expected: 'well_formed',
    xml: good.replace('ID="_assertion"', 'ID="_assertion" ID="_assertion"'),
  },
  { name: 'empty', expected: 'size', xml: '' },
  { name: 'too-large', expected: 'size', xml: good.replace('>staff<', `>${'a'.repeat(192 * 1024)}<`) },
  {
    name: 'too-deep',
    expected: 'limits',
    xml: good.replace('>staff<', `>${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}<`),
  },
  { name: 'too-many-elements', expected: 'limits', xml: good.replace('>staff<', `>${'<a/>'.repeat(1_001)}<`) },
  {
    name: 'too-many-attributes-in-all',
    expected: 'limits',
    xml: good.replace(
      '>staff<',
      `>${`<a ${Array.from({ length: 60 }, (_, index) => `a${index}=""`).join(' ')}/>`.repeat(51)}<`,
    ),
  },
  {
    name: 'too-many-attributes',
    expected: 'limits',
    xml: good.replace(
      '<samlp:Status>',
      `<samlp:Status ${Array.from({ length: 65 }, (_, index) => `a${index}=""`).join(' ')}>`,
    ),
  },
  said(
    'element-in-nameid',
    'plain_text',
    replaced(`>${ADA}</saml:NameID>`, `>ada@<x:b xmlns:x="urn:x"/>example.com</saml:NameID>`),
  ),
  said('element-in-attribute', 'plain_text', replaced('>staff<', '><x:b xmlns:x="urn:x">staff</x:b><')),
  said(
    'element-in-audience',
    'plain_text',
    replaced(`<saml:Audience>${SP}`, `<saml:Audience><x:b xmlns:x="urn:x"/>${SP}`),
  ),
]

const namespaces: readonly Vector[] = [
  said(
    'prefix-of-what-is-reserved',
    'namespaces',
    first('<saml:Attribute ', '<saml:Attribute xmlns:x="http://www.w3.org/XML/1998/namespace" '),
  ),
  said(
    'relative-namespace',
    'namespaces',
    replaced('<saml:Attribute Name="email">', '<saml:Attribute xmlns:x="relative" Name="email">'),
  ),
  said(
    'empty-namespace',
    'namespaces',
    replaced('<saml:Attribute Name="email">', '<saml:Attribute xmlns="" Name="email">'),
  ),
  said(
    'xml-redefined',
    'namespaces',
    replaced('<saml:Attribute Name="email">', '<saml:Attribute xmlns:xml="urn:x" Name="email">'),
  ),
  said('xml-xmlns', 'namespaces', first('<saml:Assertion ', '<saml:Assertion xml:xmlns="urn:x" ')),
  said('no-namespace', 'namespaces', replaced('>staff<', '><b>staff</b><')),
  changed(
    'prefix-undeclared',
    'namespaces',
    replaced('<saml:Attribute Name="email">', '<saml:Attribute x:y="" Name="email">'),
  ),
  changed(
    'looks-like-a-declaration',
    'namespaces',
    replaced('<saml:Attribute Name="email">', '<saml:Attribute xmlnsx="y" Name="email">'),
  ),
  changed(
    'same-attribute-by-two-prefixes',
    'namespaces',
    replaced(
      '<saml:Attribute Name="email">',
      '<saml:Attribute xmlns:x="urn:x" xmlns:y="urn:x" x:a="" y:a="" Name="email">',
    ),
  ),
  // Not signed, since nothing signed uses it; nor read.
  changed('declaration-added-above', 'accepted', first('<samlp:Response ', '<samlp:Response xmlns:x="urn:x" ')),
  changed('prefix-redefined', 'one_assertion', first('<saml:Assertion ', '<saml:Assertion xmlns:saml="urn:x" ')),
]

const forms: readonly Vector[] = [
  said('unsigned', 'signature_form', (xml) => xml, 'none'),
  changed('signature-beside', 'signature_form', (xml) =>
    unsigned(xml).rest.replace('<samlp:Status>', `<samlp:Status>${unsigned(xml).signature}`),
  ),
  changed('signature-twice', 'signature_form', (xml) =>
    xml.replace('</ds:Signature>', `</ds:Signature>${unsigned(xml).signature}`),
  ),
  changed(
    'signature-of-no-dsig',
    'signature_form',
    replaced('<samlp:Status>', '<x:Signature xmlns:x="urn:x"/><samlp:Status>'),
  ),
  changed('object', 'signature_form', replaced('</ds:Signature>', '<ds:Object/></ds:Signature>')),
  changed('two-signedinfo', 'signature_form', (xml) =>
    xml.replace('<ds:SignedInfo>', '<ds:SignedInfo></ds:SignedInfo><ds:SignedInfo>'),
  ),
  changed(
    'two-signedinfo-other-order',
    'signature_form',
    replaced('</ds:SignedInfo>', '</ds:SignedInfo><ds:SignedInfo></ds:SignedInfo>'),
  ),
  changed('signedinfo-behind', 'signature_form', (xml) => {
    const info = /<ds:SignedInfo>.*<\/ds:SignedInfo>/s.exec(xml)?.[0] ?? ''
    return xml.replace(info, '').replace('</ds:SignatureValue>', `</ds:SignatureValue>${info}`)
  }),
  changed(
    'digest-elsewhere',
    'signature_form',
    replaced(
      '<samlp:Status>',
      '<samlp:Status><ds:DigestValue xmlns:ds="http://www.w3.org/2000/09/xmldsig#">AAAA</ds:DigestValue>',
    ),
  ),
  reworked('two-references', 'signature_form', (xml) =>
    xml.replace('</ds:Reference>', `</ds:Reference>${/<ds:Reference .*<\/ds:Reference>/s.exec(xml)?.[0] ?? ''}`),
  ),
  reworked('uri-of-nothing', 'signature_form', replaced('URI="#_assertion"', 'URI=""')),
  reworked('uri-without-hash', 'signature_form', replaced('URI="#_assertion"', 'URI="_assertion"')),
  reworked('uri-of-another', 'signature_form', replaced('URI="#_assertion"', 'URI="#_response"')),
  reworked('uri-by-xpointer', 'signature_form', replaced('URI="#_assertion"', 'URI="#xpointer(id(\'_assertion\'))"')),
  reworked(
    'uri-with-a-quote',
    'signature_form',
    replaced('URI="#_assertion"', 'URI="#_assertion&quot;] | //*[@ID=&quot;_evil"'),
  ),
  reworked('xslt', 'signature_form', (xml) =>
    xml.replace(
      '</ds:Transforms>',
      '<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/></ds:Transforms>',
    ),
  ),
  reworked('many-transforms', 'signature_form', (xml) =>
    xml.replace(
      '</ds:Transforms>',
      `${`<ds:Transform Algorithm="${ALGORITHM.exclusive}"/>`.repeat(200)}</ds:Transforms>`,
    ),
  ),
  reworked('no-transforms', 'signature_form', (xml) => xml.replace(/<ds:Transforms>.*<\/ds:Transforms>/s, '')),
  reworked('digest-of-nothing', 'signature_form', (xml) =>
    xml.replace(/<ds:DigestValue>[^<]*/, '<ds:DigestValue>47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='),
  ),
  reworked('empty-digest', 'signature_form', (xml) => xml.replace(/<ds:DigestValue>[^<]*/, '<ds:DigestValue>')),
  reworked('hmac-length', 'signature_form', (xml) =>
    xml.replace(
      /<ds:SignatureMethod ([^>]*)\/>/,
      '<ds:SignatureMethod $1><ds:HMACOutputLength>0</ds:HMACOutputLength></ds:SignatureMethod>',
    ),
  ),
  signedBy('enveloped-alone', 'signature_form', { transforms: [ALGORITHM.enveloped] }),
  signedBy('transforms-in-other-order', 'signature_form', { transforms: [ALGORITHM.exclusive, ALGORITHM.enveloped] }),
  signedBy('inclusive-transform', 'signature_form', { transforms: [ALGORITHM.enveloped, ALGORITHM.inclusive] }),
  signedBy('transform-with-comments', 'signature_form', {
    transforms: [ALGORITHM.enveloped, ALGORITHM.exclusiveWithComments],
  }),
  signedBy('inclusive-canonicalization', 'signature_form', { canonicalization: ALGORITHM.inclusive }),
  signedBy('canonicalization-with-comments', 'signature_form', { canonicalization: ALGORITHM.exclusiveWithComments }),
  signedBy('inclusive-namespaces-in-both', 'signature_form', { prefixes: ['saml', 'samlp'] }),
  reworked(
    'inclusive-namespaces',
    'accepted',
    (xml) => xml.replace(/<InclusiveNamespaces [^>]*\/>/, '').replace(/(PrefixList="[^"]*") (xmlns="[^"]*")/, '$2 $1'),
    { prefixes: ['saml', 'samlp'] },
  ),
]

/** Each part of a signature under its name in another namespace, and with something behind it. */
const partsOfSignatures: readonly Vector[] = [
  ...[
    'SignedInfo',
    'CanonicalizationMethod',
    'SignatureMethod',
    'Reference',
    'Transforms',
    'Transform',
    'DigestMethod',
    'DigestValue',
    'SignatureValue',
    'KeyInfo',
  ].map((part) =>
    changed(`${part.toLowerCase()}-of-no-dsig`, 'signature_form', (xml) =>
      xml
        .replace(new RegExp(`<ds:${part}(?=[ >])`, 'g'), `<x:${part} xmlns:x="urn:x"`)
        .replaceAll(`</ds:${part}>`, `</x:${part}>`),
    ),
  ),
  ...['SignedInfo', 'Reference', 'Transforms', 'Signature'].map((part) =>
    changed(`more-in-${part.toLowerCase()}`, 'signature_form', (xml) =>
      xml.replace(`</ds:${part}>`, `<ds:More/></ds:${part}>`),
    ),
  ),
  ...['CanonicalizationMethod', 'SignatureMethod', 'DigestMethod', 'Transform'].map((part) =>
    reworked(`parameter-of-${part.toLowerCase()}`, 'signature_form', (xml) =>
      xml.replace(
        new RegExp(`<ds:${part} ([^>]*)/>(?!<ds:Transform )`),
        `<ds:${part} $1><x:y xmlns:x="urn:x"/></ds:${part}>`,
      ),
    ),
  ),
  changed('text-in-signature', 'signature_form', first('<ds:SignedInfo>', 'x<ds:SignedInfo>')),
]

const methods: readonly Vector[] = [
  signedBy('rsa-sha1', 'methods', { method: ALGORITHM.rsaSha1 }),
  signedBy('sha1-digest', 'methods', { digest: ALGORITHM.sha1 }),
  signedBy('rsa-sha1-allowed', 'accepted', { method: ALGORITHM.rsaSha1, digest: ALGORITHM.sha1 }, { allowsSha1: true }),
  signedBy('hmac', 'methods', { method: ALGORITHM.hmacSha1 }),
  signedBy('hmac-where-sha1-is-allowed', 'methods', { method: ALGORITHM.hmacSha1 }, { allowsSha1: true }),
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
const signatures: readonly Vector[] = [
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
  changed('empty-signature', 'signature', (xml) => xml.replace(/<ds:SignatureValue>[^<]*/, '<ds:SignatureValue>')),
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

const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
const OTHER = 'https://other.example.com'
const data = (xml: string) => /<saml:SubjectConfirmationData [^>]*>/.exec(xml)?.[0] ?? ''
const without =
  (name: string): Edit =>
  (xml) =>
    xml.replace(data(xml), data(xml).replace(new RegExp(` ${name}="[^"]*"`), ''))

const statements: readonly Vector[] = [
  said('answers-a-request-without-name', 'in_response_to', (xml) =>
    xml.replaceAll(`InResponseTo="${REQUEST}"`, 'InResponseTo=""'),
  ),
  said('authentication-in-a-minute', 'accepted', replaced(`AuthnInstant="${at(-20)}"`, `AuthnInstant="${at(60)}"`)),
  said('attributes-as-long-as-they-may-be', 'accepted', (xml) =>
    xml
      .replace('Name="groups"', `Name="${'g'.repeat(256)}"`)
      .replace('>staff<', `>${'a'.repeat(1_024)}<`)
      .replace(
        '<saml:AttributeValue>admins</saml:AttributeValue>',
        '<saml:AttributeValue>admins</saml:AttributeValue>'.repeat(498),
      ),
  ),
  said('two-confirmation-data', 'confirmation', (xml) => xml.replace(data(xml), data(xml).repeat(2))),
  said('valid-in-a-minute', 'accepted', replaced(`NotBefore="${at(-30)}"`, `NotBefore="${at(60)}"`)),
  said('issued-ten-minutes-ago', 'accepted', (xml) =>
    xml.replaceAll(`IssueInstant="${at(-10)}"`, `IssueInstant="${at(-600)}"`),
  ),
  said('issued-in-a-minute', 'accepted', (xml) =>
    xml.replaceAll(`IssueInstant="${at(-10)}"`, `IssueInstant="${at(60)}"`),
  ),
  said('two-statuses', 'status', replaced(PARTS.status, PARTS.status + PARTS.status.replace('Success', 'Responder'))),
  said('long-session-index', 'authentication', replaced('"_session"', `"${'a'.repeat(257)}"`)),
  said('long-qualifier', 'subject', replaced('<saml:NameID ', `<saml:NameID NameQualifier="${'a'.repeat(257)}" `)),
  said('second-subject-without-name', 'subject', replaced(SUBJECT, SUBJECT + SUBJECT.replace(PARTS.nameId, ''))),
  said('other-issuer', 'issuer', last(`>${IDP}<`, `>${OTHER}<`)),
  said('other-issuer-on-response', 'issuer', first(`>${IDP}<`, `>${OTHER}<`)),
  said('no-issuer-on-response', 'accepted', first(PARTS.issuer, '')),
  said('two-issuers', 'issuer', last('<saml:Subject>', `${PARTS.issuer}<saml:Subject>`)),
  said('not-success', 'status', replaced(SUCCESS, SUCCESS.replace('Success', 'Responder'))),
  said(
    'nested-status',
    'status',
    replaced(
      `<samlp:StatusCode Value="${SUCCESS}"/>`,
      `<samlp:StatusCode Value="${SUCCESS}"><samlp:StatusCode Value="${SUCCESS.replace('Success', 'AuthnFailed')}"/></samlp:StatusCode>`,
    ),
  ),
  said('no-status', 'status', replaced(PARTS.status, '')),
  said(
    'status-alone',
    'one_assertion',
    (xml) => xml.replace(ASSERTION, '').replace(SUCCESS, SUCCESS.replace('Success', 'Requester')),
    'none',
  ),
  said('other-destination', 'destination', replaced(`Destination="${ACS}"`, `Destination="${SP}"`)),
  said('destination-with-a-slash', 'destination', replaced(`Destination="${ACS}"`, `Destination="${ACS}/"`)),
  said('no-destination', 'accepted', replaced(` Destination="${ACS}"`, '')),
  said('no-destination-on-signed-response', 'destination', replaced(` Destination="${ACS}"`, ''), 'response'),
  said('no-nameid', 'subject', replaced(PARTS.nameId, '')),
  said('two-nameids', 'subject', replaced(PARTS.nameId, PARTS.nameId + PARTS.nameId.replace(ADA, MALLORY))),
  said('two-subjects', 'subject', replaced(SUBJECT, SUBJECT + SUBJECT.replace(ADA, MALLORY))),
  said('no-subject', 'subject', replaced(SUBJECT, '')),
  said('empty-nameid', 'subject', replaced(`>${ADA}</saml:NameID>`, '></saml:NameID>')),
  said('blank-nameid', 'subject', replaced(`>${ADA}</saml:NameID>`, '>  </saml:NameID>')),
  said('long-nameid', 'subject', replaced(`>${ADA}</saml:NameID>`, `>${'a'.repeat(257)}</saml:NameID>`)),
  said('nameid-with-white-space', 'subject', replaced(`>${ADA}</saml:NameID>`, `>${ADA} </saml:NameID>`)),
  said('nameid-with-line-end', 'subject', replaced(`>${ADA}</saml:NameID>`, `>${ADA}&#13;&#10;x</saml:NameID>`)),
  said('transient', 'subject', replaced(`Format="${EMAIL}"`, `Format="${TRANSIENT}"`)),
  said(
    'persistent',
    'accepted',
    replaced(`Format="${EMAIL}"`, 'Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"'),
  ),
  said(
    'format-unspecified',
    'accepted',
    replaced(`Format="${EMAIL}"`, 'Format="urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"'),
  ),
  said('no-format', 'accepted', replaced(` Format="${EMAIL}"`, '')),
  said('no-confirmation', 'confirmation', replaced(PARTS.confirmation, '')),
  said('holder-of-key', 'confirmation', replaced('cm:bearer', 'cm:holder-of-key')),
  said(
    'sender-vouches-beside-bearer',
    'accepted',
    replaced(PARTS.confirmation, PARTS.confirmation.replace('cm:bearer', 'cm:sender-vouches') + PARTS.confirmation),
  ),
  said('no-confirmation-data', 'confirmation', (xml) => xml.replace(data(xml), '')),
  said('other-recipient', 'confirmation', replaced(`Recipient="${ACS}"`, `Recipient="${OTHER}"`)),
  said('no-recipient', 'confirmation', without('Recipient')),
  said('confirmation-over', 'confirmation', (xml) => xml.replace(data(xml), data(xml).replace(at(300), at(-61)))),
  said('confirmation-without-end', 'confirmation', without('NotOnOrAfter')),
  said(
    'confirmation-with-beginning',
    'confirmation',
    replaced(`Recipient="${ACS}"`, `NotBefore="${at(-30)}" Recipient="${ACS}"`),
  ),
  said('confirmation-with-time-that-is-none', 'confirmation', (xml) =>
    xml.replace(data(xml), data(xml).replace(at(300), 'tomorrow')),
  ),
  said('no-conditions', 'conditions', (xml) => xml.replace(/<saml:Conditions .*<\/saml:Conditions>/, '')),
  said('two-conditions', 'conditions', (xml) => xml.replace(/<saml:Conditions .*<\/saml:Conditions>/, '$&$&')),
  said('expired', 'conditions', last(`NotOnOrAfter="${at(300)}"`, `NotOnOrAfter="${at(-61)}"`)),
  said('just-not-expired', 'accepted', last(`NotOnOrAfter="${at(300)}"`, `NotOnOrAfter="${at(-59)}"`)),
  said('without-end', 'conditions', last(` NotOnOrAfter="${at(300)}"`, '')),
  said('too-early', 'conditions', replaced(`NotBefore="${at(-30)}"`, `NotBefore="${at(61)}"`)),
  said(
    'time-of-another-zone',
    'conditions',
    last(`NotOnOrAfter="${at(300)}"`, 'NotOnOrAfter="2026-01-15T13:00:00+01:00"'),
  ),
  said('unknown-condition', 'conditions', replaced(PARTS.audience, `${PARTS.audience}<x:Only xmlns:x="urn:x"/>`)),
  said('one-time-use', 'accepted', replaced(PARTS.audience, `${PARTS.audience}<saml:OneTimeUse/>`)),
  said('ten-years', 'accepted', last(`NotOnOrAfter="${at(300)}"`, 'NotOnOrAfter="2036-01-15T12:00:00Z"')),
  said('other-audience', 'audience', replaced(`<saml:Audience>${SP}<`, `<saml:Audience>${OTHER}<`)),
  said('no-audience', 'audience', replaced(PARTS.audience, '')),
  said(
    'audience-among-others',
    'accepted',
    replaced(`<saml:Audience>${SP}<`, `<saml:Audience>${OTHER}</saml:Audience><saml:Audience>${SP}<`),
  ),
  said(
    'second-restriction-of-another',
    'audience',
    replaced(PARTS.audience, PARTS.audience + PARTS.audience.replace(SP, OTHER)),
  ),
  said('audience-that-begins-with-ours', 'audience', replaced(`<saml:Audience>${SP}<`, `<saml:Audience>${SP}0<`)),
  said(
    'issued-long-ago',
    'age',
    replaced(`ID="_assertion" IssueInstant="${at(-10)}"`, `ID="_assertion" IssueInstant="${at(-601)}"`),
  ),
  said(
    'response-issued-long-ago',
    'age',
    replaced(
      `InResponseTo="${REQUEST}" IssueInstant="${at(-10)}"`,
      `InResponseTo="${REQUEST}" IssueInstant="${at(-601)}"`,
    ),
  ),
  said(
    'issued-in-the-future',
    'age',
    replaced(`ID="_assertion" IssueInstant="${at(-10)}"`, `ID="_assertion" IssueInstant="${at(61)}"`),
  ),
  said('never-issued', 'age', replaced(`ID="_assertion" IssueInstant="${at(-10)}"`, 'ID="_assertion"')),
  said('no-authentication', 'authentication', replaced(PARTS.authentication, '')),
  said('two-authentications', 'authentication', replaced(PARTS.authentication, PARTS.authentication.repeat(2))),
  said('authentication-without-time', 'authentication', replaced(` AuthnInstant="${at(-20)}"`, '')),
  said('authentication-to-come', 'authentication', replaced(`AuthnInstant="${at(-20)}"`, `AuthnInstant="${at(61)}"`)),
  said(
    'session-over',
    'authentication',
    replaced('SessionIndex="_session"', `SessionIndex="_session" SessionNotOnOrAfter="${at(0)}"`),
  ),
  said(
    'session-that-ends',
    'accepted',
    replaced('SessionIndex="_session"', `SessionIndex="_session" SessionNotOnOrAfter="${at(3600)}"`),
  ),
  said('in-response-to-on-response-alone', 'in_response_to', without('InResponseTo')),
  said('in-response-to-on-confirmation-alone', 'in_response_to', first(` InResponseTo="${REQUEST}"`, '')),
  said('in-response-to-another', 'in_response_to', (xml) =>
    xml.replace(data(xml), data(xml).replace(REQUEST, '_another')),
  ),
  said(
    'second-confirmation-answers-another',
    'in_response_to',
    replaced(PARTS.confirmation, PARTS.confirmation + PARTS.confirmation.replace(REQUEST, '_another')),
  ),
  said('unasked', 'in_response_to', (xml) => xml.replaceAll(` InResponseTo="${REQUEST}"`, '')),
  said('unasked-and-allowed', 'accepted', (xml) => xml.replaceAll(` InResponseTo="${REQUEST}"`, ''), 'assertion', {
    allowsIdpInitiated: true,
  }),
  said(
    'unasked-and-old',
    'age',
    (xml) =>
      xml
        .replaceAll(` InResponseTo="${REQUEST}"`, '')
        .replace(`ID="_assertion" IssueInstant="${at(-10)}"`, `ID="_assertion" IssueInstant="${at(-121)}"`),
    'assertion',
    { allowsIdpInitiated: true },
  ),
  said('attribute-named-twice', 'attributes', replaced('Name="groups"', 'Name="email"')),
  said('attribute-without-name', 'attributes', replaced(' Name="groups"', '')),
  said('attribute-named-proto', 'accepted', replaced('Name="groups"', 'Name="__proto__"')),
  said('attribute-named-nameid', 'accepted', replaced('Name="groups"', 'Name="nameID"')),
  said('long-value', 'attributes', replaced('>staff<', `>${'a'.repeat(1_025)}<`)),
  said(
    'many-values',
    'attributes',
    replaced(
      '<saml:AttributeValue>staff</saml:AttributeValue>',
      '<saml:AttributeValue>staff</saml:AttributeValue>'.repeat(499),
    ),
  ),
  said('no-attributes', 'accepted', replaced(PARTS.attributes, '')),
  said('version-1', 'response', first('Version="2.0"', 'Version="1.1"')),
  said(
    'assertion-of-version-1',
    'one_assertion',
    replaced(
      `IssueInstant="${at(-10)}" Version="2.0">${PARTS.issuer}<saml:Subject>`,
      `IssueInstant="${at(-10)}" Version="1.1">${PARTS.issuer}<saml:Subject>`,
    ),
  ),
  said('no-id', 'response', replaced(' ID="_response"', '')),
  said('id-that-is-no-name', 'response', replaced('ID="_response"', 'ID="1&quot;] | //*"')),
  { name: 'logout-response', expected: 'response', xml: good.replaceAll('samlp:Response', 'samlp:LogoutResponse') },
  { name: 'assertion-alone', expected: 'response', xml: declared(signedAssertion) },
  { name: 'html', expected: 'namespaces', xml: '<html><body>502 Bad Gateway</body></html>' },
]

export const VECTORS: readonly Vector[] = [
  ...wrapping,
  ...encrypted,
  ...ids,
  ...markup,
  ...texts,
  ...namespaces,
  ...forms,
  ...partsOfSignatures,
  ...methods,
  ...signatures,
  ...statements,
]

/** What refuses each, as it stands beside them. */
export const expectations: Readonly<Record<string, string>> = Object.fromEntries(
  VECTORS.map(({ name, expected }) => [name, expected]),
)
