import { createPrivateKey } from 'node:crypto'

/** Whether a text is an RSA private key in PEM, not encrypted, of at least 1024 bits: RFC 8301 §3.2 asks that much of DKIM keys. */
export function isRsaPrivateKey(pem: string): boolean {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 1024
  } catch {
    return false
  }
}
