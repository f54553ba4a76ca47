import { createDecipheriv, createHmac } from 'node:crypto'
import { decode } from './base64url.ts'
import { equalBytes } from './hash.ts'
import { decodeJson } from './json.ts'

const MAX_TOKEN_CHARS = 16_384
const GCM_NONCE_BYTES = 12
const CBC_IV_BYTES = 16
const HALF_KEY_BYTES = 32
const GCM_TAG_BYTES = 16
const CBC_TAG_BYTES = 32

/** A JWE taken apart, nothing opened yet (RFC 7516 §7.1). */
export interface SealedJwt {
  readonly enc: string
  /** The encoded header, which is authenticated with the rest. */
  readonly header: string
  readonly iv: Buffer
  readonly ciphertext: Buffer
  readonly tag: Buffer
}

/**
 * Takes a compact JWE apart that is encrypted by a shared key itself (`dir`, RFC 7518 §4.5). Undefined beyond 16 KiB, and for everything else:
 * another algorithm, a `crit` header, compression.
 */
export function decodeJwe(token: string): SealedJwt | undefined {
  if (token.length > MAX_TOKEN_CHARS) return undefined
  const parts = token.split('.', 6)
  const [encoded = '', key, ...rest] = parts
  if (parts.length !== 5 || key !== '') return undefined
  const [iv, ciphertext, tag] = rest.map(decode)
  const header = decode(encoded)
  const said = header && decodeJson(header)
  if (!iv || !ciphertext || !tag || typeof said !== 'object' || said === null) return undefined
  const { alg, enc, crit, zip } = said as Record<string, unknown>
  if (alg !== 'dir' || typeof enc !== 'string' || crit !== undefined || zip !== undefined) return undefined
  return { enc, header: encoded, iv, ciphertext, tag }
}

/** The claims within, as whoever knows the key wrote them; undefined for another key, another kind of encryption, and what is no JSON object. */
export function openJwe(sealed: SealedJwt, key: Uint8Array): Record<string, unknown> | undefined {
  const opened = sealed.enc === 'A256GCM' ? openGcm(sealed, key) : openCbc(sealed, key)
  const claims = opened && decodeJson(opened)
  const isObject = typeof claims === 'object' && claims !== null && !Array.isArray(claims)
  return isObject ? (claims as Record<string, unknown>) : undefined
}

/** RFC 7518 §5.3. */
function openGcm({ header, iv, ciphertext, tag }: SealedJwt, key: Uint8Array): Buffer | undefined {
  if (key.byteLength !== HALF_KEY_BYTES || iv.byteLength !== GCM_NONCE_BYTES) return undefined
  if (tag.byteLength !== GCM_TAG_BYTES) return undefined
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: GCM_TAG_BYTES })
  decipher.setAAD(Buffer.from(header, 'ascii'))
  decipher.setAuthTag(tag)
  const opened = decipher.update(ciphertext)
  try {
    return Buffer.concat([opened, decipher.final()])
  } catch {
    return undefined
  }
}

/** A256CBC-HS512, RFC 7518 §5.2.2.2: the first half of the key authenticates, the second one encrypts. */
function openCbc({ enc, header, iv, ciphertext, tag }: SealedJwt, key: Uint8Array): Buffer | undefined {
  if (enc !== 'A256CBC-HS512' || key.byteLength !== 2 * HALF_KEY_BYTES) return undefined
  if (iv.byteLength !== CBC_IV_BYTES || tag.byteLength !== CBC_TAG_BYTES) return undefined
  const bits = Buffer.alloc(8)
  bits.writeBigUInt64BE(BigInt(header.length) * 8n)
  const mac = createHmac('sha512', key.subarray(0, HALF_KEY_BYTES))
  for (const part of [Buffer.from(header, 'ascii'), iv, ciphertext, bits]) mac.update(part)
  if (!equalBytes(mac.digest().subarray(0, CBC_TAG_BYTES), tag)) return undefined
  const decipher = createDecipheriv('aes-256-cbc', key.subarray(HALF_KEY_BYTES), iv)
  try {
    return Buffer.concat([decipher.update(ciphertext), decipher.final()])
  } catch {
    return undefined
  }
}
