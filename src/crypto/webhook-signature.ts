import { decode, encode } from './base64url.ts'
import type { KeyObject } from './jwk.ts'
import { signInput, signInputAside, verifyInput } from './jws.ts'

/** Signs an outgoing body: base64url of RSASSA-PSS with SHA-256 and a 32-byte salt, over its UTF-8 bytes. */
export function signBody(privateKey: KeyObject, body: string): string {
  return encode(signInput('PS256', privateKey, body))
}

/** The same on another thread, for who waits for it may wait. */
export async function signBodyAside(privateKey: KeyObject, body: string): Promise<string> {
  return encode(await signInputAside('PS256', privateKey, body))
}

/** Is this the signature that `signBody` makes with the other half of the key? */
export function verifyBody(publicKey: KeyObject, body: string, signature: string): boolean {
  const bytes = decode(signature)
  return bytes !== undefined && verifyInput('PS256', publicKey, body, bytes)
}
