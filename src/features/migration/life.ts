import { judgeTimes } from '../../crypto/jwt.ts'
import type { Claims } from './claims.ts'
import type { JwtConfig } from './config.ts'
import type { Preset } from './preset.ts'

const LEEWAY_SECONDS = 30

/** How long a legacy session has to live. */
export type Life =
  | { kind: 'live' }
  /** The token is over, the session that it tells of is not. */
  | { kind: 'session' }
  /** Over, and taken all the same for a while after the switch-over. */
  | { kind: 'grace' }
  | { kind: 'over'; why: string; isExpired: boolean }

type Terms = Pick<JwtConfig, 'expired_grace_seconds' | 'issued_before'>

/** Judge the times of a token: RFC 7519 §4.1.4 to §4.1.6, then what its vendor says of the session, then what the customer grants. */
export function judgeLife(
  claims: Claims,
  { session }: Pick<Preset, 'session'>,
  { expired_grace_seconds: graceSeconds = 0, issued_before }: Terms,
  now: number,
): Life {
  const times = judgeTimes(claims, now, LEEWAY_SECONDS)
  if (times === 'ok') return { kind: 'live' }
  if (times !== 'expired') return over(`its times are ${times.replaceAll('_', ' ')}`, false)
  const { exp, iat } = claims as { exp: number; iat?: number }
  const end = session(claims)?.endsAt ?? 0
  if (now < end) return { kind: 'session' }
  const expiredMs = now - Math.max(exp * 1000, end)
  if (graceSeconds === 0) return over('it has expired, and the configuration grants no grace')
  if (expiredMs >= graceSeconds * 1000) return over('it has expired for longer than the grace')
  if (iat === undefined) return over('it has expired, and does not say when it was issued')
  const isOlder = issued_before !== undefined && iat * 1000 < Date.parse(issued_before)
  return isOlder ? { kind: 'grace' } : over('it has expired, and was issued after the switch-over')
}

const over = (why: string, isExpired = true): Life => ({ kind: 'over', why, isExpired })
