import { encode } from './base64url.ts'
import { type ProofInput, type ProofOutcome, verifyProof } from './dpop.ts'
import {
  generateKeyPair,
  importPrivateJwk,
  type KeyObject,
  type PrivateJwk,
  type PublicJwk,
  thumbprint,
} from './jwk.ts'
import { type SignatureAlgorithm, signInput } from './jws.ts'

export const NOW_SECONDS = 1_790_000_000
export const NOW = NOW_SECONDS * 1000
export const URL_REFRESH = 'https://app1.session.example/v1/session/refresh'
export const NONCE_KEY = Buffer.alloc(32, 5)

export type Client = { alg: SignatureAlgorithm; publicJwk: PublicJwk; privateJwk: PrivateJwk; privateKey: KeyObject }

export async function newClient(alg: SignatureAlgorithm): Promise<Client> {
  const { publicJwk, privateJwk } = await generateKeyPair(alg)
  return { alg, publicJwk, privateJwk, privateKey: importPrivateJwk(privateJwk) }
}

export const CLIENT = await newClient('ES256')
export const OTHER = await newClient('ES256')
export const ED25519 = await newClient('EdDSA')
export const RSA = await newClient('RS256')

/** Signs a good proof of the client, but for what the caller changes; a member set to undefined is left out. */
export function proofOf(claims: object = {}, header: object = {}, client: Client = CLIENT): string {
  const fullHeader = { typ: 'dpop+jwt', alg: client.alg, jwk: client.publicJwk, ...header }
  const fullClaims = { jti: 'one', htm: 'POST', htu: URL_REFRESH, iat: NOW_SECONDS, ...claims }
  const input = `${encode(JSON.stringify(fullHeader))}.${encode(JSON.stringify(fullClaims))}`
  return `${input}.${encode(signInput(client.alg, client.privateKey, input))}`
}

/** Verifies a proof as the refresh endpoint would, but for what the caller changes. */
export function judge(
  proof: string,
  input: Partial<ProofInput> = {},
  keys?: Parameters<typeof verifyProof>[1],
): ProofOutcome {
  const whole = {
    proof,
    method: 'POST',
    urls: [URL_REFRESH],
    now: NOW,
    nonceKeys: [{ key: NONCE_KEY }],
    freshness: 'required' as const,
    ...input,
  }
  return verifyProof(whole, keys)
}

export const VALID = { kind: 'valid' as const, thumbprint: thumbprint(CLIENT.publicJwk), jti: 'one', issuedAt: NOW }
