import { ALGORITHM, resigned, unsigned } from '../saml.ts'
import { changed, first, replaced, reworked, said, signedBy, type Vector } from './vector.ts'

const withPrefixes = (xml: string, rest: string): string =>
  xml.replace(
    `<ds:Transform Algorithm="${ALGORITHM.exclusive}"/>`,
    `<ds:Transform Algorithm="${ALGORITHM.exclusive}"><InclusiveNamespaces xmlns="${ALGORITHM.exclusive}" ${rest}</ds:Transform>`,
  )

export const forms: readonly Vector[] = [
  said('unsigned', 'signature_form', (xml) => xml, 'none'),
  changed('signature-beside', 'signature_form', (xml) =>
    unsigned(xml).rest.replace('<samlp:Status>', `<samlp:Status>${unsigned(xml).signature}`),
  ),
  changed('signature-twice', 'signature_form', (xml) =>
    xml.replace('</ds:Signature>', `</ds:Signature>${unsigned(xml).signature}`),
  ),
  changed(
    'response-signed-twice',
    'signature_form',
    (xml) => xml.replace('</ds:Signature>', `</ds:Signature>${unsigned(xml).signature}`),
    'response',
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
  changed(
    'uri-of-another-on-response',
    'signature_form',
    (xml) => resigned(xml.replace('URI="#_response"', 'URI="#_assertion"')),
    'response',
  ),
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
  ...(
    [
      ['digest-of-nothing', '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
      ['digest-of-nothing-in-lines', '47DEQpj8HBSa+/TImW+5\nJCeuQeRkm5NMpJWZG3hSuFU='],
      [
        'digest-of-nothing-by-sha-512',
        'z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg==',
      ],
      ['digest-of-nothing-by-sha-1', '2jmj7l5rSw0yVb/vlWAYkK/YBwk='],
    ] as const
  ).map(([name, digest]) =>
    changed(name, 'signature_form', (xml) => xml.replace(/<ds:DigestValue>[^<]*/, `<ds:DigestValue>${digest}`)),
  ),
  changed('signature-with-more', 'signature_form', (xml) =>
    xml.replace('</ds:SignatureValue>', '=AAAA</ds:SignatureValue>'),
  ),
  changed('signature-of-url-base64', 'signature_form', (xml) =>
    xml.replace(/<ds:SignatureValue>[^<]*/, (found) => found.replaceAll('+', '-').replace(/(?<!<)\//g, '_')),
  ),
  reworked('digest-with-more', 'signature_form', replaced('</ds:DigestValue>', 'AAAA</ds:DigestValue>')),
  changed('base64-in-lines', 'accepted', (xml) =>
    xml.replace(/<ds:SignatureValue>[^<]*/, (found) => found.replace(/.{60}/g, '$&&#13;\n\t ')),
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
  signedBy('exclusive-twice', 'signature_form', { transforms: [ALGORITHM.exclusive, ALGORITHM.exclusive] }),
  signedBy('inclusive-transform', 'signature_form', { transforms: [ALGORITHM.enveloped, ALGORITHM.inclusive] }),
  signedBy('transform-with-comments', 'signature_form', {
    transforms: [ALGORITHM.enveloped, ALGORITHM.exclusiveWithComments],
  }),
  signedBy('inclusive-canonicalization', 'signature_form', { canonicalization: ALGORITHM.inclusive }),
  signedBy('canonicalization-with-comments', 'signature_form', { canonicalization: ALGORITHM.exclusiveWithComments }),
  signedBy('inclusive-namespaces-in-both', 'signature_form', { prefixes: ['saml', 'samlp'] }),
  ...(
    [
      [
        'inclusive-namespaces-twice',
        `PrefixList="saml"/><InclusiveNamespaces xmlns="${ALGORITHM.exclusive}" PrefixList="samlp"/>`,
      ],
      ['prefixes-that-are-many', `PrefixList="${'a '.repeat(129)}"/>`],
      [
        'digestmethod-in-inclusive-namespaces',
        `><ds:DigestMethod Algorithm="${ALGORITHM.sha256}"/></InclusiveNamespaces>`,
      ],
      ['element-in-inclusive-namespaces', '><x:y xmlns:x="urn:x"/></InclusiveNamespaces>'],
    ] as const
  ).map(([name, rest]) =>
    reworked(name, 'signature_form', (xml) => withPrefixes(xml, rest), { digest: ALGORITHM.sha1 }),
  ),
  // Where the list of prefixes is looked for, when the transform has none.
  changed(
    'canonicalizationmethod-elsewhere',
    'signature_form',
    replaced(
      '<samlp:Status>',
      `<x:CanonicalizationMethod xmlns:x="urn:x"><x:InclusiveNamespaces PrefixList="x"/></x:CanonicalizationMethod><samlp:Status>`,
    ),
    'response',
  ),
  reworked('prefixes-as-many-as-may-be', 'accepted', (xml) => withPrefixes(xml, `PrefixList="${'a '.repeat(128)}"/>`)),
  reworked(
    'inclusive-namespaces',
    'accepted',
    (xml) => xml.replace(/<InclusiveNamespaces [^>]*\/>/, '').replace(/(PrefixList="[^"]*") (xmlns="[^"]*")/, '$2 $1'),
    { prefixes: ['saml', 'samlp'] },
  ),
]

/** Each part of a signature under its name in another namespace, and with something behind it. */
export const partsOfSignatures: readonly Vector[] = [
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
  ...['SignedInfo', 'SignatureMethod', 'Reference', 'Transforms', 'DigestMethod', 'SignatureValue'].map((part) =>
    changed(`${part.toLowerCase()}-elsewhere`, 'signature_form', (xml) =>
      xml.replace('<samlp:Status>', `<x:${part} xmlns:x="urn:x"/><samlp:Status>`),
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
  ...['Signature', 'SignedInfo', 'Reference', 'Transforms'].map((part) =>
    changed(`text-in-${part.toLowerCase()}`, 'signature_form', replaced(`</ds:${part}>`, `x</ds:${part}>`)),
  ),
  changed('first-transform-of-no-dsig', 'signature_form', first('<ds:Transform ', '<x:Transform xmlns:x="urn:x" ')),
]
