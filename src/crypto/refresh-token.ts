import { decode, encode } from './base64url.ts'
import { equalBytes, hmacSha256 } from './hash.ts'

const PREFIX = 'rt_'
const VERSION = 1
const SESSION_ID_BYTES = 16
const COUNTER_BYTES = 6
const BODY_BYTES = 1 + SESSION_ID_BYTES + COUNTER_BYTES
const TOKEN_BYTES = BODY_BYTES + 32
const TOKEN_CHARS = PREFIX.length + Math.ceil((TOKEN_BYTES * 8) / 6)

/**
 * Writes the refresh token of one rotation of a session; the same arguments always give the same token.
 *
 * `rt_` + base64url(version ‖ 16-byte session id ‖ 6-byte big-endian counter ‖ HMAC-SHA-256 under the session's key).
 */
export function issueRefreshToken(rootKey: Uint8Array, appId: string, sessionId: Uint8Array, counter: number): string {
  if (sessionId.byteLength !== SESSION_ID_BYTES) throw new RangeError('a session id has 16 bytes')
  const body = Buffer.alloc(BODY_BYTES)
  body.writeUInt8(VERSION)
  body.set(sessionId, 1)
  body.writeUIntBE(counter, 1 + SESSION_ID_BYTES, COUNTER_BYTES)
  return PREFIX + encode(Buffer.concat([body, macOf(rootKey, appId, sessionId, body)]))
}

/** Reads a refresh token this application issued; anything malformed, altered or foreign gives undefined. */
export function verifyRefreshToken(
  rootKey: Uint8Array,
  appId: string,
  token: string,
): { sessionId: Buffer; counter: number } | undefined {
  if (token.length !== TOKEN_CHARS || !token.startsWith(PREFIX)) return undefined
  const bytes = decode(token.slice(PREFIX.length))
  if (bytes === undefined || bytes.readUInt8() !== VERSION) return undefined
  const body = bytes.subarray(0, BODY_BYTES)
  const sessionId = body.subarray(1, 1 + SESSION_ID_BYTES)
  if (!equalBytes(macOf(rootKey, appId, sessionId, body), bytes.subarray(BODY_BYTES))) return undefined
  return { sessionId, counter: body.readUIntBE(1 + SESSION_ID_BYTES, COUNTER_BYTES) }
}

function macOf(rootKey: Uint8Array, appId: string, sessionId: Uint8Array, body: Uint8Array): Buffer {
  const sessionKey = hmacSha256(rootKey, Buffer.concat([Buffer.from(`${appId}\0`, 'utf8'), sessionId]))
  return hmacSha256(sessionKey, body)
}
