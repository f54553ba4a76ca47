import { encode } from '../../crypto/base64url.ts'
import { signJwt } from '../../crypto/jwt.ts'
import { unixSeconds } from '../../platform/clock.ts'
import type { Deps } from '../../platform/deps.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { findGroupGrants, type GroupGrants } from '../groups/directory.ts'
import { findSigningKey } from '../signing-keys/keyring.ts'
import { issuerOf } from './issuer.ts'
import { type MappedSession, mapClaims } from './mapped-claims.ts'
import { sessionSettings } from './settings.ts'
import type { HeldScopes, Standing } from './store.ts'
import type { SessionRow } from './tables.ts'

export const ACCESS_TOKEN_TYPE = 'at+jwt'

/** The session as far as its access token tells of it. */
export type TokenSubject = Pick<SessionRow, 'amr' | 'expires_at' | 'group_ids'> & MappedSession & HeldScopes & Standing

export interface AccessToken {
  readonly access_token: string
  /** Unix seconds. */
  readonly expires_at: number
}

/** Issue an access token, with a `jti` of its own unless one is given. RFC 9068 §2, RFC 9449 §6.1. */
export async function issueAccessToken(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  session: TokenSubject,
  jti = encode(deps.random(16)),
): Promise<AccessToken> {
  const { access_token_algorithm: alg } = settingsOf(app, sessionSettings)
  const { kid, key } = await findSigningKey(deps, app.id, 'access_token', alg)
  const { claims } = await describeAccess(deps, app, request, session, jti)
  return { access_token: signJwt({ alg, typ: ACCESS_TOKEN_TYPE, kid }, claims, key), expires_at: claims.exp }
}

/** What an access token of a session says now, and which of the mapped claims there was no room for. */
export async function describeAccess(
  deps: Deps,
  app: Application,
  request: HttpRequest,
  session: TokenSubject,
  jti: string,
) {
  const { access_token_lifetime_seconds, audience } = settingsOf(app, sessionSettings)
  const groups = await findGroupGrants(deps, app, session.group_ids)
  const mapped = await mapClaims(deps, app, request, session, groups)
  const now = unixSeconds(deps.now())
  const scope = joinScopes(session, groups)
  const claims = {
    ...mapped?.claims,
    iss: issuerOf(app, deps.config, request.authority).iss,
    ...(audience && { aud: audience, client_id: app.id }),
    sub: session.user_id,
    sid: session.id,
    jti,
    iat: now,
    nbf: now,
    exp: Math.min(now + access_token_lifetime_seconds, endOf(session, now)),
    auth_time: unixSeconds(session.auth_time),
    amr: JSON.parse(session.amr) as unknown,
    ...(scope && { scope }),
    ...(session.unproven && { unproven: true }),
    ...(session.jkt
      ? { cnf: { jkt: session.jkt } }
      : { cc: { ...(mapped?.inProfile && mapped.claims), sub: session.user_id } }),
  }
  return { claims, tooLarge: mapped?.tooLarge ?? [] }
}

/** When a session is over at the latest, Unix seconds; in its last second a token still gets one. */
const endOf = ({ expires_at }: TokenSubject, now: number) => Math.max(now + 1, Math.floor(expires_at / 1000))

const NONE = '[]'

/** Space-separated, each once; empty when there are none. RFC 6749 §3.3. */
export function joinScopes({ user_scopes, granted_scopes }: HeldScopes, groups: GroupGrants): string {
  if (user_scopes === NONE && granted_scopes === null) return groups.scope
  const granted = granted_scopes?.split(' ') ?? []
  return [...new Set([...(JSON.parse(user_scopes) as string[]), ...granted, ...groups.scopes])].join(' ')
}
