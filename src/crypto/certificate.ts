import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'

/** A certificate and its private key, PEM. */
export interface CertificatePair {
  readonly cert: string
  readonly key: string
}

/** Makes a self-signed ECDSA P-256 certificate for a TLS server of these DNS names and addresses; times in Unix ms. */
export async function issueCertificate(
  names: { readonly dns: readonly string[]; readonly ip: readonly string[] },
  notBefore: number,
  notAfter: number,
): Promise<CertificatePair> {
  // Weighs more than the rest of this folder, and is needed once a year.
  const { generate } = await import('selfsigned')
  const { private: key, cert } = await generate([{ name: 'commonName', value: names.dns[0] ?? '' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(notBefore),
    notAfterDate: new Date(notAfter),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.dns.map((value) => ({ type: 2, value }) as const),
          ...names.ip.map((ip) => ({ type: 7, ip }) as const),
        ],
      },
    ],
  })
  return { key, cert }
}

/** Makes a self-signed certificate of an RSA key of 2048 bits that signs requests to log in; times in Unix ms. Whoever verifies it knows it by heart, so it leads nowhere. */
export async function issueSigningCertificate(
  name: string,
  notBefore: number,
  notAfter: number,
): Promise<CertificatePair> {
  const { generate } = await import('selfsigned')
  const { private: key, cert } = await generate([{ name: 'commonName', value: name }], {
    keyType: 'rsa',
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(notBefore),
    notAfterDate: new Date(notAfter),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
    ],
  })
  return { key, cert }
}

/** What a certificate says of itself; times in Unix ms. */
export interface Certificate {
  readonly notBefore: number
  readonly expiresAt: number
  /** DNS names, with wildcards, and addresses. */
  readonly names: readonly string[]
  /** Whether a client that dialled this DNS name or address takes it for ours. RFC 9525 §6. */
  covers(host: string): boolean
}

/** Read a certificate in PEM, the first of a chain; undefined when it is none. */
export function readCertificate(pem: string): Certificate | undefined {
  try {
    const parsed = new X509Certificate(pem)
    const names = (parsed.subjectAltName ?? '')
      .split(', ')
      .flatMap((name) => /^(?:DNS|IP Address):(.+)$/.exec(name)?.[1] ?? [])
    return {
      notBefore: parsed.validFromDate.getTime(),
      expiresAt: parsed.validToDate.getTime(),
      names,
      // A common name counts for nobody any more.
      covers: (host) =>
        isIP(host) ? parsed.checkIP(host) !== undefined : parsed.checkHost(host, { subject: 'never' }) !== undefined,
    }
  } catch {
    return undefined
  }
}
