import { X509Certificate } from 'node:crypto'
import { decodeBase64 } from './base64.ts'

/** A certificate of an identity provider. Its dates judge nothing: providers sign with expired ones. */
export interface IdpCertificate {
  /** One block, its lines of 64 characters. */
  readonly pem: string
  /** SHA-256 of the certificate, in hexadecimal. */
  readonly fingerprint: string
  /** Unix ms. */
  readonly notBefore: number
  readonly expiresAt: number
}
export type CertificateOutcome =
  | { readonly kind: 'certificate'; readonly certificate: IdpCertificate }
  | { readonly kind: 'fault'; readonly reason: string }

const MIN_RSA_BITS = 2048
/** OpenSSL verifies nothing by a longer one. */
const MAX_RSA_BITS = 16_384
const MAX_CHARS = 16_384

const PEM = /^-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----$/

/** Reads one certificate, as PEM or as the base64 of metadata: RSA of 2048 bits at least, since nothing else is verified. */
export function readIdpCertificate(text: string): CertificateOutcome {
  if (text.length > MAX_CHARS) return fault('is too long for a certificate')
  const trimmed = text.trim()
  const base64 = (PEM.exec(trimmed)?.[1] ?? trimmed).replace(/\s/g, '')
  const certificate = parse(base64)
  if (!certificate) return fault('is not one certificate, in PEM or in base64')
  const { publicKey } = certificate
  if (publicKey.asymmetricKeyType !== 'rsa') return fault('has a key of another kind than RSA')
  const { modulusLength = 0, publicExponent = 0n } = publicKey.asymmetricKeyDetails ?? {}
  if (modulusLength < MIN_RSA_BITS || modulusLength > MAX_RSA_BITS)
    return fault(`has a key of fewer than ${MIN_RSA_BITS} or more than ${MAX_RSA_BITS} bits`)
  // By the exponent 1 what is signed is its own signature.
  if (publicExponent < 3n) return fault('has a key by which anybody could sign')
  return {
    kind: 'certificate',
    certificate: {
      pem: pemOf(certificate.raw),
      fingerprint: certificate.fingerprint256.replaceAll(':', '').toLowerCase(),
      notBefore: certificate.validFromDate.getTime(),
      expiresAt: certificate.validToDate.getTime(),
    },
  }
}

const fault = (reason: string): CertificateOutcome => ({ kind: 'fault', reason })

function parse(base64: string): X509Certificate | undefined {
  const raw = decodeBase64(base64)
  if (!raw) return undefined
  try {
    const certificate = new X509Certificate(raw)
    // What follows the first certificate is no part of it.
    return certificate.raw.equals(raw) ? certificate : undefined
  } catch {
    return undefined
  }
}

const pemOf = (raw: Buffer): string => {
  const lines = raw.toString('base64').match(/.{1,64}/g) ?? []
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n')
}
