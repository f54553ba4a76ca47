import tls from 'node:tls'
import type { ConnectOutcome } from './safe-fetch.ts'

/** What a TLS server shows to whoever dials a name. Texts are its own, 100 characters at most; `endsAt` in Unix ms. */
export type SeenCertificate =
  | { readonly kind: 'trusted'; readonly issuer: string; readonly endsAt: number }
  /** For another name, of an issuer that nobody knows, or out of date. `reason` is OpenSSL's word. */
  | { readonly kind: 'untrusted'; readonly issuer: string; readonly endsAt: number; readonly reason: string }
  /** `handshake`: somebody listens, and speaks no TLS for that name. The others: nobody could be dialled. */
  | { readonly kind: 'none'; readonly reason: 'private_address' | 'timeout' | 'network' | 'handshake' }

const MOST_CHARS = 100
const NO_TLS: SeenCertificate = { kind: 'none', reason: 'handshake' }

/** Begin a TLS handshake for `name` over a connection, look at the certificate, and end it. Never throws. */
export function lookAtCertificate(outcome: ConnectOutcome, name: string, timeoutMs: number): Promise<SeenCertificate> {
  if (outcome.kind === 'failed') return Promise.resolve({ kind: 'none', reason: outcome.reason })
  const { socket, trusted } = outcome
  return new Promise((resolve) => {
    const end = (seen: SeenCertificate) => {
      clearTimeout(timer)
      secure.destroy()
      socket.destroy()
      resolve(seen)
    }
    const timer = setTimeout(end, timeoutMs, NO_TLS)
    const secure = tls.connect({ socket, servername: name, secureContext: trusted, rejectUnauthorized: false })
    secure.on('error', () => end(NO_TLS))
    secure.on('close', () => end(NO_TLS))
    secure.once('secureConnect', () => end(readCertificate(secure)))
  })
}

function readCertificate(secure: tls.TLSSocket): SeenCertificate {
  const { issuer, valid_to } = secure.getPeerCertificate()
  const shown = {
    issuer: String(issuer?.O ?? issuer?.CN ?? '').slice(0, MOST_CHARS),
    endsAt: Date.parse(valid_to) || 0,
  }
  if (secure.authorized) return { kind: 'trusted', ...shown }
  const error = secure.authorizationError as unknown
  const reason = String(error instanceof Error ? (error as NodeJS.ErrnoException).code : error)
  return { kind: 'untrusted', ...shown, reason: reason.slice(0, MOST_CHARS) }
}
