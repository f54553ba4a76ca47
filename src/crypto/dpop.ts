import { decode, encode } from './base64url.ts'
import { newBoundedCache } from './bounded-cache.ts'
import { equalBytes, hmacSha256, sha256 } from './hash.ts'
import { hasPrivateMembers, importPublicJwk, type KeyObject, readPublicJwk, thumbprint } from './jwk.ts'
import { verifyInput } from './jws.ts'
import { decodeJwt, hasType } from './jwt.ts'

const MAX_PROOF_CHARS = 4096
const MAX_JTI_CHARS = 256
const IAT_WINDOW_MS = 300_000
const NONCE_WINDOW_MS = 300_000
const WINDOW_BYTES = 4
const NONCE_MAC_BYTES = 16
const MAX_CACHED_KEYS = 10_000
const MAX_DATE_MS = 8_640_000_000_000_000
const PLAIN_CHARACTERS = /^[!-[\]-~\u00a0-\uffff]+$/
const PLAIN_AUTHORITY = /^https?:\/\/[^/?#@]+(?:[/?#]|$)/i

export type ProofInput = {
  /** The raw value of the `DPoP` header. */
  proof: string
  method: string
  /** The URLs this request may be meant for, each in the form that `normaliseHtu` gives. */
  urls: readonly string[]
  /** Milliseconds since the epoch. */
  now: number
  /** Those that nonces are believed under. */
  nonceKeys: readonly { readonly key: Uint8Array }[]
  /** Set for a challenge-bound proof, which repeats the `jti` of its challenge and never carries a nonce. */
  expectedJti?: string
  /** The access token sent along, if any: a proof that names one must name this one. */
  accessToken?: string
  freshness: 'required' | 'ignored'
}

export type ProofOutcome =
  /** `issuedAt`: Unix ms by the client’s clock, as far as a date can say it. */
  | { kind: 'valid'; thumbprint: string; jti: string; issuedAt: number }
  | { kind: 'invalid'; reason: string }
  | { kind: 'nonce_required' }

/**
 * Verifies a DPoP proof (RFC 9449 §4.3).
 *
 * The signature is the dearest check, so it comes after every check that can only end in `invalid`, and before
 * freshness, which can end in `nonce_required`: of two faults the reason may differ from the RFC's order, the kind never.
 */
export function verifyProof(input: ProofInput): ProofOutcome {
  const { proof, expectedJti } = input
  if (proof.includes(',')) return invalid('more than one proof')
  if (proof.length > MAX_PROOF_CHARS) return invalid('too long')
  const jwt = decodeJwt(proof)
  if (jwt === undefined) return invalid('not a JWT')

  const { header, claims } = jwt
  if (!hasType(header, 'dpop+jwt')) return invalid('typ is not dpop+jwt')
  if (header.alg !== 'ES256' && header.alg !== 'EdDSA') return invalid('alg is neither ES256 nor EdDSA')
  if (typeof header.jwk !== 'object' || header.jwk === null) return invalid('jwk is missing')
  if (hasPrivateMembers(header.jwk)) return invalid('jwk has a private member')

  const { jti, htm, htu, iat, nonce, ath } = claims
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_CHARS) return invalid('jti is missing or too long')
  if (expectedJti !== undefined && jti !== expectedJti) return invalid('jti is not that of the challenge')
  if (htm !== input.method) return invalid('htm is not the method')
  if (typeof htu !== 'string' || !isOneOf(input.urls, htu)) return invalid('htu is not the URL')
  if (typeof iat !== 'number' || !Number.isFinite(iat)) return invalid('iat is missing')
  if (nonce !== undefined && typeof nonce !== 'string') return invalid('nonce is not a string')
  if (ath !== undefined && isForeignHash(ath, input.accessToken)) return invalid('ath is not that of the access token')

  const key = proofKey(header.jwk, header.alg)
  if (key === undefined) return invalid('jwk is no key for alg')
  if (!verifyInput(header.alg, key.publicKey, jwt.signingInput, jwt.signature)) return invalid('signature')
  if (!isFresh(input, iat, nonce)) return { kind: 'nonce_required' }
  return { kind: 'valid', thumbprint: key.thumbprint, jti, issuedAt: clamp(Math.floor(iat * 1000)) }
}

const clamp = (ms: number) => Math.max(0, Math.min(MAX_DATE_MS, ms))

