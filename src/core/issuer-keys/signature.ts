import type { VerificationKey } from '../../crypto/jwk.ts'
import { fitsAlgorithm, verifyInput } from '../../crypto/jws.ts'
import type { DecodedJwt } from '../../crypto/jwt.ts'

/** Keys tried for one token: only an issuer that does not name its keys can have several. */
const MAX_TRIES = 16

export type SignatureVerdict =
  | 'verified'
  /** Not by the key that the token names. */
  | 'forged'
  /** The key it was made by is not among these, or it is nobody's: a token that names no key does not say which. */
  | 'missing'

/** What a token says of the key it was signed by. */
export interface KeyHint {
  readonly alg: string
  readonly kid: string | undefined
}

/** Undefined for a header that names no algorithm of the list, or a key by something else than text. */
export function readHint({ header }: DecodedJwt, algorithms: readonly string[]): KeyHint | undefined {
  const { alg, kid } = header
  if (typeof alg !== 'string' || !algorithms.includes(alg)) return undefined
  if (kid === undefined || kid === null || kid === '') return { alg, kid: undefined }
  return typeof kid === 'string' ? { alg, kid } : undefined
}

/** Try the keys that may have made this signature: by name where the token names one (RFC 7515 §4.1.4), by kind, and for what they are published. */
export function judgeSignature(keys: readonly VerificationKey[], jwt: DecodedJwt, hint: KeyHint): SignatureVerdict {
  const { alg, kid } = hint
  const candidates = keys.filter(
    (one) =>
      (kid === undefined || one.kid === kid) &&
      (one.alg === undefined || one.alg === alg) &&
      fitsAlgorithm(alg, one.key),
  )
  const tried = candidates.slice(0, MAX_TRIES)
  if (tried.some(({ key }) => verifyInput(alg, key, jwt.signingInput, jwt.signature))) return 'verified'
  return kid === undefined || tried.length === 0 ? 'missing' : 'forged'
}
