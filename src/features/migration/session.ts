import { sha256 } from '../../crypto/hash.ts'
import type { Claims } from './claims.ts'
import type { Life } from './life.ts'
import type { UsedSession } from './outcome.ts'
import type { Preset } from './preset.ts'

/** Claims by which vendors tell one session from another, and last the one that tells one token from another. */
const SESSION_CLAIMS = ['sid', 'session_id', 'sessionHandle', 'origin_jti', 'jti']
/** However long a token says that it lives. */
const LATEST = Date.UTC(2100, 0)

/** The legacy session that a token stands for. */
export function sessionOf(claims: Claims, text: string, life: Life, preset: Pick<Preset, 'session'>): UsedSession {
  const key = sha256(JSON.stringify(nameOf(claims, text, preset))).toString('base64url')
  return {
    key,
    endsAt: Math.trunc(Math.min(Number(claims.exp) * 1000, LATEST)),
    issuedAt: typeof claims.iat === 'number' ? claims.iat * 1000 : 0,
    once: life.kind !== 'live',
  }
}

/** A token that names no session stands for itself. */
function nameOf(claims: Claims, text: string, { session }: Pick<Preset, 'session'>): readonly unknown[] {
  const own = session(claims)?.id
  if (own !== undefined) return ['session', claims.iss, own]
  const claim = SESSION_CLAIMS.find((name) => typeof claims[name] === 'string' && claims[name] !== '')
  return claim === undefined ? ['token', text] : [claim, claims.iss, claims[claim]]
}
