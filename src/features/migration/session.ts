import { sha256 } from '../../crypto/hash.ts'
import type { Claims } from './claims.ts'
import type { JwtConfig } from './config.ts'
import type { LegacyToken } from './legacy-token.ts'
import type { Life } from './life.ts'
import type { UsedSession } from './outcome.ts'
import type { Preset } from './preset.ts'

/** Claims by which vendors tell one session from another. */
const SESSION_CLAIMS = ['sid', 'session_id', 'sessionHandle', 'origin_jti']
/** However long a token says that it lives. */
const LATEST = Date.UTC(2100, 0)

/**
 * The legacy session that a token stands for, of a user by their external id: one vendor may go by several issuers, and users whose sessions are called
 * the same have different ones.
 */
export function sessionOf(
  token: LegacyToken,
  externalId: string,
  life: Life,
  preset: Pick<Preset, 'session'>,
  config: Pick<JwtConfig, 'issued_before'>,
): UsedSession {
  const { claims } = token
  const key = sha256(JSON.stringify([externalId, ...nameOf(token, preset)])).toString('base64url')
  return {
    key,
    endsAt: endOf(claims, preset, config),
    issuedAt: typeof claims.iat === 'number' ? claims.iat * 1000 : 0,
    endsHere: life.kind !== 'live',
    once: life.kind !== 'live',
  }
}

/** When this token ends, or the session that it tells of, or a token of the same length that was issued just before the switch-over: the last of these. */
function endOf(
  claims: Claims,
  { session }: Pick<Preset, 'session'>,
  { issued_before }: Pick<JwtConfig, 'issued_before'>,
) {
  const { exp, iat = exp } = claims as { exp: number; iat?: number }
  const last = issued_before === undefined ? 0 : Date.parse(issued_before) + (exp - iat) * 1000
  return Math.trunc(Math.min(Math.max(exp * 1000, session(claims)?.endsAt ?? 0, last), LATEST))
}

/**
 * By what a vendor calls it; else by the login that opened it, which every token of a session repeats (OpenID Connect Core §2, RFC 9068 §2.2.1). A token
 * that says neither stands for itself: for its claims, as many signatures as they may have.
 */
function nameOf({ claims, signed }: LegacyToken, { session }: Pick<Preset, 'session'>): readonly unknown[] {
  const own = session(claims)?.id
  if (own !== undefined) return ['session', own]
  const claim = SESSION_CLAIMS.find((name) => isText(claims[name]))
  if (claim !== undefined) return [claim, claims[claim]]
  const { auth_time, jti } = claims
  if (typeof auth_time === 'number' && auth_time > 0) return ['auth_time', auth_time]
  if (isText(jti)) return ['jti', jti]
  return ['token', signed?.signingInput ?? JSON.stringify(claims)]
}

const isText = (value: unknown) => typeof value === 'string' && value !== ''
