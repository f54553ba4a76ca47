import { decode, encode } from './base64url.ts'
import { type BoundedCache, newBoundedCache } from './bounded-cache.ts'
import { equalBytes, hmacSha256, sha256 } from './hash.ts'
import { hasPrivateMembers, importPublicJwk, type KeyObject, type PublicJwk, readPublicJwk, thumbprint } from './jwk.ts'
import { verifyInput } from './jws.ts'
import { decodeBody, decodeHeader, hasType, splitJwt } from './jwt.ts'

const MAX_PROOF_CHARS = 4096
const MAX_JTI_CHARS = 256
const IAT_WINDOW_MS = 300_000
const NONCE_WINDOW_MS = 300_000
const WINDOW_BYTES = 4
const NONCE_MAC_BYTES = 16
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
export function verifyProof(input: ProofInput, provenKeys = keysOfHeaders): ProofOutcome {
  const { proof, expectedJti } = input
  if (proof.includes(',')) return invalid('more than one proof')
  if (proof.length > MAX_PROOF_CHARS) return invalid('too long')
  const parts = splitJwt(proof)
  const jwt = parts && decodeBody(parts)
  if (!parts || !jwt) return invalid('not a JWT')

  const known = provenKeys.find(parts.encodedHeader)
  const header = known ?? readHeader(parts.encodedHeader)
  if (typeof header === 'string') return invalid(header)

  const { jti, htm, htu, iat, nonce, ath } = jwt.claims
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_JTI_CHARS) return invalid('jti is missing or too long')
  if (expectedJti !== undefined && jti !== expectedJti) return invalid('jti is not that of the challenge')
  if (htm !== input.method) return invalid('htm is not the method')
  if (typeof htu !== 'string' || !isOneOf(input.urls, htu)) return invalid('htu is not the URL')
  if (typeof iat !== 'number' || !Number.isFinite(iat)) return invalid('iat is missing')
  if (nonce !== undefined && typeof nonce !== 'string') return invalid('nonce is not a string')
  if (ath !== undefined && isForeignHash(ath, input.accessToken)) return invalid('ath is not that of the access token')

  const key = 'jwk' in header ? importKey(header) : header
  if (key === undefined) return invalid('jwk is no key for alg')
  if (!verifyInput(key.alg, key.publicKey, jwt.signingInput, jwt.signature)) return invalid('signature')
  if (!known) remember(provenKeys, parts.encodedHeader, key)
  if (!isFresh(input, iat, nonce)) return { kind: 'nonce_required' }
  return { kind: 'valid', thumbprint: key.thumbprint, jti, issuedAt: clamp(Math.floor(iat * 1000)) }
}

type ProofAlgorithm = 'ES256' | 'EdDSA'
type ProofHeader = { readonly alg: ProofAlgorithm; readonly jwk: PublicJwk }

/** What the header of a proof says of its key, not imported yet; or why it is none. */
function readHeader(encodedHeader: string): ProofHeader | string {
  const header = decodeHeader(encodedHeader)
  if (header === undefined) return 'not a JWT'
  const { alg } = header
  if (!hasType(header, 'dpop+jwt')) return 'typ is not dpop+jwt'
  if (alg !== 'ES256' && alg !== 'EdDSA') return 'alg is neither ES256 nor EdDSA'
  if (typeof header.jwk !== 'object' || header.jwk === null) return 'jwk is missing'
  if (hasPrivateMembers(header.jwk)) return 'jwk has a private member'
  const jwk = readPublicJwk(header.jwk)
  if (!jwk || jwk.kty === 'RSA' || jwk.crv !== (alg === 'ES256' ? 'P-256' : 'Ed25519')) return 'jwk is no key for alg'
  return { alg, jwk }
}

export type ProofKey = { readonly alg: ProofAlgorithm; readonly publicKey: KeyObject; readonly thumbprint: string }

function importKey({ alg, jwk }: ProofHeader): ProofKey | undefined {
  const publicKey = importPublicJwk(jwk)
  return publicKey && { alg, publicKey, thumbprint: thumbprint(jwk) }
}

const MAX_KNOWN_HEADERS = 10_000
/** Those of the SDKs have some 230. */
const MAX_KNOWN_HEADER_CHARS = 512

/**
 * Keys by the headers of proofs that held: a client proves with the same header again and again, and to read one and import its key costs almost half
 * of verifying with it. Whoever cannot sign gets nothing in, and whoever can takes no more room than others.
 */
const keysOfHeaders = newBoundedCache<ProofKey>(MAX_KNOWN_HEADERS)

function remember(provenKeys: BoundedCache<ProofKey>, encodedHeader: string, key: ProofKey): void {
  if (encodedHeader.length > MAX_KNOWN_HEADER_CHARS) return
  // A copy: a part of a text keeps the whole of it in memory.
  provenKeys.insert(Buffer.from(encodedHeader, 'latin1').toString('latin1'), key)
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

/** The last nonce of each key: it is the same for everybody until its window is over. */
const issuedNonces = new WeakMap<Uint8Array, { readonly window: number; readonly nonce: string }>()

/** Issues a nonce that stays fresh for 300 to 600 seconds and needs no store: 4-byte window number ‖ 16-byte MAC. */
export function issueNonce(nonceKey: Uint8Array, now: number): string {
  const window = windowAt(now)
  const issued = issuedNonces.get(nonceKey)
  if (issued?.window === window) return issued.nonce
  const bytes = Buffer.alloc(WINDOW_BYTES)
  bytes.writeUInt32BE(window)
  const nonce = encode(Buffer.concat([bytes, nonceMac(nonceKey, bytes)]))
  issuedNonces.set(nonceKey, { window, nonce })
  return nonce
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
