/** Encodes bytes, or the UTF-8 bytes of a string, without padding (RFC 7515 §2). */
export function encode(bytes: Uint8Array | string): string {
  const buffer =
    typeof bytes === 'string'
      ? Buffer.from(bytes, 'utf8')
      : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return buffer.toString('base64url')
}

/** Decodes the one canonical spelling of some bytes: a foreign character, padding or stray trailing bits give undefined. */
export function decode(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  return bytes.toString('base64url') === text ? bytes : undefined
}
