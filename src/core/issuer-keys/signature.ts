import { readKeyName, readVerificationKey, type VerificationKey } from '../../crypto/jwk.ts'
import { fitsAlgorithm, verifyInput } from '../../crypto/jws.ts'
import type { DecodedJwt } from '../../crypto/jwt.ts'

/** Keys tried for one token: only an issuer that does not name its keys can have several. */
const MAX_TRIES = 16

/** The keys of an issuer. */
export interface PublishedKeys {
  /** Those that verify signatures. */
  readonly keys: readonly VerificationKey[]
  /** The names of all, of those for something else too. */
  readonly names: ReadonlySet<string>
}

export const NO_KEYS: PublishedKeys = { keys: [], names: new Set() }

export type SignatureVerdict =
  | 'verified'
  /** The key that the token names did not make it, or is for something else. */
  | 'forged'
  /** No key of that name is published. Or nobody made it: a token that names no key does not say which of the two. */
  | 'missing'

/** What a token says of the key it was signed by. */
export interface KeyHint {
  readonly alg: string
  readonly kid: string | undefined
}

/** Undefined for a header that names no algorithm of the list, or a key by something else than text. */
export function readHint({ header }: Pick<DecodedJwt, 'header'>, algorithms: readonly string[]): KeyHint | undefined {
  const { alg, kid } = header
  if (typeof alg !== 'string' || !algorithms.includes(alg)) return undefined
  if (kid === undefined || kid === null || kid === '') return { alg, kid: undefined }
  return typeof kid === 'string' ? { alg, kid } : undefined
}

/** Try the keys that may have made this signature: by name where the token names one (RFC 7515 §4.1.4), by kind, and for what they are published. */
export function judgeSignature(
  { keys, names }: PublishedKeys,
  jwt: DecodedJwt,
  { alg, kid }: KeyHint,
): SignatureVerdict {
  const candidates = keys.filter(
    (one) =>
      (kid === undefined || one.kid === kid) &&
      (one.alg === undefined || one.alg === alg) &&
      fitsAlgorithm(alg, one.key),
  )
  const tried = candidates.slice(0, MAX_TRIES)
  if (tried.some(({ key }) => verifyInput(alg, key, jwt.signingInput, jwt.signature))) return 'verified'
  return kid !== undefined && names.has(kid) ? 'forged' : 'missing'
}

/** Read the members of a JWK Set (RFC 7517 §5), at most so many. */
export function readPublishedKeys(jwks: readonly unknown[], max: number): PublishedKeys {
  const read = jwks.slice(0, max)
  return {
    keys: read.flatMap((jwk) => readVerificationKey(jwk) ?? []),
    names: new Set(read.flatMap((jwk) => readKeyName(jwk) ?? [])),
  }
}
