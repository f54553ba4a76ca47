import { createCipheriv, createDecipheriv } from 'node:crypto'
import { decode, encode } from './base64url.ts'

const ALGORITHM = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** A 32-byte key, and the name that boxes call it by: public, of letters and digits. */
export interface NamedKey {
  readonly id: string
  readonly key: Uint8Array
}

/**
 * Encrypts under a key, which the box names; the context (which row, which column) must be repeated to open it.
 *
 * `v2.<key id>.` + base64url(12-byte nonce ‖ ciphertext ‖ 16-byte tag), AES-256-GCM with the context as additional data.
 */
export function seal(
  { id, key }: NamedKey,
  context: string,
  plaintext: string | Uint8Array,
  random: (length: number) => Uint8Array,
): string {
  const nonce = random(NONCE_BYTES)
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES })
  cipher.setAAD(Buffer.from(context, 'utf8'))
  const bytes = typeof plaintext === 'string' ? Buffer.from(plaintext, 'utf8') : plaintext
  return `v2.${id}.${encode(Buffer.concat([nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]))}`
}

/** The key that a box names; undefined for one of before boxes did, which begins `v1.`, and for what is no box. */
export const keyIdOf = (sealed: string): string | undefined => /^v2\.(\w+)\./.exec(sealed)?.[1]

/** The plaintext and the key that opened it; undefined when the box is malformed, altered, or of another context or no key of these. */
export function openWith(
  keys: readonly NamedKey[],
  context: string,
  sealed: string,
): { readonly plaintext: Buffer; readonly id: string } | undefined {
  const named = keyIdOf(sealed)
  const fitting = named === undefined ? keys : keys.filter(({ id }) => id === named)
  const bytes = decode(bodyOf(sealed, named))
  if (bytes === undefined || bytes.byteLength < NONCE_BYTES + TAG_BYTES) return undefined
  for (const { id, key } of fitting) {
    const plaintext = decrypt(key, context, bytes)
    if (plaintext) return { plaintext, id }
  }
  return undefined
}

/** The plaintext alone. */
export const open = (keys: readonly NamedKey[], context: string, sealed: string): Buffer | undefined =>
  openWith(keys, context, sealed)?.plaintext

/** Empty for what is no box. */
function bodyOf(sealed: string, named: string | undefined): string {
  if (named !== undefined) return sealed.slice(`v2.${named}.`.length)
  return sealed.startsWith('v1.') ? sealed.slice('v1.'.length) : ''
}

function decrypt(key: Uint8Array, context: string, bytes: Uint8Array): Buffer | undefined {
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
