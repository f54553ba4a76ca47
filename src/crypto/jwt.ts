import { decode, encode } from './base64url.ts'
import { decodeJson } from './json.ts'
import type { KeyObject } from './jwk.ts'
import { type SignatureAlgorithm, signInput, verifyInput } from './jws.ts'

const MAX_TOKEN_CHARS = 16_384

type JsonObject = Record<string, unknown>
type SigningHeader = { alg: SignatureAlgorithm; typ: string; kid: string }

/** A JWT taken apart, nothing verified yet. */
export type DecodedJwt = { header: JsonObject; claims: JsonObject; signingInput: string; signature: Buffer }

const encodedHeaders = new WeakMap<KeyObject, Map<string, { alg: string; kid: string; encoded: string }>>()

/** Signs a compact JWT (RFC 7519 §7.1); throws when the key does not fit `header.alg`. */
export function signJwt(header: SigningHeader, claims: JsonObject, key: KeyObject): string {
  const signingInput = `${encodedHeader(header, key)}.${encode(JSON.stringify(claims))}`
  return `${signingInput}.${encode(signInput(header.alg, key, signingInput))}`
}

function encodedHeader({ alg, typ, kid }: SigningHeader, key: KeyObject): string {
  let ofKey = encodedHeaders.get(key)
  if (ofKey === undefined) {
    ofKey = new Map()
    encodedHeaders.set(key, ofKey)
  }
  const known = ofKey.get(typ)
  if (known !== undefined && known.alg === alg && known.kid === kid) return known.encoded
  const encoded = encode(JSON.stringify({ alg, typ, kid }))
  ofKey.set(typ, { alg, kid, encoded })
  return encoded
}

/**
 * Takes a compact JWT apart without verifying it.
 *
 * Undefined beyond `maxChars`, for non-canonical base64url, for a part that is no JSON object, and for a `crit` header,
 * because we understand no extension (RFC 7515 §4.1.11).
 */
export function decodeJwt(token: string, maxChars = MAX_TOKEN_CHARS): DecodedJwt | undefined {
  const parts = token.length > maxChars ? undefined : splitJwt(token)
  const header = parts && decodeHeader(parts.encodedHeader)
  const body = header && decodeBody(parts)
  return body && { header, ...body }
}

/** The three parts of a compact JWT as they came, nothing decoded yet; undefined when there are more or fewer. */
export type JwtParts = { encodedHeader: string; encodedClaims: string; encodedSignature: string }

export function splitJwt(token: string): JwtParts | undefined {
  const [encodedHeader, encodedClaims, encodedSignature, ...rest] = token.split('.', 4)
  if (encodedHeader === undefined || encodedClaims === undefined || encodedSignature === undefined) return undefined
  return rest.length > 0 ? undefined : { encodedHeader, encodedClaims, encodedSignature }
}

/** The header of a JWT; undefined as for `decodeJwt`. */
export function decodeHeader(encodedHeader: string): JsonObject | undefined {
  const header = decodeObject(encodedHeader)
  return header?.crit === undefined ? header : undefined
}

/** All of a JWT but its header; undefined as for `decodeJwt`. */
export function decodeBody(parts: JwtParts): Omit<DecodedJwt, 'header'> | undefined {
  const { encodedHeader, encodedClaims, encodedSignature } = parts
  const claims = decodeObject(encodedClaims)
  const signature = decode(encodedSignature)
  if (claims === undefined || signature === undefined) return undefined
  return { claims, signingInput: `${encodedHeader}.${encodedClaims}`, signature }
}

function decodeObject(encoded: string): JsonObject | undefined {
  const bytes = decode(encoded)
  const value = bytes && decodeJson(bytes)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined
}

/**
 * Verifies type, algorithm and signature of a compact JWT, in this order; judging its times is left to `judgeTimes`.
 *
 * @param typ undefined accepts any type
 * @param keyOf finds the key by the header's `kid`, which is empty when the token has none
 */
export function verifyJwt(
  token: string,
  typ: string | undefined,
  keyOf: (kid: string, alg: string) => KeyObject | undefined,
  algs: readonly string[],
): { header: JsonObject; claims: JsonObject } | undefined {
  const jwt = decodeJwt(token)
  if (jwt === undefined) return undefined
  const { header, claims } = jwt
  if (typ !== undefined && !hasType(header, typ)) return undefined
  if (typeof header.alg !== 'string' || !algs.includes(header.alg)) return undefined
  const { kid = '' } = header
  if (typeof kid !== 'string') return undefined
  const key = keyOf(kid, header.alg)
  if (key === undefined) return undefined
  if (!verifyInput(header.alg, key, jwt.signingInput, jwt.signature)) return undefined
  return { header, claims }
}

/** Is this the header's media type, in any case, with or without `application/` (RFC 7515 §4.1.9)? */
export function hasType(header: JsonObject, typ: string): boolean {
  return typeof header.typ === 'string' && mediaSubtype(header.typ) === mediaSubtype(typ)
}

function mediaSubtype(typ: string): string {
  return typ.toLowerCase().replace(/^application\//, '')
}

/** Judges `nbf`, then `exp` (RFC 7519 §4.1.4, §4.1.5); `exp` is required, `nbf` and `iat` are numbers when present. */
export function judgeTimes(
  claims: JsonObject,
  nowMs: number,
  leewaySeconds: number,
): 'ok' | 'expired' | 'not_yet_valid' | 'malformed' {
  const { exp, nbf = 0, iat = 0 } = claims
  if (typeof exp !== 'number' || typeof nbf !== 'number' || typeof iat !== 'number') return 'malformed'
  if (nowMs < (nbf - leewaySeconds) * 1000) return 'not_yet_valid'
  if (nowMs >= (exp + leewaySeconds) * 1000) return 'expired'
  return 'ok'
}
