import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import { emit } from '../events/store.ts'
import { findGrantedScopes, insertGrants } from '../grants/store.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { countUp } from '../rollups/count.ts'
import { isReserved } from '../scopes/scope.ts'
import { markFirstLogin } from '../users/store/arrivals.ts'
import { wayOf } from '../users/way.ts'
import type { Device } from './device.ts'
import { issuingKeyId, SESSION_PREFIX } from './refresh-token.ts'
import { sessionSettings } from './settings.ts'
import type { HeldHolder } from './store/holders.ts'
import { KEPT_MS } from './store/sweep.ts'
import { insertSession, type LiveSession } from './store.ts'
import type { SessionRow } from './tables.ts'

export interface Login {
  readonly userId: string
  /** Thumbprint of the DPoP key to bind to; empty for none. */
  readonly jkt: string
  readonly amr: readonly string[]
  /** When the user proved who they are, Unix ms. */
  readonly authTime: number
  readonly device: Device
}

/** The row of a session that starts now. */
export function newSession(deps: Deps, app: Application, login: Login): SessionRow {
  const now = deps.now()
  const { idle_lifetime_seconds, absolute_lifetime_seconds } = settingsOf(app, sessionSettings)
  return {
    app_id: app.id,
    id: newId(SESSION_PREFIX, deps),
    user_id: login.userId,
    counter: 0,
    jkt: login.jkt,
    scopes: '[]',
    amr: JSON.stringify(login.amr),
    group_ids: '',
    auth_time: login.authTime,
    created_at: now,
    last_seen_at: now,
    idle_expires_at: now + idle_lifetime_seconds * 1000,
    expires_at: now + absolute_lifetime_seconds * 1000,
    proof_issued_at: null,
    rebound_at: null,
    ended_at: null,
    end_reason: null,
    token_key: issuingKeyId(deps),
    sweep_at: now + KEPT_MS,
    ...login.device,
  }
}

/** What a session starts with. */
export interface SessionStart {
  /** Scopes that it keeps. */
  readonly grantedScopes: readonly string[]
  /** A proven one of the user, for the event. */
  readonly identifier: Identifier | undefined
  /** The account at a provider that it was opened by, for the event. */
  readonly identity?: { readonly provider: string; readonly subject: string } | undefined
}

/** Start a session of a user who is held, with scopes that it keeps and the groups of its user, with its event. */
export async function startSession(
  tx: Tx,
  deps: Deps,
  row: SessionRow,
  { user_scopes, unproven, first_login_at, group_ids, granted_scopes }: HeldHolder,
  { grantedScopes, identifier, identity }: SessionStart,
): Promise<LiveSession> {
  const session = { ...row, group_ids: group_ids ?? '' }
  await insertSession(tx, session)
  const { app_id, id, user_id } = session
  const way = wayOf(JSON.parse(session.amr) as string[], identity?.provider)
  if (first_login_at === null) await markFirstLogin(tx, app_id, user_id, way, session.created_at)
  countUp(deps, app_id, 'session_started', { way })
  const grant = { app_id, user_id, session_id: id, jti: '' }
  const grants = grantedScopes.map((scope) => ({ ...grant, scope, expires_at: endOfGrant(session, scope) }))
  await insertGrants(tx, deps, grants)
  const { device_model, device_type, country_code } = session
  const payload = {
    user_id,
    session_id: id,
    identifier: identifier ? { type: identifier.type, value: identifier.value } : {},
    ...(identity && { identity: { provider: identity.provider, subject: identity.subject } }),
    metadata: { device_model, device_type, country_code },
    created_at: rfc3339(session.created_at),
  }
  await emit(tx, deps, app_id, 'user.session.created', payload)
  const holder = { userId: user_id, sessionId: id, jti: '' }
  const now = deps.now()
  // What was read beside the lock may be older than the lock.
  const granted = granted_scopes === null ? scopesOf(grants, now) : await findGrantedScopes(tx, app_id, holder, now)
  return { ...session, user_scopes, unproven, granted_scopes: granted }
}

/** Of grants that hold, space-separated; null without any. */
const scopesOf = (grants: readonly { readonly scope: string; readonly expires_at: number }[], now: number) =>
  grants.flatMap(({ expires_at, scope }) => (expires_at > now ? [scope] : [])).join(' ') || null

/** A scope that lets its holder change the account is for whoever came in a moment ago, not for whoever has the session in a year. */
const RESERVED_GRANT_MS = 600_000

const endOfGrant = ({ auth_time, expires_at }: SessionRow, scope: string): number =>
  isReserved(scope) ? Math.min(auth_time + RESERVED_GRANT_MS, expires_at) : expires_at
