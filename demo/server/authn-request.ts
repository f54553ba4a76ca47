import { createPublicKey, verify } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'

/** Of whom a request is taken: one side of a connection, as the management API tells of it. */
export interface ServiceProvider {
  readonly entity_id: string
  readonly acs_url: string
  /** PEM. */
  readonly signing_certificate: string
}

export interface AuthnRequest {
  readonly id: string
  /** Comes back with the answer. */
  readonly relayState: string
}

/** The parameters of HTTP-Redirect, as they were sent. */
const SIGNED = /(?:^|&)(SAMLRequest=([^&]+)&RelayState=([^&]+)&SigAlg=([^&]+))&Signature=([^&]+)$/
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const MAX_BYTES = 16_384

/**
 * Reads a request to log in from the query of its URL: undefined when this service provider has not signed it. The signature is of the characters as
 * they were sent (SAML Bindings §3.4.4.1), and what the holder of the key writes is well-formed, so its ID is where it looks to be.
 */
export function readAuthnRequest(query: string, sp: ServiceProvider): AuthnRequest | undefined {
  const [, signed = '', request = '', relayState = '', algorithm = '', signature = ''] = SIGNED.exec(query) ?? []
  if (decode(algorithm) !== RSA_SHA256) return undefined
  const key = createPublicKey(sp.signing_certificate)
  if (!verify('sha256', Buffer.from(signed), key, Buffer.from(decode(signature), 'base64'))) return undefined
  const xml = inflateRawSync(Buffer.from(decode(request), 'base64'), { maxOutputLength: MAX_BYTES }).toString()
  const [, id] = /^<samlp:AuthnRequest [^>]*\bID="([\w.-]+)"/.exec(xml) ?? []
  return id === undefined ? undefined : { id, relayState: decode(relayState) }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
