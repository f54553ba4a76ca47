import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair as generateKeyPairCallback,
  type KeyObject,
  type webcrypto,
  X509Certificate,
} from 'node:crypto'
import { promisify } from 'node:util'
import { decode, encode } from './base64url.ts'
import { sha256 } from './hash.ts'

export type { KeyObject } from 'node:crypto'

/** The members that make a public key, and nothing else (RFC 7518 §6, RFC 8037 §2). */
export type PublicJwk =
  | { kty: 'OKP'; crv: 'Ed25519' | 'Ed448'; x: string }
  | { kty: 'EC'; crv: 'P-256' | 'P-384' | 'P-521'; x: string; y: string }
  | { kty: 'RSA'; n: string; e: string }

export type PrivateJwk = webcrypto.JsonWebKey

/** A published key, and what its issuer says of it (RFC 7517 §4). */
export interface VerificationKey {
  /** Undefined when the key has no name. */
  readonly kid: string | undefined
  /** The only algorithm that it is for; undefined when the issuer names none. */
  readonly alg: string | undefined
  readonly key: KeyObject
}

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']
const MIN_RSA_BITS = 2048
const MAX_RSA_BITS = 8192
/** An exponent of one lets anybody sign; a long one makes every verification as dear as a signature. */
const MIN_RSA_EXPONENT = 3n
const MAX_RSA_EXPONENT = 2n ** 64n
/** Characters of a coordinate (RFC 7518 §6.2.1.2) or a public key (RFC 8032 §5.1.5, §5.2.5). */
const COORDINATE_CHARS = { Ed25519: 43, Ed448: 76, 'P-256': 43, 'P-384': 64, 'P-521': 88 }

const generate = promisify(generateKeyPairCallback)

/** Makes a new key pair off the main thread: Ed25519, P-256 or RSA with 2048 bits. */
export async function generateKeyPair(
  alg: 'EdDSA' | 'ES256' | 'RS256' | 'PS256',
): Promise<{ publicJwk: PublicJwk; privateJwk: PrivateJwk }> {
  const { publicKey, privateKey } = await generateKeyObjects(alg)
  const publicJwk = readPublicJwk(publicKey.export({ format: 'jwk' }))
  if (publicJwk === undefined) throw new Error(`a generated ${alg} key does not read back`)
  return { publicJwk, privateJwk: privateKey.export({ format: 'jwk' }) }
}

function generateKeyObjects(alg: string): Promise<{ publicKey: KeyObject; privateKey: KeyObject }> {
  if (alg === 'EdDSA') return generate('ed25519')
  if (alg === 'ES256') return generate('ec', { namedCurve: 'P-256' })
  return generate('rsa', { modulusLength: MIN_RSA_BITS })
}

/** The SHA-256 thumbprint of a public key, as base64url (RFC 7638 §3, RFC 8037 §2). */
export function thumbprint(jwk: PublicJwk): string {
  return encode(sha256(canonicalJson(jwk)))
}

function canonicalJson(jwk: PublicJwk): string {
  if (jwk.kty === 'OKP') return JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x })
  if (jwk.kty === 'EC') return JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x, y: jwk.y })
  return JSON.stringify({ e: jwk.e, kty: jwk.kty, n: jwk.n })
}

/** Does this JWK carry a member of a private or symmetric key? */
export function hasPrivateMembers(jwk: object): boolean {
  return PRIVATE_MEMBERS.some((member) => Object.hasOwn(jwk, member))
}

/** Picks the public key members out of untrusted JSON; undefined for another kind of key or a non-canonical spelling. */
export function readPublicJwk(value: unknown): PublicJwk | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { kty, crv, x, y, n, e } = value as Record<string, unknown>
  if (kty === 'OKP' && (crv === 'Ed25519' || crv === 'Ed448') && isCoordinate(x, crv)) return { kty, crv, x }
  if (kty === 'EC' && (crv === 'P-256' || crv === 'P-384' || crv === 'P-521')) {
    return isCoordinate(x, crv) && isCoordinate(y, crv) ? { kty, crv, x, y } : undefined
  }
  if (kty === 'RSA' && isNumber(n) && isNumber(e)) return { kty, n, e }
  return undefined
}

function isCoordinate(value: unknown, crv: keyof typeof COORDINATE_CHARS): value is string {
  return typeof value === 'string' && value.length === COORDINATE_CHARS[crv] && decode(value) !== undefined
}

function isNumber(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && decode(value) !== undefined
}

/** Imports a public key from untrusted JSON: Ed25519, Ed448, a point on P-256, P-384 or P-521, or RSA of 2048 to 8192 bits; else undefined. */
export function importPublicJwk(jwk: unknown): KeyObject | undefined {
  const key = readPublicJwk(jwk)
  if (key === undefined) return undefined
  try {
    const imported = createPublicKey({ format: 'jwk', key })
    return key.kty === 'RSA' && !isSoundRsa(imported) ? undefined : imported
  } catch {
    return undefined
  }
}

function isSoundRsa(key: KeyObject): boolean {
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {}
  if (modulusLength < MIN_RSA_BITS || modulusLength > MAX_RSA_BITS) return false
  return publicExponent >= MIN_RSA_EXPONENT && publicExponent < MAX_RSA_EXPONENT
}

/**
 * Imports a key that an issuer publishes for others to verify its signatures by. Undefined for one that is meant for something else (RFC 7517
 * §4.2, §4.3), and for one whose private half is published too: anybody may sign with it.
 */
export function readVerificationKey(jwk: unknown): VerificationKey | undefined {
  if (typeof jwk !== 'object' || jwk === null || hasPrivateMembers(jwk)) return undefined
  const { alg, use, key_ops: operations } = jwk as Record<string, unknown>
  if (!isAbsent(use) && use !== 'sig') return undefined
  if (!isAbsent(operations) && !(Array.isArray(operations) && operations.includes('verify'))) return undefined
  if (!isAbsent(alg) && typeof alg !== 'string') return undefined
  const key = importPublicJwk(jwk)
  return key && { kid: readKeyName(jwk), alg: typeof alg === 'string' ? alg : undefined, key }
}

/**
 * Imports the key of a certificate, in PEM, that an issuer publishes under a name. Its times and who vouches for it do not count: what counts is who
 * publishes it. Bare public keys in PEM are taken, too. Undefined for what is none, or would not be taken as a JWK.
 */
export function readCertificateKey(kid: string, pem: unknown): VerificationKey | undefined {
  if (typeof pem !== 'string') return undefined
  try {
    const isKey = pem.trimStart().startsWith('-----BEGIN PUBLIC KEY-----')
    const published = isKey ? createPublicKey(pem) : new X509Certificate(pem).publicKey
    const key = importPublicJwk(published.export({ format: 'jwk' }))
    return key && { kid: kid === '' ? undefined : kid, alg: undefined, key }
  } catch {
    return undefined
  }
}

const isAbsent = (member: unknown) => member === undefined || member === null

/** The `kid` of a published key. Some issuers number their keys, and some write an empty name for none. */
export function readKeyName(jwk: unknown): string | undefined {
  if (typeof jwk !== 'object' || jwk === null) return undefined
  const { kid } = jwk as Record<string, unknown>
  return isAbsent(kid) || kid === '' ? undefined : String(kid)
}

/** Imports a private key that we generated ourselves; throws on anything else. */
export function importPrivateJwk(jwk: PrivateJwk): KeyObject {
  return createPrivateKey({ format: 'jwk', key: jwk })
}
