import type { Deps } from '../../platform/deps.ts'
import { type Access, type HttpRequest, Refused } from '../../platform/endpoint.ts'
import type { Application } from '../applications/application.ts'
import { assertMasterKeyFits } from '../master-key/canary.ts'
import { keyOfLoginCookie, loginCookieName } from '../sessions/login-cookie.ts'
import { type Carrier, refreshCookieName, verifyRefreshToken } from '../sessions/refresh-token.ts'
import type { PresentedToken } from '../sessions/rotate.ts'
import { accessFailure, dpopChallenge } from './failures.ts'
import { applicationOf } from './open.ts'
import { isOwnPage } from './origin.ts'
import { type Freshness, type Proof, readProof } from './proof.ts'

/** The holder of a refresh token that this server issued. Whether the token is still good is for the endpoint to find out. */
export interface RefreshTokenCaller extends PresentedToken {
  readonly carrier: Carrier
  readonly proof: Proof | undefined
}

/** Where a request carries a refresh token, and the token: the header wins over the cookie. */
export function findRefreshToken(
  request: HttpRequest,
  app: Application,
): { token: string; carrier: Carrier } | undefined {
  const header = request.headers['x-refresh-token']
  if (typeof header === 'string' && header !== '') return { token: header, carrier: 'header' }
  const cookie = request.cookies[refreshCookieName(app.id)]
  return cookie ? { token: cookie, carrier: 'cookie' } : undefined
}

/** The session a client had until now, by the refresh token it sends along to a login; one that means nothing is ignored. */
export function findPreviousSession(
  request: HttpRequest,
  app: Application,
  deps: Deps,
): { sessionId: string; carrier: Carrier } | undefined {
  const found = findRefreshToken(request, app)
  if (!found || (found.carrier === 'cookie' && !isOwnPage(request, app, deps))) return undefined
  const verified = verifyRefreshToken(deps, app.id, found.token)
  return verified && { sessionId: verified.sessionId, carrier: found.carrier }
}

/** The bearer of a refresh token, by header with a DPoP proof or by cookie. */
export const refreshToken = (freshness: Freshness): Access<{ app: Application; caller: RefreshTokenCaller }> => ({
  name: 'refreshToken',
  failures: [accessFailure.unauthorized, accessFailure.invalid_dpop_proof, accessFailure.forbidden],
  challenges: freshness === 'required' ? [dpopChallenge.use_dpop_nonce] : [],
  security: [{ refreshToken: [], dpop: [] }, { refreshCookie: [] }],
  async resolve(request, _params, deps) {
    const app = await applicationOf(request, deps)
    if (app instanceof Refused) return app
    const caller = resolveCaller(request, app, deps, freshness)
    // Whoever is told 401 drops the token: never for a secret that we were given wrongly.
    if (caller instanceof Refused && caller.refusal.failure === accessFailure.unauthorized)
      await assertMasterKeyFits(deps)
    return caller
  },
})

function resolveCaller(request: HttpRequest, app: Application, deps: Deps, freshness: Freshness) {
  const found = findRefreshToken(request, app)
  const verified = found && verifyRefreshToken(deps, app.id, found.token)
  if (!found || !verified) return new Refused(accessFailure.unauthorized)
  if (found.carrier === 'cookie' && !isOwnPage(request, app, deps)) return new Refused(accessFailure.forbidden)
  const proof = readProof(request, app, deps, freshness)
  if (proof instanceof Refused) return proof
  const loginKeyId = keyOfOwnLogin(request, app, deps, verified.sessionId)
  const proven = { jkt: proof?.thumbprint ?? '', proofIssuedAt: proof?.issuedAt ?? null, loginKeyId }
  return { app, caller: { ...verified, ...proven, carrier: found.carrier, proof } }
}

/**
 * The id of the master key by which the browser of a request shows that it has logged in to this session a moment ago. A cookie counts on our own
 * pages alone.
 */
function keyOfOwnLogin(request: HttpRequest, app: Application, deps: Deps, sessionId: string): string | undefined {
  const cookie = request.cookies[loginCookieName(app.id)]
  if (cookie === undefined || !isOwnPage(request, app, deps)) return undefined
  return keyOfLoginCookie(deps, app.id, sessionId, cookie)
}
