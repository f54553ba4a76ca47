import type { Cookie } from '../../platform/cookie.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import type { Application } from '../applications/application.ts'
import { loginCookie } from '../sessions/login-cookie.ts'
import { type Carrier, carryRefreshToken, type RefreshTokenHeader, refreshCookie } from '../sessions/refresh-token.ts'
import type { LiveSession } from '../sessions/store.ts'
import { isOwnPage } from './origin.ts'
import type { Proof } from './proof.ts'

/**
 * The part of an answer that hands a session just opened to its client: to one with a proof in headers, with the cookie of the login; to one
 * without as the refresh cookie. A refresh cookie of the session before is cleared where nothing takes its place.
 */
export function carryLogin(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  session: LiveSession,
  proof: Proof | undefined,
  previous: Carrier | undefined,
): { headers: Partial<Record<RefreshTokenHeader | 'DPoP-Nonce', string>>; cookies: Cookie[] } {
  if (!proof) return carryRefreshToken(deps, app, session, 'cookie')
  const { headers } = carryRefreshToken(deps, app, session, 'header')
  const left = isOwnPage(request, app, deps) ? [loginCookie(deps, app, session.id)] : []
  const cleared = previous === 'cookie' ? [refreshCookie(app)] : []
  return { headers: { ...headers, 'DPoP-Nonce': proof.nonce }, cookies: [...left, ...cleared] }
}
