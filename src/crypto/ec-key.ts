import { createPrivateKey } from 'node:crypto'
import type { KeyObject } from './jwk.ts'

/** A private key for ES256 in PEM, not encrypted; undefined when the text is none. RFC 7518 §3.4. */
export function readEs256PrivateKey(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1' ? key : undefined
  } catch {
    return undefined
  }
}
