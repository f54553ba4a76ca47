import { createCipheriv, createDecipheriv } from 'node:crypto'
import { decode, encode } from './base64url.ts'

const ALGORITHM = 'aes-256-gcm'
const PREFIX = 'v1.'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Encrypts under a 32-byte key; the context (which row, which column) must be repeated to open the box.
 *
 * `v1.` + base64url(12-byte nonce ‖ ciphertext ‖ 16-byte tag), AES-256-GCM with the context as additional data.
 */
export function seal(
  key: Uint8Array,
  context: string,
  plaintext: string | Uint8Array,
  random: (length: number) => Uint8Array,
): string {
  const nonce = random(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(context, 'utf8'))
  const bytes = typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext
  return PREFIX + encode(Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]))
}

/** Returns the plaintext, or undefined when the box is malformed, altered, or of another key or context. */
export function open(key: Uint8Array, context: string, sealed: string): Buffer | undefined {
  if (!sealed.startsWith(PREFIX)) return undefined
  const bytes = decode(sealed.slice(PREFIX.length))
  if (bytes === undefined || bytes.byteLength < NONCE_BYTES + TAG_BYTES) return undefined
  const tagStart = bytes.byteLength - TAG_BYTES
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
  decipher.setAAD(Buffer.from(context, 'utf8'))
  decipher.setAuthTag(bytes.subarray(tagStart))
  const plaintext = decipher.update(bytes.subarray(NONCE_BYTES, tagStart))
  try {
    return Buffer.concat([plaintext, decipher.final()])
  } catch {
    return undefined
  }
}
