import { X509Certificate } from 'node:crypto'

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

/** Returns when a certificate in PEM expires, Unix ms; undefined when it is none. */
export function certificateExpiresAt(pem: string): number | undefined {
  try {
    return new X509Certificate(pem).validToDate.getTime()
  } catch {
    return undefined
  }
}
