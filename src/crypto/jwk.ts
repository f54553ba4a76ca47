import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair as generateKeyPairCallback,
  type KeyObject,
  type webcrypto,
} from 'node:crypto'
import { promisify } from 'node:util'
import { decode, encode } from './base64url.ts'
import { sha256 } from './hash.ts'

export type { KeyObject } from 'node:crypto'

/** The members that make a public key, and nothing else (RFC 7518 §6, RFC 8037 §2). */
export type PublicJwk =
  | { kty: 'OKP'; crv: 'Ed25519'; x: string }
  | { kty: 'EC'; crv: 'P-256'; x: string; y: string }
  | { kty: 'RSA'; n: string; e: string }

export type PrivateJwk = webcrypto.JsonWebKey

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']
const MIN_RSA_BITS = 2048
const MAX_RSA_BITS = 8192

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
  if (kty === 'OKP' && crv === 'Ed25519' && isCoordinate(x)) return { kty, crv, x }
  if (kty === 'EC' && crv === 'P-256' && isCoordinate(x) && isCoordinate(y)) return { kty, crv, x, y }
  if (kty === 'RSA' && isNumber(n) && isNumber(e)) return { kty, n, e }
  return undefined
}

function isCoordinate(value: unknown): value is string {
  return typeof value === 'string' && value.length === 43 && decode(value) !== undefined
}

function isNumber(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && decode(value) !== undefined
}

/** Imports a public key from untrusted JSON: Ed25519, a point on P-256, or RSA of 2048 to 8192 bits; else undefined. */
export function importPublicJwk(jwk: unknown): KeyObject | undefined {
  const key = readPublicJwk(jwk)
  if (key === undefined) return undefined
  try {
    const imported = createPublicKey({ format: 'jwk', key })
    return key.kty === 'RSA' && !hasSoundModulus(imported) ? undefined : imported
  } catch {
    return undefined
  }
}

function hasSoundModulus(key: KeyObject): boolean {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS
}

/** Imports a private key that we generated ourselves; throws on anything else. */
export function importPrivateJwk(jwk: PrivateJwk): KeyObject {
  return createPrivateKey({ format: 'jwk', key: jwk })
}
