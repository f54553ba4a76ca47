import { sign as signBytes } from 'node:crypto'
import { createRequire } from 'node:module'
import { judgeResponse, type Verdict } from '../../src/crypto/saml/response.ts'
import { EMAIL_FORMAT, type Terms } from '../../src/crypto/saml/rules.ts'
import { escapeXml } from '../../src/crypto/saml/xml.ts'
import keys from '../vectors/saml/keys.json' with { type: 'json' }

/** What we use of xml-crypto, whose own declarations bring those of a browser with them. */
interface SignedXml {
  enableHMAC(): void
  addReference(reference: {
    readonly xpath: string
    readonly transforms: readonly string[]
    readonly digestAlgorithm: string
    readonly inclusiveNamespacesPrefixList?: readonly string[]
  }): void
  computeSignature(xml: string, options: { readonly prefix: string; readonly location: object }): void
  getSignedXml(): string
}
const { SignedXml } = createRequire(import.meta.url)('xml-crypto') as { SignedXml: new (options: object) => SignedXml }

export const NOW = Date.UTC(2026, 0, 15, 12)
export const IDP = 'https://idp.example.com/metadata'
export const SP = 'https://auth.example.com/v1/session/login/saml/okta/samlc_1'
export const ACS = `${SP}/acs`
export const REQUEST = '_0123456789abcdef0123456789abcdef01234567'

export type Key = keyof typeof keys
export const certificateOf = (key: Key): string => keys[key].certificate
export const keyOf = (key: Key): string => keys[key].key

export const TERMS: Terms = {
  acsUrl: ACS,
  entityId: SP,
  idp: { entityId: IDP, certificates: [certificateOf('idp')] },
  now: NOW,
  allowsSha1: false,
  allowsIdpInitiated: false,
}

export const ALGORITHM = {
  rsaSha1: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  rsaSha256: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  rsaSha512: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  rsaPss: 'http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1',
  hmacSha1: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1',
  sha1: 'http://www.w3.org/2000/09/xmldsig#sha1',
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  sha512: 'http://www.w3.org/2001/04/xmlenc#sha512',
  enveloped: 'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  exclusiveWithComments: 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments',
  inclusive: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
} as const

/** A time so many seconds from `NOW`, as SAML writes it. */
export const at = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString()

const PREFIX = 'urn:oasis:names:tc:SAML'
export const NAMESPACES = `xmlns:samlp="${PREFIX}:2.0:protocol" xmlns:saml="${PREFIX}:2.0:assertion"`

/** What an identity provider says when somebody has logged in. */
export interface Login {
  /** Unix ms. */
  readonly now: number
  readonly issuer: string
  readonly acsUrl: string
  readonly entityId: string
  /** Which request it answers; undefined where the identity provider began. */
  readonly request: string | undefined
  /** What the IDs of response and assertion end in. */
  readonly ending: string
  readonly nameId: string
  readonly format: string
  readonly attributes: Readonly<Record<string, readonly string[]>>
}

const timeOf = ({ now }: Login, seconds: number) => new Date(now + seconds * 1000).toISOString()
const inResponseTo = ({ request }: Login) => (request === undefined ? '' : ` InResponseTo="${escapeXml(request)}"`)

function attributeOf([name, values]: readonly [string, readonly string[]]): string {
  const written = values.map((value) => `<saml:AttributeValue>${escapeXml(value)}</saml:AttributeValue>`)
  return `<saml:Attribute Name="${escapeXml(name)}">${written.join('')}</saml:Attribute>`
}

