import { encode } from './base64url.ts'
import { equalText, sha256 } from './hash.ts'

/** Is this a code verifier: 43 to 128 unreserved characters (RFC 7636 §4.1)? */
export function isCodeVerifier(text: string): boolean {
  return /^[A-Za-z0-9._~-]{43,128}$/.test(text)
}

/** Is this an S256 code challenge: the 43 base64url characters of a SHA-256 (RFC 7636 §4.2)? */
export function isCodeChallenge(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text)
}

/** Does the verifier belong to the S256 challenge (RFC 7636 §4.6)? */
export function verifyCodeVerifier(verifier: string, challenge: string): boolean {
  return isCodeVerifier(verifier) && equalText(encode(sha256(verifier)), challenge)
}
