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
  readonly sp: ServiceProvider
  /** Comes back with the answer. */
  readonly relayState: string
}

/** The parameters of HTTP-Redirect, as they were sent. */
const SIGNED = /(?:^|&)(SAMLRequest=([^&]+)&RelayState=([^&]+)&SigAlg=([^&]+))&Signature=([^&]+)$/
const RSA_SHA256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'
const MAX_BYTES = 16_384
const REQUEST = /^<samlp:AuthnRequest [^>]*\bID="([\w.-]+)"[^>]*><saml:Issuer>([^<&]*)<\/saml:Issuer>/

/**
 * Reads a request to log in from the query of its URL: undefined when none of these service providers has signed it. The signature is of the characters
 * as they were sent (SAML Bindings §3.4.4.1), and what the holder of the key writes is well-formed, so each part is where it looks to be.
 */
export function readAuthnRequest(query: string, known: readonly ServiceProvider[]): AuthnRequest | undefined {
  const [, signed = '', request = '', relayState = '', algorithm = '', signature = ''] = SIGNED.exec(query) ?? []
  if (decode(algorithm) !== RSA_SHA256) return undefined
  const isSignedBy = ({ signing_certificate }: ServiceProvider) =>
    verify(
      'sha256',
      Buffer.from(signed),
      createPublicKey(signing_certificate),
      Buffer.from(decode(signature), 'base64'),
    )
  const signers = known.filter(isSignedBy)
  if (signers.length === 0) return undefined
  const xml = inflateRawSync(Buffer.from(decode(request), 'base64'), { maxOutputLength: MAX_BYTES }).toString()
  const [, id, issuer] = REQUEST.exec(xml) ?? []
  const sp = signers.find(({ entity_id }) => entity_id === issuer)
  return id !== undefined && sp ? { id, sp, relayState: decode(relayState) } : undefined
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}
