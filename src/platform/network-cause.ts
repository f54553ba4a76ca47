/** Why a call got no answer, where that can be told: its name leads nowhere, nobody listens, the handshake of TLS failed, the connection was cut. */
export type NetworkCause = 'dns' | 'refused' | 'tls' | 'reset'

/** A name could not be resolved, or has no address. */
export class NoAddress extends Error {}

/** How Node and OpenSSL name what is wrong with a certificate or a handshake. https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const TLS_FAULT =
  /^EPROTO$|^ERR_(TLS|SSL)_|CERT|CRL|SIGNATURE|HOSTNAME_MISMATCH|^INVALID_(CA|PURPOSE)$|^PATH_LENGTH_EXCEEDED$/

/** What an error of a call means. Undefined for what is none of these, such as an answer that is no HTTP. */
export function networkCauseOf(error: Error): NetworkCause | undefined {
  if (error instanceof NoAddress) return 'dns'
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) return undefined
  if (code === 'ECONNREFUSED') return 'refused'
  if (code === 'ECONNRESET' || code === 'EPIPE') return 'reset'
  return TLS_FAULT.test(code) ? 'tls' : undefined
}

/** The same in words, for whoever chose the URL and for nobody else. */
export const NETWORK_CAUSES: Readonly<Record<NetworkCause, string>> = {
  dns: 'its name has no address',
  refused: 'nobody listens there',
  tls: 'it has no certificate that is for its name and trusted, or speaks no TLS',
  reset: 'it cut the connection',
}
