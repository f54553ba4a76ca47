import { generateKeyPairSync, sign } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import type { Platform } from './platform.ts'

/** The key pair that a device makes for one host, and signs its proofs with. */
export interface DeviceKey {
  readonly thumbprint: string
  /** A proof of these claims: ES256, raw signature, a `jwk` of four members, neither `kid` nor `ath`. */
  prove(platform: Platform, claims: ProofClaims): string
}

export interface ProofClaims {
  readonly jti: string
  readonly htm: string
  readonly htu: string
  /** Unix seconds. */
  readonly iat: number
  readonly nonce?: string
}

export async function deviceKey(): Promise<DeviceKey> {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const jwk = { kty: 'EC', crv: 'P-256', x, y }
  return {
    thumbprint: await calculateJwkThumbprint(jwk),
    prove(platform, claims) {
      const parts = [{ typ: 'dpop+jwt', alg: 'ES256', jwk }, claims].map((part) => encode(platform.write(part)))
      const input = parts.join('.')
      const signature = sign('sha256', Buffer.from(input), { key: privateKey, dsaEncoding: 'ieee-p1363' })
      return `${input}.${signature.toString('base64url')}`
    },
  }
}

const encode = (text: string) => Buffer.from(text).toString('base64url')
