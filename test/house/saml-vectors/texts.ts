import { IDP, PARTS, RESPONSE, SP, signAs, swap } from '../saml.ts'
import { ADA, changed, first, good, last, MALLORY, replaced, said, signedAssertion, type Vector } from './vector.ts'

export const markup: readonly Vector[] = [
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

const twoLines = signAs(RESPONSE.replace('>staff<', '>st\naff<'), 'assertion')
export const texts: readonly Vector[] = [
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
  // Others read two characters more as the end of a line: `\n` is what they become, and what a signature over it is of.
  { name: 'line-end-of-xml-1-1', expected: 'characters', xml: twoLines.replace('st\naff', 'st\u2028aff') },
  { name: 'line-end-of-xml-1-1-by-reference', expected: 'characters', xml: good.replace('>staff<', '>st&#x85;aff<') },
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
  {
    name: 'too-many-names',
    expected: 'limits',
    xml: good.replace(
      '<samlp:Status>',
      `${Array.from({ length: 110 }, (_, index) => `<x:a${index} xmlns:x="urn:x"></x:a${index} >`).join('')}<samlp:Status>`,
    ),
  },
  {
    name: 'too-long-a-name',
    expected: 'limits',
    xml: good.replace('<samlp:Status>', `<samlp:Status ${'a'.repeat(150_000)}="">`),
  },
  said(
    'element-in-nameid',
    'plain_text',
    replaced(`>${ADA}</saml:NameID>`, `>ada@<x:b xmlns:x="urn:x"/>example.com</saml:NameID>`),
  ),
  said('element-in-issuer', 'plain_text', last(`>${IDP}<`, `>${IDP}<x:b xmlns:x="urn:x"/><`)),
  said('element-in-attribute', 'plain_text', replaced('>staff<', '><x:b xmlns:x="urn:x">staff</x:b><')),
  said(
    'element-in-audience',
    'plain_text',
    replaced(`<saml:Audience>${SP}`, `<saml:Audience><x:b xmlns:x="urn:x"/>${SP}`),
  ),
]

export const namespaces: readonly Vector[] = [
  said(
    'prefix-of-what-is-reserved',
    'namespaces',
    first('<saml:Attribute ', '<saml:Attribute xmlns:x="http://www.w3.org/XML/1998/namespace" '),
  ),
  said(
    'prefix-of-declarations',
    'namespaces',
    first('<saml:Attribute ', '<saml:Attribute xmlns:x="http://www.w3.org/2000/xmlns/" '),
  ),
  said('declaration-of-declarations', 'namespaces', first('<saml:Attribute ', '<saml:Attribute xmlns:xmlns="urn:x" ')),
  said(
    'namespace-with-white-space',
    'namespaces',
    replaced('<saml:Attribute Name="email">', '<saml:Attribute xmlns:x=" urn:x" Name="email">'),
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
  // Names that every object of JavaScript has.
  ...['constructor', '__proto__'].flatMap((prefix) => [
    changed(
      `attribute-with-prefix-${prefix.replaceAll('_', '')}`,
      'namespaces',
      replaced('<samlp:Status>', `<samlp:Status ${prefix}:a="">`),
    ),
    changed(
      `element-with-prefix-${prefix.replaceAll('_', '')}`,
      'namespaces',
      replaced('<samlp:Status>', `<${prefix}:a/><samlp:Status>`),
    ),
  ]),
  changed(
    'namespace-with-a-quote',
    'namespaces',
    replaced('<samlp:Status>', `<samlp:Status xmlns:x='urn:x" ID="_evil' x:a="">`),
  ),
  // Text for xmldom, and elements for others.
  changed('script-of-a-page', 'namespaces', (xml) =>
    xml.replace(
      '<samlp:Status>',
      `<script xmlns="http://www.w3.org/1999/xhtml">${signedAssertion}</script><samlp:Status>`,
    ),
  ),
  // Not signed, since nothing signed uses it; nor read.
  changed('declaration-added-above', 'accepted', first('<samlp:Response ', '<samlp:Response xmlns:x="urn:x" ')),
  changed('prefix-redefined', 'one_assertion', first('<saml:Assertion ', '<saml:Assertion xmlns:saml="urn:x" ')),
]
