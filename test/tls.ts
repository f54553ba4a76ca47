import { generate } from 'selfsigned'

export interface Certificate {
  /** PKCS#8, PEM */
  key: string
  /** X.509, PEM */
  cert: string
}

let certificate: Promise<Certificate> | undefined

/** A self-signed ECDSA P-256 certificate for localhost, *.session.localhost and 127.0.0.1, made once per process. */
export function selfSignedCertificate(): Promise<Certificate> {
  certificate ??= issueCertificate()
  return certificate
}

async function issueCertificate(): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 2, value: '*.session.localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  return { key, cert }
}
