/** Decodes standard base64 (RFC 4648 §4) with or without padding; stray trailing bits and other characters give undefined. */
export function decodeBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64')
  return text === bytes.toString('base64') || text === encodeBase64(bytes) ? bytes : undefined
}

/** Encodes in standard base64 without padding, as PHC strings do. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '')
}
