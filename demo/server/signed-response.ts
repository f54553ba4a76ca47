import { createHash, type KeyObject, randomBytes, sign } from 'node:crypto'
import { element, textOf } from './canonical-xml.ts'

const SAML = 'urn:oasis:names:tc:SAML:2.0'
const DSIG = 'http://www.w3.org/2000/09/xmldsig#'
const EXCLUSIVE = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const SHA256 = 'http://www.w3.org/2001/04/xmlenc#sha256'

const VALID_MS = 120_000

/** Who has logged in, and who is told so. */
export interface Login {
  /** Entity id of the identity provider. */
  readonly issuer: string
  /** Entity id of whoever is told. */
  readonly audience: string
  readonly acsUrl: string
  /** The ID of the request; undefined where nobody has asked. */
  readonly inResponseTo: string | undefined
  readonly email: string
  readonly attributes: Readonly<Record<string, string>>
  /** Unix ms. */
  readonly now: number
}

/** A Response (SAML Core §3.3.3) with one signed assertion. It is written in its canonical form, so what is signed is what stands there. */
export function signedResponse(login: Login, privateKey: KeyObject): string {
  const { acsUrl, inResponseTo, issuer, now } = login
  return element(
    'samlp:Response',
    {
      'xmlns:samlp': `${SAML}:protocol`,
      ID: newId(),
      Version: '2.0',
      IssueInstant: timeOf(now),
      Destination: acsUrl,
      ...(inResponseTo !== undefined && { InResponseTo: inResponseTo }),
    },
    element('saml:Issuer', { 'xmlns:saml': `${SAML}:assertion` }, textOf(issuer)),
    element('samlp:Status', {}, element('samlp:StatusCode', { Value: `${SAML}:status:Success` })),
    signedAssertion(login, privateKey),
  )
}

function signedAssertion(login: Login, privateKey: KeyObject): string {
  const id = newId()
  const signature = signatureOf(id, assertionOf(login, id), privateKey)
  return assertionOf(login, id, signature)
}

const newId = () => `_${randomBytes(20).toString('hex')}`
const timeOf = (ms: number) => new Date(ms).toISOString()

/** SAML Core §2.3.3; the signature stands behind the issuer. */
function assertionOf(login: Login, id: string, signature = ''): string {
  const { issuer, audience, email, attributes, now } = login
  const saml = (name: string, own: Readonly<Record<string, string>>, ...content: readonly string[]) =>
    element(`saml:${name}`, own, ...content)
  const emailFormat = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
  const restriction = saml('AudienceRestriction', {}, saml('Audience', {}, textOf(audience)))
  const context = saml('AuthnContextClassRef', {}, `${SAML}:ac:classes:unspecified`)
  return saml(
    'Assertion',
    { 'xmlns:saml': `${SAML}:assertion`, ID: id, Version: '2.0', IssueInstant: timeOf(now) },
    saml('Issuer', {}, textOf(issuer)),
    signature,
    saml('Subject', {}, saml('NameID', { Format: emailFormat }, textOf(email)), confirmationOf(login)),
    saml('Conditions', { NotBefore: timeOf(now), NotOnOrAfter: timeOf(now + VALID_MS) }, restriction),
    saml('AuthnStatement', { AuthnInstant: timeOf(now), SessionIndex: id }, saml('AuthnContext', {}, context)),
    saml('AttributeStatement', {}, ...Object.entries(attributes).map(attributeOf)),
  )
}

const attributeOf = ([name, value]: readonly [string, string]) =>
  element('saml:Attribute', { Name: name }, element('saml:AttributeValue', {}, textOf(value)))

/** Good once, for whoever brings it there. SAML Profiles §4.1.4.2. */
function confirmationOf({ acsUrl, inResponseTo, now }: Login): string {
  const data = element('saml:SubjectConfirmationData', {
    Recipient: acsUrl,
    NotOnOrAfter: timeOf(now + VALID_MS),
    ...(inResponseTo !== undefined && { InResponseTo: inResponseTo }),
  })
  return element('saml:SubjectConfirmation', { Method: `${SAML}:cm:bearer` }, data)
}

/** Of an element in its canonical form. XML Signature §4, SAML Core §5.4. */
function signatureOf(id: string, canonical: string, privateKey: KeyObject): string {
  const digest = createHash('sha256').update(canonical).digest('base64')
  const transforms = [`${DSIG}enveloped-signature`, EXCLUSIVE].map((one) => element('ds:Transform', { Algorithm: one }))
  const info = element(
    'ds:SignedInfo',
    { 'xmlns:ds': DSIG },
    element('ds:CanonicalizationMethod', { Algorithm: EXCLUSIVE }),
    element('ds:SignatureMethod', { Algorithm: RSA_SHA256 }),
    element(
      'ds:Reference',
      { URI: `#${id}` },
      element('ds:Transforms', {}, ...transforms),
      element('ds:DigestMethod', { Algorithm: SHA256 }),
      element('ds:DigestValue', {}, digest),
    ),
  )
  const value = sign('sha256', Buffer.from(info), privateKey).toString('base64')
  return element('ds:Signature', { 'xmlns:ds': DSIG }, info, element('ds:SignatureValue', {}, value))
}
