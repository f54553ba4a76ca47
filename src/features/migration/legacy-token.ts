import { hkdfSha256 } from '../../crypto/hash.ts'
import { decodeJwe, openJwe } from '../../crypto/jwe.ts'
import { type DecodedJwt, decodeJwt } from '../../crypto/jwt.ts'
import type { Claims } from './claims.ts'
import type { JwtConfig } from './config.ts'

/** A legacy token taken apart. */
export interface LegacyToken {
  readonly header: Claims
  readonly claims: Claims
  /** What is signed, to be verified still. Undefined where opening the token was the proof. */
  readonly signed: DecodedJwt | undefined
}

/** Take a token apart; open it where the preset's are encrypted. Undefined for what is none. */
export function readToken(
  { preset }: Pick<JwtConfig, 'preset'>,
  secret: string | undefined,
  text: string,
): LegacyToken | undefined {
  if (preset === 'authjs') return openSessionCookie(secret, text)
  const signed = decodeJwt(text)
  return signed && { header: signed.header, claims: signed.claims, signed }
}

/** As the cookie is called, which its key depends on: over https, and without. */
const COOKIES = ['__Secure-authjs.session-token', 'authjs.session-token']

/** The session cookie of Auth.js 5 (A256CBC-HS512) and NextAuth 4 (A256GCM). https://authjs.dev/reference/core/jwt */
function openSessionCookie(secret: string | undefined, text: string): LegacyToken | undefined {
  const sealed = decodeJwe(text)
  if (!sealed || secret === undefined) return undefined
  const keys =
    sealed.enc === 'A256GCM'
      ? [hkdfSha256(secret, '', 'NextAuth.js Generated Encryption Key', 32)]
      : COOKIES.map((name) => hkdfSha256(secret, name, `Auth.js Generated Encryption Key (${name})`, 64))
  for (const key of keys) {
    const claims = openJwe(sealed, key)
    if (claims) return { header: {}, claims, signed: undefined }
  }
  return undefined
}

/** What vendors write of tokens that only they themselves take. */
const REFRESH_TYPES: readonly unknown[] = ['Refresh', 'Offline', 'refresh', 'refresh_token']

/**
 * Whether a token is to be refreshed and not read: what is no JWT, and a JWT that says of itself that it is a refresh token. An expired access token
 * is none: it is nobody's business but ours.
 */
export function isRefreshToken(text: string): boolean {
  const jwt = decodeJwt(text)
  if (!jwt) return true
  return (
    REFRESH_TYPES.includes(jwt.claims.typ) ||
    REFRESH_TYPES.includes(jwt.claims.token_use) ||
    jwt.header.typ === 'rt+jwt'
  )
}
