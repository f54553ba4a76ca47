import { type IdpCertificate, readIdpCertificate } from './certificates.ts'
import { judgeNamespaces } from './form.ts'
import { UNSEEN } from './rules.ts'
import { readTime } from './said.ts'
import { scan } from './scan.ts'
import { attribute, every, is, NS, named, parseXml, textOf, type XmlElement } from './xml.ts'

/** What a connection must know of an identity provider. */
export interface IdpDescription {
  /** Opaque: a name, whether it looks like an address or not. */
  readonly entityId: string
  /** Where browsers are sent, https. */
  readonly ssoUrl: string
  /** Where they would be sent to log out, https. */
  readonly sloUrl: string | undefined
  /** Every one that may sign, each once. */
  readonly certificates: readonly IdpCertificate[]
}
export type IdpOutcome =
  | { readonly kind: 'idp'; readonly idp: IdpDescription }
  | { readonly kind: 'fault'; readonly reason: string }

const LIMITS = { bytes: 512 * 1024, elements: 5_000, attributes: 15_000, names: 256 }
const MAX_URL_CHARS = 2_048
/** SAML Core §8.3.6. */
const MAX_ENTITY_ID_CHARS = 1_024
const MAX_CERTIFICATES = 10

const fault = (reason: string): IdpOutcome => ({ kind: 'fault', reason })

/** Parts as somebody typed or pasted them; certificates as PEM or base64. */
export function readIdpParts(parts: {
  readonly entityId: string
  readonly ssoUrl: string
  readonly sloUrl?: string | undefined
  readonly certificates: readonly string[]
}): IdpOutcome {
  const { entityId, ssoUrl, sloUrl } = parts
  if (entityId === '' || entityId.length > MAX_ENTITY_ID_CHARS || UNSEEN.test(entityId) || entityId.trim() !== entityId)
    return fault('the entity id is empty, too long, or has a character that nobody sees')
  if (!isHttps(ssoUrl)) return fault('the address to log in at is no https URL')
  if (sloUrl !== undefined && !isHttps(sloUrl)) return fault('the address to log out at is no https URL')
  if (parts.certificates.length === 0) return fault('there is no certificate')
  if (parts.certificates.length > MAX_CERTIFICATES) return fault(`there are more than ${MAX_CERTIFICATES} certificates`)
  const certificates = new Map<string, IdpCertificate>()
  for (const [index, text] of parts.certificates.entries()) {
    const outcome = readIdpCertificate(text)
    if (outcome.kind === 'fault') return fault(`certificate ${index + 1} ${outcome.reason}`)
    certificates.set(outcome.certificate.fingerprint, outcome.certificate)
  }
  return { kind: 'idp', idp: { entityId, ssoUrl, sloUrl, certificates: [...certificates.values()] } }
}

/** The characters of RFC 3986 alone, and a host first: browsers and others read what stands beside them differently. */
const HTTPS = /^https:\/\/[A-Za-z0-9[][A-Za-z0-9._~:/?#[\]@!$&'()*+,;=%-]*$/

/** What goes into a page or a `Location`: no script, no name and password, nothing that a browser would read otherwise. */
function isHttps(text: string): boolean {
  if (text.length > MAX_URL_CHARS || !HTTPS.test(text) || !URL.canParse(text)) return false
  const { username, password, hash } = new URL(text)
  return username === '' && password === '' && hash === ''
}

/**
 * The metadata of one identity provider, as it was fetched, or pasted: XML, or that in base64. Its own signature is not judged; what makes it true is where it
 * comes from. `now` in Unix ms. SAML Metadata §2.3.2, §2.4.3.
 */
export async function readIdpMetadata(input: Uint8Array | string, now: number): Promise<IdpOutcome> {
  const scanned = scan(bytesOf(input), LIMITS)
  if (scanned.kind === 'fault') return fault(`the metadata ${scanned.reason}`)
  const root = await parseXml(scanned.text)
  if (!root) return fault('the metadata is no XML')
  // The reason would say names of whatever was fetched.
  if (judgeNamespaces(root) !== undefined) return fault('the metadata has names in no namespace, or in a wrong one')
  if (!is(root, 'metadata', 'EntityDescriptor')) return fault('the metadata is not that of one entity')
  const descriptors = [...every(root)].filter((element) => is(element, 'metadata', 'IDPSSODescriptor'))
  const [descriptor, ...others] = named(root, 'metadata', 'IDPSSODescriptor')
  if (!descriptor || others.length > 0 || descriptors.length > 1)
    return fault('the metadata is not that of one identity provider')
  if (!(attribute(descriptor, 'protocolSupportEnumeration') ?? '').split(/\s+/).includes(NS.protocol))
    return fault('the identity provider does not speak SAML 2.0')
  if (isOver(root, now) || isOver(descriptor, now)) return fault('the metadata is over')
  return readIdpParts({
    entityId: attribute(root, 'entityID') ?? '',
    ssoUrl: locationOf(descriptor, 'SingleSignOnService') ?? '',
    sloUrl: locationOf(descriptor, 'SingleLogoutService'),
    certificates: certificatesOf(descriptor),
  })
}

function bytesOf(input: Uint8Array | string): Uint8Array {
  // Entra ID begins its metadata with a byte order mark; a text loses it below.
  if (typeof input !== 'string') return Buffer.from('\uFEFF').equals(input.subarray(0, 3)) ? input.subarray(3) : input
  const text = input.trim()
  // Cut, so that its size is what refuses it.
  if (text.startsWith('<')) return Buffer.from(text)
  return Buffer.from(text.slice(0, LIMITS.bytes * 2), 'base64')
}

function isOver(element: XmlElement, now: number): boolean {
  const until = attribute(element, 'validUntil')
  return until !== undefined && !(readTime(until) > now)
}

const REDIRECT = 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect'

/** By the one binding that we speak; the first of several. */
function locationOf(descriptor: XmlElement, name: string): string | undefined {
  const service = named(descriptor, 'metadata', name).find((one) => attribute(one, 'Binding') === REDIRECT)
  return service && attribute(service, 'Location')
}

/** All that may sign: an identity provider names the next one before it uses it. Of one `X509Data` the first, since the others are whoever issued it. */
function certificatesOf(descriptor: XmlElement): string[] {
  return named(descriptor, 'metadata', 'KeyDescriptor')
    .filter((key) => [undefined, 'signing'].includes(attribute(key, 'use')))
    .flatMap((key) => [...every(key)].filter((element) => is(element, 'signature', 'X509Data')))
    .flatMap((element) => named(element, 'signature', 'X509Certificate').slice(0, 1))
    .map((element) => textOf(element) ?? '')
}
