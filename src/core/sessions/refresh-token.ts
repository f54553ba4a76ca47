import { issueRefreshToken as issue, verifyRefreshToken as verify } from '../../crypto/refresh-token.ts'
import { rfc3339 } from '../../platform/clock.ts'
import type { Cookie } from '../../platform/cookie.ts'
import type { Deps } from '../../platform/deps.ts'
import { idBytes, idOf } from '../../platform/ids.ts'
import { keyed } from '../../platform/key-set.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { sessionSettings } from './settings.ts'
import type { SessionRow } from './tables.ts'

export const SESSION_PREFIX = 'ses'

const rootKeys = keyed('refresh-token')

/** The master key that tokens are issued under now, by its id. */
export const issuingKeyId = (deps: Deps): string => rootKeys.issuing(deps).id

/** The refresh token of a session at a counter. Always the same for the same two and the same master key. */
export function issueRefreshToken(deps: Deps, appId: string, sessionId: string, counter: number): string {
  const bytes = idBytes(SESSION_PREFIX, sessionId)
  if (!bytes) throw new Error('not a session id')
  return issue(rootKeys.issuing(deps).key, appId, bytes, counter)
}

/** The session and counter of a refresh token that this server issued for this application, and the id of the master key that it hangs on. */
export function verifyRefreshToken(
  deps: Deps,
  appId: string,
  token: string,
): { sessionId: string; counter: number; keyId: string } | undefined {
  for (const { id: keyId, key } of rootKeys.each(deps)) {
    const verified = verify(key, appId, token)
    if (verified) return { sessionId: idOf(SESSION_PREFIX, verified.sessionId), counter: verified.counter, keyId }
  }
  return undefined
}

/** How a refresh token travels: in a header, or in a cookie that scripts cannot read. */
export type Carrier = 'header' | 'cookie'

export const refreshCookieName = (appId: string): string => `__Host-refresh_${appId}`

type Expiry = Pick<SessionRow, 'id' | 'counter' | 'idle_expires_at' | 'expires_at'>

export type RefreshTokenHeader = 'X-Refresh-Token' | 'X-Refresh-Token-Expires-At'

/** The part of an answer that hands a session's current refresh token to the client. */
export function carryRefreshToken(
  deps: Deps,
  app: Application,
  session: Expiry,
  carrier: Carrier,
): { headers: Partial<Record<RefreshTokenHeader, string>>; cookies: Cookie[] } {
  const token = issueRefreshToken(deps, app.id, session.id, session.counter)
  const expiresAt = Math.min(session.idle_expires_at, session.expires_at)
  if (carrier === 'header') {
    return { headers: { 'X-Refresh-Token': token, 'X-Refresh-Token-Expires-At': rfc3339(expiresAt) }, cookies: [] }
  }
  // Up, so that a cookie never dies a second before its session.
  const maxAgeSeconds = Math.ceil((expiresAt - deps.now()) / 1000)
  return { headers: {}, cookies: [refreshCookie(app, token, maxAgeSeconds)] }
}

/** The refresh cookie; without a token, the one that clears it. */
export function refreshCookie(app: Application, token = '', maxAgeSeconds = 0): Cookie {
  const { cookie_same_site: sameSite } = settingsOf(app, sessionSettings)
  return { name: refreshCookieName(app.id), value: token, maxAgeSeconds, sameSite }
}
