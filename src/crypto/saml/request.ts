import { sign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { EMAIL_FORMAT } from './rules.ts'
import { escapeXml, NS } from './xml.ts'

/** What one request to log in says. */
export interface LoginRequest {
  /** What the answer names in `InResponseTo`: a name of XML, so no digit first. */
  readonly id: string
  /** Where the browser goes: https, with or without a query. */
  readonly ssoUrl: string
  readonly acsUrl: string
  /** Ours. */
  readonly entityId: string
  /** Comes back as it is, where the identity provider keeps it; 80 bytes at most (SAML Bindings §3.4.3). */
  readonly relayState: string
  /** Unix ms. */
  readonly now: number
  /** PKCS#8 PEM of an RSA key. */
  readonly privateKey: string
}

const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const MAX_RELAY_STATE_BYTES = 80

/**
 * The address to which the browser is sent to log in: an AuthnRequest by HTTP-Redirect, compressed and signed (SAML Bindings §3.4.4). It asks for no way of
 * authenticating, since providers with several factors or passkeys answer such a wish with an error.
 */
export function loginUrl(request: LoginRequest): string {
  if (Buffer.byteLength(request.relayState) > MAX_RELAY_STATE_BYTES) throw new RangeError('RelayState is too long')
  const parts = [
    ['SAMLRequest', deflateRawSync(authnRequest(request)).toString('base64')],
    ['RelayState', request.relayState],
    ['SigAlg', RSA_SHA256],
  ] as const
  const query = parts.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&')
  const signature = sign('sha256', Buffer.from(query), request.privateKey).toString('base64')
  const url = new URL(request.ssoUrl)
  url.hash = ''
  const separator = url.search === '' ? '?' : '&'
  return `${url.href.replace(/\?$/, '')}${separator}${query}&Signature=${encodeURIComponent(signature)}`
}

/** SAML Core §3.4.1, with the order of its schema. */
function authnRequest({ id, ssoUrl, acsUrl, entityId, now }: LoginRequest): string {
  const attributes = {
    ID: id,
    Version: '2.0',
    IssueInstant: new Date(now).toISOString(),
    Destination: ssoUrl,
    AssertionConsumerServiceURL: acsUrl,
    ProtocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
  }
  const written = Object.entries(attributes).map(([name, value]) => ` ${name}="${escapeXml(value)}"`)
  return (
    `<samlp:AuthnRequest xmlns:samlp="${NS.protocol}" xmlns:saml="${NS.assertion}"${written.join('')}>` +
    `<saml:Issuer>${escapeXml(entityId)}</saml:Issuer>` +
    `<samlp:NameIDPolicy AllowCreate="true" Format="${EMAIL_FORMAT}"/></samlp:AuthnRequest>`
  )
}
