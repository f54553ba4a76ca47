import { ASSERTION, PARTS, RESPONSE, signAs, swap, unsigned } from '../saml.ts'
import { ADA, good, MALLORY, replaced, said, signedAssertion, type Vector } from './vector.ts'

const { signature: itsSignature, rest: bareAssertion } = unsigned(signedAssertion)
/** An assertion that nobody signed, with another ID and another person. */
const evil = (inside = ''): string =>
  ASSERTION.replace('ID="_assertion"', 'ID="_evil"')
    .replaceAll(ADA, MALLORY)
    .replace('</saml:Issuer>', `</saml:Issuer>${inside}`)
const inPlace = (by: string): string => swap(good, signedAssertion, by)
const goodResponse = signAs(RESPONSE, 'response')
const itsResponseSignature = unsigned(goodResponse).signature
/** The eight of “On Breaking SAML” (Somorovsky and others, 2012), by their numbers there, and other places to hide what is signed. */
export const wrapping: readonly Vector[] = (
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
    ['response-within', good.replace('<samlp:Status>', '<samlp:Status><samlp:Response/>')],
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

export const encrypted: readonly Vector[] = [
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
  said(
    'encrypted-attribute',
    'one_assertion',
    replaced('<saml:Attribute Name="email">', '<saml:EncryptedAttribute/><saml:Attribute Name="email">'),
  ),
  said('encrypted-data', 'one_assertion', replaced(PARTS.status, `${PARTS.status}<x:EncryptedData xmlns:x="urn:x"/>`)),
  said('encrypted-id', 'one_assertion', replaced(PARTS.nameId, '<saml:EncryptedID/>')),
]

export const ids: readonly Vector[] = [
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
  {
    name: 'prefix-that-is-called-id',
    expected: 'accepted',
    xml: good
      .replace('<samlp:Status>', '<samlp:Status xmlns:id="urn:x">')
      .replace('<samlp:StatusCode ', '<samlp:StatusCode xmlns:id="urn:x" '),
  },
  {
    name: 'split-id-on-response',
    expected: 'unique_ids',
    xml: good.replace('ID="_response"', 'ID="_response" Id="_other"'),
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
