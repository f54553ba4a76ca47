import { constants, type KeyObject, sign, verify } from 'node:crypto'

/** The signature algorithms we speak (RFC 7518 §3.1, RFC 8037 §3.1). */
export type SignatureAlgorithm = 'EdDSA' | 'ES256' | 'RS256' | 'PS256'

const PS256_SALT_BYTES = 32

/** Signs the bytes, or the UTF-8 bytes of a string; throws when the key is of another kind than the algorithm. */
export function signInput(alg: SignatureAlgorithm, key: KeyObject, input: string): Buffer {
  if (!fits(alg, key)) throw new TypeError(`${alg} cannot sign with a key of type ${key.asymmetricKeyType}`)
  return sign(digestOf(alg), Buffer.from(input, 'utf8'), optionsOf(alg, key))
}

/** Is this the signature of the key's owner over the input? False for an unknown algorithm or a key of another kind. */
export function verifyInput(alg: string, key: KeyObject, input: string, signature: Uint8Array): boolean {
  if (!isSignatureAlgorithm(alg) || !fits(alg, key)) return false
  return verify(digestOf(alg), Buffer.from(input, 'utf8'), optionsOf(alg, key), signature)
}

function isSignatureAlgorithm(alg: string): alg is SignatureAlgorithm {
  return alg === 'EdDSA' || alg === 'ES256' || alg === 'RS256' || alg === 'PS256'
}

function fits(alg: SignatureAlgorithm, key: KeyObject): boolean {
  if (alg === 'EdDSA') return key.asymmetricKeyType === 'ed25519'
  if (alg === 'ES256') return key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1'
  return key.asymmetricKeyType === 'rsa'
}

function digestOf(alg: SignatureAlgorithm): 'sha256' | null {
  return alg === 'EdDSA' ? null : 'sha256'
}

function optionsOf(alg: SignatureAlgorithm, key: KeyObject) {
  if (alg === 'PS256') return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: PS256_SALT_BYTES }
  return { key, dsaEncoding: 'ieee-p1363' as const }
}
