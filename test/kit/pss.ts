import { constants, createHash, createPrivateKey, privateEncrypt, sign, type webcrypto } from 'node:crypto'

const digestOf = (...bytes: Uint8Array[]) => createHash('sha256').update(Buffer.concat(bytes)).digest()

/** MGF1 with SHA-256, RFC 8017 appendix B.2.1. */
function mask(seed: Uint8Array, length: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) => digestOf(seed, Buffer.of(0, 0, 0, i)))
  return Buffer.concat(blocks).subarray(0, length)
}

/** EMSA-PSS of RFC 8017 §9.1.1 for a key of whole bytes. */
function encode(message: Uint8Array, salt: Uint8Array, length: number): Buffer {
  const digest = digestOf(Buffer.alloc(8), digestOf(message), salt)
  const padding = Buffer.alloc(length - salt.length - 34)
  const block = Buffer.concat([padding, Buffer.of(1), salt])
  const over = mask(digest, block.length)
  const masked = block.map((byte, i) => byte ^ (over[i] ?? 0))
  masked[0] = (masked[0] ?? 0) & 0x7f
  return Buffer.concat([masked, digest, Buffer.of(0xbc)])
}

/** Base64url of an RSASSA-PSS signature with SHA-256 and a salt that is told: the same at each run, which no library offers. */
export function signWithSalt(jwk: webcrypto.JsonWebKey, message: string, salt: Uint8Array): string {
  const key = createPrivateKey({ key: jwk, format: 'jwk' })
  const encoded = encode(Buffer.from(message), salt, Buffer.from(jwk.n ?? '', 'base64url').length)
  return privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded).toString('base64url')
}

/** Base64url of an RSASSA-PKCS1-v1_5 signature with SHA-256, which has no salt. */
export const signWithPkcs1 = (jwk: webcrypto.JsonWebKey, message: string): string =>
  sign('sha256', Buffer.from(message), createPrivateKey({ key: jwk, format: 'jwk' })).toString('base64url')
