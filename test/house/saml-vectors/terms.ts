import { at, NAMESPACES, PARTS, REQUEST, SP } from '../saml.ts'
import { type Edit, first, good, last, replaced, said, signedAssertion, type Vector } from './vector.ts'

const OTHER = 'https://other.example.com'
const data = (xml: string) => /<saml:SubjectConfirmationData [^>]*>/.exec(xml)?.[0] ?? ''
const without =
  (name: string): Edit =>
  (xml) =>
    xml.replace(data(xml), data(xml).replace(new RegExp(` ${name}="[^"]*"`), ''))

const declared = (xml: string) => xml.replace('<saml:Assertion ', `<saml:Assertion ${NAMESPACES} `)

export const terms: readonly Vector[] = [
  said('no-conditions', 'conditions', (xml) => xml.replace(/<saml:Conditions .*<\/saml:Conditions>/, '')),
  said('two-conditions', 'conditions', (xml) => xml.replace(/<saml:Conditions .*<\/saml:Conditions>/, '$&$&')),
  said('expired', 'conditions', last(`NotOnOrAfter="${at(300)}"`, `NotOnOrAfter="${at(-61)}"`)),
  said('just-not-expired', 'accepted', last(`NotOnOrAfter="${at(300)}"`, `NotOnOrAfter="${at(-59)}"`)),
  said('without-end', 'conditions', last(` NotOnOrAfter="${at(300)}"`, '')),
  said('too-early', 'conditions', replaced(`NotBefore="${at(-30)}"`, `NotBefore="${at(61)}"`)),
  ...(
    [
      ['time-without-zone', '2026-01-15T12:05:00'],
      ['time-of-zone-zero', '2026-01-15T12:05:00+00:00'],
      ['time-of-a-leap-second', '2026-01-15T12:05:60Z'],
    ] as const
  ).map(([name, time]) => said(name, 'conditions', last(`NotOnOrAfter="${at(300)}"`, `NotOnOrAfter="${time}"`))),
  said(
    'time-of-another-zone',
    'conditions',
    last(`NotOnOrAfter="${at(300)}"`, 'NotOnOrAfter="2026-01-15T13:00:00+01:00"'),
  ),
  said('thirtieth-of-february', 'conditions', last(`NotOnOrAfter="${at(300)}"`, 'NotOnOrAfter="2026-02-30T12:00:00Z"')),
  said('unknown-condition', 'conditions', replaced(PARTS.audience, `${PARTS.audience}<x:Only xmlns:x="urn:x"/>`)),
  said(
    'proxy-restriction',
    'accepted',
    replaced(PARTS.audience, `${PARTS.audience}<saml:ProxyRestriction Count="0"/>`),
  ),
  said('authentication-of-no-class', 'accepted', (xml) =>
    xml.replace(
      /<saml:AuthnContextClassRef>.*<\/saml:AuthnContextClassRef>/,
      '<saml:AuthnContextDeclRef>urn:x</saml:AuthnContextDeclRef>',
    ),
  ),
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
  said('id-that-is-no-name', 'response', replaced('ID="_response"', 'ID="_response&quot;] | //*"')),
  said('assertion-id-that-is-no-name', 'one_assertion', replaced('ID="_assertion"', 'ID="1_assertion"')),
  said('id-that-is-too-long', 'response', replaced('ID="_response"', `ID="_${'a'.repeat(256)}"`)),
  said('id-that-begins-with-a-digit', 'response', replaced('ID="_response"', 'ID="1_response"')),
  { name: 'logout-response', expected: 'response', xml: good.replaceAll('samlp:Response', 'samlp:LogoutResponse') },
  { name: 'assertion-alone', expected: 'response', xml: declared(signedAssertion) },
  { name: 'html', expected: 'namespaces', xml: '<html><body>502 Bad Gateway</body></html>' },
]