const partsOf = (login: Login) => ({
  issuer: `<saml:Issuer>${escapeXml(login.issuer)}</saml:Issuer>`,
  status: `<samlp:Status><samlp:StatusCode Value="${PREFIX}:2.0:status:Success"/></samlp:Status>`,
  nameId: `<saml:NameID Format="${login.format}">${escapeXml(login.nameId)}</saml:NameID>`,
  confirmation:
    `<saml:SubjectConfirmation Method="${PREFIX}:2.0:cm:bearer">` +
    `<saml:SubjectConfirmationData${inResponseTo(login)} NotOnOrAfter="${timeOf(login, 300)}" Recipient="${escapeXml(login.acsUrl)}"/></saml:SubjectConfirmation>`,
  audience: `<saml:AudienceRestriction><saml:Audience>${escapeXml(login.entityId)}</saml:Audience></saml:AudienceRestriction>`,
  authentication:
    `<saml:AuthnStatement AuthnInstant="${timeOf(login, -20)}" SessionIndex="_session">` +
    `<saml:AuthnContext><saml:AuthnContextClassRef>${PREFIX}:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
  attributes: `<saml:AttributeStatement>${Object.entries(login.attributes).map(attributeOf).join('')}</saml:AttributeStatement>`,
})

function assertionOf(login: Login): string {
  const { issuer, nameId, confirmation, audience, authentication, attributes } = partsOf(login)
  return (
    `<saml:Assertion ID="_assertion${login.ending}" IssueInstant="${timeOf(login, -10)}" Version="2.0">${issuer}` +
    `<saml:Subject>${nameId}${confirmation}</saml:Subject>` +
    `<saml:Conditions NotBefore="${timeOf(login, -30)}" NotOnOrAfter="${timeOf(login, 300)}">${audience}</saml:Conditions>` +
    `${authentication}${attributes}</saml:Assertion>`
  )
}

/** A good response, not signed. */
export function responseOf(login: Login): string {
  const { issuer, status } = partsOf(login)
  const attributes = `Destination="${escapeXml(login.acsUrl)}" ID="_response${login.ending}"${inResponseTo(login)} IssueInstant="${timeOf(login, -10)}" Version="2.0"`
  return `<samlp:Response ${NAMESPACES} ${attributes}>${issuer}${status}${assertionOf(login)}</samlp:Response>`
}

/** Ada, who logs in at `NOW`. */
const LOGIN: Login = {
  now: NOW,
  issuer: IDP,
  acsUrl: ACS,
  entityId: SP,
  request: REQUEST,
  ending: '',
  nameId: 'ada@example.com',
  format: EMAIL_FORMAT,
  attributes: { email: ['ada@example.com'], groups: ['staff', 'admins'] },
}
export const PARTS = partsOf(LOGIN)
export const SUBJECT = `<saml:Subject>${PARTS.nameId}${PARTS.confirmation}</saml:Subject>`
export const ASSERTION = assertionOf(LOGIN)
export const RESPONSE = responseOf(LOGIN)

export interface Signing {
  readonly key?: Key
  readonly method?: string
  readonly digest?: string
  readonly canonicalization?: string
  readonly transforms?: readonly string[]
  readonly prefixes?: readonly string[]
}

/** Signs an element where SAML puts a signature: behind its issuer. Whatever xml-crypto can do, it does. */
export function sign(xml: string, what: 'Response' | 'Assertion', signing: Signing = {}): string {
  const { key = 'idp', method = ALGORITHM.rsaSha256, digest = ALGORITHM.sha256, prefixes } = signing
  const { canonicalization = ALGORITHM.exclusive, transforms = [ALGORITHM.enveloped, ALGORITHM.exclusive] } = signing
  const isSecret = method === ALGORITHM.hmacSha1
  const signer = new SignedXml({
    privateKey: isSecret ? certificateOf(key) : keyOf(key),
    publicCert: certificateOf(key),
    signatureAlgorithm: method,
    canonicalizationAlgorithm: canonicalization,
  })
  if (isSecret) signer.enableHMAC()
  const xpath = `//*[local-name(.)='${what}']`
  signer.addReference({
    xpath,
    transforms,
    digestAlgorithm: digest,
    ...(prefixes && { inclusiveNamespacesPrefixList: prefixes }),
  })
  const reference = `${xpath}/*[local-name(.)='Issuer']`
  signer.computeSignature(xml, { prefix: 'ds', location: { reference, action: 'after' } })
  return signer.getSignedXml()
}

/** What of a response is signed. */
export type Signed = 'assertion' | 'response' | 'both' | 'none'

export function signAs(xml: string, signed: Signed, signing: Signing = {}): string {
  const inner = signed === 'assertion' || signed === 'both' ? sign(xml, 'Assertion', signing) : xml
  return signed === 'response' || signed === 'both' ? sign(inner, 'Response', signing) : inner
}

export const encoded = (xml: string | Uint8Array): string => Buffer.from(xml).toString('base64')

export const judged = async (xml: string | Uint8Array, change: Partial<Terms> = {}): Promise<Verdict> =>
  await judgeResponse(encoded(xml), { ...TERMS, ...change })

/** Signs anew what the signature says, with RSA and SHA-256, after it was changed: in its canonical form an empty element has two tags, and the prefix is declared. */
export function resigned(xml: string, key: Key = 'idp'): string {
  const info = /<ds:SignedInfo>.*<\/ds:SignedInfo>/s.exec(xml)?.[0] ?? ''
  const canonical = info
    .replace(/<([\w:]+)([^>]*)\/>/g, '<$1$2></$1>')
    .replace('<ds:SignedInfo>', '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">')
  const value = signBytes('sha256', Buffer.from(canonical), keyOf(key)).toString('base64')
  return xml.replace(/<ds:SignatureValue>[^<]*/, `<ds:SignatureValue>${value}`)
}

/** Puts something in the place of what stands there once; an error where it does not, for then a test would test nothing. */
export function swap(text: string, what: string, by: string): string {
  const pieces = text.split(what)
  if (pieces.length !== 2) throw new Error(`${what} stands there ${pieces.length - 1} times`)
  return pieces.join(by)
}

/** The signature of an element that has one, and the element without it. */
export function unsigned(xml: string): { readonly signature: string; readonly rest: string } {
  const signature = /<ds:Signature .*?<\/ds:Signature>/s.exec(xml)?.[0] ?? ''
  return { signature, rest: xml.replace(signature, '') }
}
