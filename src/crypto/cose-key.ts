import { encode } from './base64url.ts'
import { importPublicJwk } from './jwk.ts'

/** COSE algorithms that we offer authenticators and take from them, the best first: EdDSA, ES256, RS256. RFC 9053 §2, RFC 8812 §2. */
export const COSE_ALGORITHMS = [-8, -7, -257] as const

/** Labels of a key and its members. RFC 9052 §7.1, RFC 9053 §7, RFC 8230 §4. */
const KTY = 1
const ALG = 3
const OKP = { kty: 1, crv: 6 }
const EC2 = { kty: 2, crv: 1 }
const RSA = 3

/**
 * The algorithm of a public key in COSE: Ed25519, a point on P-256, or RSA of 2048 to 8192 bits. Undefined for every other key, and for one whose
 * algorithm is not the one of its kind.
 */
export function algorithmOf(cose: unknown): (typeof COSE_ALGORITHMS)[number] | undefined {
  if (!(cose instanceof Map)) return undefined
  const alg = COSE_ALGORITHMS.find((one) => one === cose.get(ALG))
  const jwk = alg && jwkOf(alg, cose)
  return jwk && importPublicJwk(jwk) ? alg : undefined
}

function jwkOf(alg: number, cose: ReadonlyMap<unknown, unknown>): object | undefined {
  const [kty, crv] = [cose.get(KTY), cose.get(-1)]
  if (alg === -8 && kty === OKP.kty && crv === OKP.crv) return { kty: 'OKP', crv: 'Ed25519', x: member(cose, -2) }
  if (alg === -7 && kty === EC2.kty && crv === EC2.crv)
    return { kty: 'EC', crv: 'P-256', x: member(cose, -2), y: member(cose, -3) }
  if (alg === -257 && kty === RSA) return { kty: 'RSA', n: member(cose, -1), e: member(cose, -2) }
  return undefined
}

function member(cose: ReadonlyMap<unknown, unknown>, label: number): string | undefined {
  const bytes = cose.get(label)
  return bytes instanceof Uint8Array ? encode(bytes) : undefined
}
