import { z } from 'zod'
import { decodeJwt, judgeTimes, verifyJwt } from '../../crypto/jwt.ts'
import type { Deps } from '../../platform/deps.ts'
import { type Access, Refused } from '../../platform/endpoint.ts'
import type { Application } from '../applications/application.ts'
import { ACCESS_TOKEN_TYPE } from '../sessions/access-token.ts'
import { findLiveSession } from '../sessions/store.ts'
import { findVerificationKeys } from '../signing-keys/keyring.ts'
import { accessFailure, dpopChallenge } from './failures.ts'
import { applicationOf } from './open.ts'
import { readProof } from './proof.ts'

export interface AccessTokenCaller {
  readonly userId: string
  readonly sessionId: string
  /** When the user proved who they are for this session, Unix ms. */
  readonly authTime: number
  /** Of the token. */
  readonly jti: string
  /** Those that the token carries. */
  readonly scopes: readonly string[]
}

const claimsShape = z.object({
  sub: z.string(),
  sid: z.string(),
  jti: z.string(),
  scope: z.string().optional(),
  cnf: z.object({ jkt: z.string() }).optional(),
})
const AUTHORIZATION = /^(Bearer|DPoP) +(\S+)$/i

/**
 * The bearer of an access token whose session still lives. A DPoP proof may come along, as some SDKs send it, and must under the scheme
 * `DPoP`; then it must hold and be by the token's key. RFC 6750 §2.1, RFC 9449 §7.1.
 */
export const accessToken: Access<{ app: Application; caller: AccessTokenCaller }> = {
  name: 'accessToken',
  failures: [accessFailure.unauthorized, accessFailure.invalid_dpop_proof, accessFailure.dpop_key_mismatch],
  challenges: [dpopChallenge.use_dpop_nonce],
  security: [{ accessToken: [] }, { accessToken: [], dpop: [] }],
  async resolve(request, _params, deps) {
    const app = await applicationOf(request, deps)
    if (app instanceof Refused) return app
    const [, scheme, token] = AUTHORIZATION.exec(String(request.headers.authorization ?? '')) ?? []
    const claims = token === undefined ? undefined : await verifyAccessToken(token, app, deps)
    if (!claims) return new Refused(accessFailure.unauthorized)
    const proof = readProof(request, app, deps, 'required', token)
    if (proof instanceof Refused) return proof
    if (!proof && scheme?.toLowerCase() === 'dpop') return new Refused(accessFailure.invalid_dpop_proof)
    if (proof && claims.cnf && claims.cnf.jkt !== proof.thumbprint) return new Refused(accessFailure.dpop_key_mismatch)
    const session = await findLiveSession(deps.db, app.id, claims.sid, deps.now())
    if (!session) return new Refused(accessFailure.unauthorized)
    const scopes = claims.scope?.split(' ') ?? []
    const { user_id: userId, id: sessionId, auth_time: authTime } = session
    return { app, caller: { userId, sessionId, authTime, jti: claims.jti, scopes } }
  },
}

async function verifyAccessToken(token: string, app: Application, deps: Deps) {
  const kid = decodeJwt(token)?.header.kid
  const keyOf = await findVerificationKeys(deps, app.id, 'access_token', typeof kid === 'string' ? kid : undefined)
  const verified = verifyJwt(token, ACCESS_TOKEN_TYPE, keyOf, ['EdDSA', 'ES256', 'RS256'])
  const claims = claimsShape.safeParse(verified?.claims)
  if (!verified || !claims.success || judgeTimes(verified.claims, deps.now(), 0) !== 'ok') return undefined
  return claims.data
}
