import { encode } from './base64url.ts'
import { equalText, hmacSha256 } from './hash.ts'

/** A code of `size` decimal digits, each equally likely. */
export function newCode(size: number, random: (length: number) => Uint8Array): string {
  let code = ''
  while (code.length < size) {
    // Of 256 bytes the last six would favour the digits 0 to 5.
    for (const byte of random(2 * size)) if (byte < 250 && code.length < size) code += String(byte % 10)
  }
  return code
}

/** What is stored of a code: an HMAC, bound to the verification it belongs to. */
export const codeMac = (key: Uint8Array, verificationId: string, code: string): string =>
  encode(hmacSha256(key, `${verificationId}\0${code}`))

/** Whether this is the code behind a MAC, in constant time. */
export const isCode = (key: Uint8Array, verificationId: string, code: string, mac: string): boolean =>
  equalText(codeMac(key, verificationId, code), mac)
