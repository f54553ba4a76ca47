import { encode } from './base64url.ts'
import { sha256 } from './hash.ts'

/** Makes a secret of 256 random bits behind a readable prefix; store the hash, show the secret once. */
export function newSecret(prefix: string, random: (length: number) => Uint8Array): { secret: string; hash: string } {
  const secret = prefix + encode(random(32))
  return { secret, hash: hashSecret(secret) }
}

/** SHA-256 of the whole secret, prefix included, as base64url: the form in which it is stored and looked up. */
export function hashSecret(secret: string): string {
  return encode(sha256(secret))
}
