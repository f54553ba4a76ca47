import { createSecureContext } from 'node:tls'
import { readCertificate } from '../crypto/certificate.ts'

/** A certificate, or a chain, and its private key, PEM. */
export interface TlsPair {
  readonly cert: string
  readonly key: string
}

/** Paths of the two. */
export interface TlsFiles {
  readonly cert: string
  readonly key: string
}

/** Whether they are a certificate and its private key, so that they can be served. */
export function isPair(pair: TlsPair): boolean {
  // What is empty is taken for not given.
  if (!readCertificate(pair.cert) || pair.key.trim() === '') return false
  try {
    createSecureContext({ ...pair })
    return true
  } catch {
    return false
  }
}
