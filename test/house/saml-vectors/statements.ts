import { ACS, ASSERTION, at, IDP, PARTS, REQUEST, SP, SUBJECT } from '../saml.ts'
import { ADA, type Edit, first, last, MALLORY, replaced, SUCCESS, said, type Vector } from './vector.ts'

const EMAIL = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
const TRANSIENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient'
const OTHER = 'https://other.example.com'
const data = (xml: string) => /<saml:SubjectConfirmationData [^>]*>/.exec(xml)?.[0] ?? ''
const without =
  (name: string): Edit =>
  (xml) =>
    xml.replace(data(xml), data(xml).replace(new RegExp(` ${name}="[^"]*"`), ''))

export const statements: readonly Vector[] = [
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
  said(
    'long-qualifier-of-ours',
    'subject',
    replaced('<saml:NameID ', `<saml:NameID SPNameQualifier="${'a'.repeat(257)}" `),
  ),
  said('second-subject-without-name', 'subject', replaced(SUBJECT, SUBJECT + SUBJECT.replace(PARTS.nameId, ''))),
  said('other-issuer', 'issuer', last(`>${IDP}<`, `>${OTHER}<`)),
  said('other-issuer-on-response', 'issuer', first(`>${IDP}<`, `>${OTHER}<`)),
  said('no-issuer-on-response', 'accepted', first(PARTS.issuer, '')),
  said('two-issuers-on-response', 'issuer', first(PARTS.issuer, PARTS.issuer.repeat(2))),
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
  said('status-that-ends-like-success', 'status', replaced(SUCCESS, `not-${SUCCESS}`)),
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
  ...(
    [
      ['that-is-not-seen', 'ad\u200Ba'],
      ['that-turns-what-follows', 'ad\u202Ea'],
      ['that-is-drawn-as-nothing', 'ad\u3164a'],
      ['that-annotates', 'ad\uFFF9a'],
      ['that-ends-a-paragraph', 'ad\u2029a'],
    ] as const
  ).map(([name, ada]) =>
    said(
      `nameid-with-character-${name}`,
      'subject',
      replaced(`>${ADA}</saml:NameID>`, `>${ada}@example.com</saml:NameID>`),
    ),
  ),
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
  said(
    'format-unspecified-as-in-saml-2',
    'accepted',
    replaced(`Format="${EMAIL}"`, 'Format="urn:oasis:names:tc:SAML:2.0:nameid-format:unspecified"'),
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
]
