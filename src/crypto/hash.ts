import { createHash, createHmac, hash, hkdfSync, timingSafeEqual } from 'node:crypto'

const NO_SALT = new Uint8Array()

/** SHA-256; a string stands for its UTF-8 bytes. */
export function sha256(data: string | Uint8Array): Buffer {
  return hash('sha256', data, 'buffer')
}

/** HMAC-SHA-256 (RFC 2104); a string stands for its UTF-8 bytes. */
export function hmacSha256(key: Uint8Array, data: string | Uint8Array): Buffer {
  return createHmac('sha256', key).update(data).digest()
}

/** Compares in a time that depends on the lengths only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b)
}

/** Compares in a time that depends on the lengths only, code unit by code unit. */
export function equalText(a: string, b: string): boolean {
  return equalBytes(Buffer.from(a, 'utf16le'), Buffer.from(b, 'utf16le'))
}

/** Derives so many bytes from a secret that another system derives its own from (HKDF-SHA-256, RFC 5869); strings stand for their UTF-8 bytes. */
export function hkdfSha256(secret: string, salt: string, info: string, length: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, salt, info, length))
}

/** Derives 32 bytes for one purpose from a master key (HKDF-SHA-256, RFC 5869, no salt, info = purpose). */
export function deriveKey(master: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', master, NO_SALT, purpose, 32))
}

/** SHA-256 of what comes in pieces, in hexadecimal. */
export function digestInPieces(): { update(piece: Uint8Array): void; hex(): string } {
  const digest = createHash('sha256')
  return { update: (piece) => void digest.update(piece), hex: () => digest.digest('hex') }
}