function invalid(reason: string): ProofOutcome {
  return { kind: 'invalid', reason }
}

/** No SDK of Prelude's sends `ath`, so its absence is no fault; RFC 9449 §4.2. */
function isForeignHash(ath: unknown, accessToken: string | undefined): boolean {
  return accessToken !== undefined && ath !== encode(sha256(accessToken))
}

function isFresh({ now, nonceKeys, expectedJti, freshness }: ProofInput, iat: number, nonce?: string): boolean {
  if (expectedJti !== undefined || freshness === 'ignored') return true
  const verdict = nonce === undefined ? 'stale' : judgeNonce(nonceKeys, nonce, now)
  if (verdict === 'stale') return Math.abs(iat * 1000 - now) <= IAT_WINDOW_MS
  return verdict === 'fresh'
}

/** Under each key: a nonce that was issued under one of them is not forged. */
function judgeNonce(keys: ProofInput['nonceKeys'], nonce: string, now: number): ReturnType<typeof verifyNonce> {
  for (const { key } of keys) {
    const verdict = verifyNonce(key, nonce, now)
    if (verdict !== 'forged') return verdict
  }
  return 'forged'
}

type ProofKey = { publicKey: KeyObject; thumbprint: string }

/** Importing a P-256 key costs a third of verifying with it, and a client proves with the same key again and again. */
const proofKeys = newBoundedCache<ProofKey>(MAX_CACHED_KEYS)

function proofKey(value: object, alg: 'ES256' | 'EdDSA'): ProofKey | undefined {
  const jwk = readPublicJwk(value)
  if (!jwk || jwk.kty === 'RSA' || jwk.crv !== (alg === 'ES256' ? 'P-256' : 'Ed25519')) return undefined
  const name = `${jwk.crv}.${jwk.x}.${jwk.kty === 'EC' ? jwk.y : ''}`
  const known = proofKeys.find(name)
  if (known !== undefined) return known
  const publicKey = importPublicJwk(jwk)
  if (publicKey === undefined) return undefined
  const imported = { publicKey, thumbprint: thumbprint(jwk) }
  proofKeys.insert(name, imported)
  return imported
}

function isOneOf(urls: readonly string[], htu: string): boolean {
  if (urls.includes(htu)) return true
  const normal = normaliseHtu(htu)
  return normal !== undefined && urls.includes(normal)
}

/**
 * Gives an `http(s)` URL the form in which URLs are compared: lower-case scheme and host, no default port, dots resolved,
 * no query, no fragment. Undefined for userinfo, and for what a URL parser repairs silently (white space, backslashes).
 */
export function normaliseHtu(url: string): string | undefined {
  if (!PLAIN_CHARACTERS.test(url) || !PLAIN_AUTHORITY.test(url)) return undefined
  const parsed = URL.parse(url)
  return parsed === null ? undefined : parsed.origin + parsed.pathname
}

/** Issues a nonce that stays fresh for 300 to 600 seconds and needs no store: 4-byte window number ‖ 16-byte MAC. */
export function issueNonce(nonceKey: Uint8Array, now: number): string {
  const window = Buffer.alloc(WINDOW_BYTES)
  window.writeUInt32BE(windowAt(now))
  return encode(Buffer.concat([window, nonceMac(nonceKey, window)]))
}

/** Judges a nonce: `fresh` is of this window, the previous or, by another node's clock, the next; `stale` is older. */
export function verifyNonce(nonceKey: Uint8Array, nonce: string, now: number): 'fresh' | 'stale' | 'forged' {
  const bytes = decode(nonce)
  if (bytes?.byteLength !== WINDOW_BYTES + NONCE_MAC_BYTES) return 'forged'
  const window = bytes.subarray(0, WINDOW_BYTES)
  if (!equalBytes(nonceMac(nonceKey, window), bytes.subarray(WINDOW_BYTES))) return 'forged'
  const age = windowAt(now) - window.readUInt32BE()
  if (age < -1) return 'forged'
  return age <= 1 ? 'fresh' : 'stale'
}

function windowAt(now: number): number {
  return Math.floor(now / NONCE_WINDOW_MS)
}

function nonceMac(nonceKey: Uint8Array, window: Uint8Array): Buffer {
  return hmacSha256(nonceKey, window).subarray(0, NONCE_MAC_BYTES)
}
