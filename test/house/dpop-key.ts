import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import type { DpopKey } from '../builders.ts'
import type { World } from '../world.ts'

type Json = Record<string, unknown>

/** What a test changes in a good proof; undefined leaves a member out. */
export interface ProofChange {
  readonly header?: Json
  readonly claims?: Json
  /** Signs the signing input; default: as the header's key and algorithm ask. */
  readonly sign?: (input: string) => Promise<Uint8Array>
}

/** A client's key that can also lie: its proofs are put together here, so that nothing keeps them from being wrong. */
export interface LyingKey extends DpopKey {
  readonly publicJwk: JWK
  readonly privateJwk: JWK
  /** A proof for POST to `url`, good but for what is changed. */
  lie(url: string, change?: ProofChange): Promise<string>
}

export type KeyKind = 'ES256' | 'ES384' | 'RS256' | 'EdDSA'

const SIGNATURES = {
  ES256: { name: 'ECDSA', hash: 'SHA-256' },
  ES384: { name: 'ECDSA', hash: 'SHA-384' },
  RS256: { name: 'RSASSA-PKCS1-v1_5' },
  EdDSA: { name: 'Ed25519' },
} as const

export async function lyingKey(world: World, alg: KeyKind = 'ES256'): Promise<LyingKey> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true })
  const publicJwk = await exportJWK(publicKey)
  const signature = async (input: string) =>
    new Uint8Array(await crypto.subtle.sign(SIGNATURES[alg], privateKey, Buffer.from(input)))

  async function lie(url: string, { header = {}, claims = {}, sign = signature }: ProofChange = {}) {
    const iat = Math.floor(world.deps.now() / 1000)
    const parts = [
      { typ: 'dpop+jwt', alg, jwk: publicJwk, ...header },
      { jti: crypto.randomUUID(), htm: 'POST', htu: url, iat, ...claims },
    ]
    const input = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
    return `${input}.${Buffer.from(await sign(input)).toString('base64url')}`
  }
  return {
    thumbprint: await calculateJwkThumbprint(publicJwk),
    publicJwk,
    privateJwk: await exportJWK(privateKey),
    lie,
    proof: (url, { method = 'POST', claims = {}, header = {} } = {}) =>
      lie(url, { header, claims: { htm: method, ...claims } }),
  }
}
