/** The digits of crypt(3), by value. */
export const CRYPT64_DIGITS = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Encodes as crypt(3) does: three bytes, the first one lowest, make four digits, the lowest first. */
export function encodeCrypt64(bytes: Uint8Array): string {
  let text = ''
  for (let start = 0; start < bytes.length; start += 3) {
    const group = bytes.subarray(start, start + 3)
    const value = group.reduce((sum, byte, place) => sum | (byte << (8 * place)), 0)
    for (let digit = 0; digit <= group.length; digit++) text += CRYPT64_DIGITS.charAt((value >> (6 * digit)) & 63)
  }
  return text
}
