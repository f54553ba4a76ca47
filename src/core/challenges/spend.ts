import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { settingsOf } from '../../platform/settings.ts'
import type { Application } from '../applications/application.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { listIdentifiers } from '../identifiers/store.ts'
import { endSessions, supersede } from '../sessions/end.ts'
import { rebindByProof } from '../sessions/rebind.ts'
import { sessionSettings } from '../sessions/settings.ts'
import { startSession } from '../sessions/start.ts'
import { listOtherKeys } from '../sessions/store/endings.ts'
import { type HeldHolder, holdActiveUser } from '../sessions/store/holders.ts'
import { findSession, type LiveSession } from '../sessions/store.ts'
import type { SessionRow } from '../sessions/tables.ts'
import { decideFinalization, type Presented } from './finalization.ts'
import { type Grounds, isStillProven } from './grounds.ts'
import { consumeChallenge, findConsumedChallenge } from './store.ts'

/** What is spent for a session: a challenge token, or whatever else opens one. */
export interface Spending {
  readonly jti: string
  /** When it would die by itself, Unix ms. */
  readonly expiresAt: number
  /** Whether the caller proves the same as whoever spent it before: by its PKCE verifier, or by a verification's token and code. */
  readonly provesTheSame: boolean
  /** To start when this call wins, bound to the key of the caller's proof. */
  readonly session: SessionRow
  /** Scopes that it gets, as long as it lives. */
  readonly grantedScopes: readonly string[]
  /** That was proven by a code. */
  readonly identifier: Identifier | undefined
  /** To end when it does. */
  readonly previousId: string | undefined
  /** What was proven and must still hold; undefined when it was proven just now, in the same transaction. */
  readonly grounds?: Grounds | undefined
}

export type SpendOutcome =
  | { kind: 'started'; session: LiveSession }
  | { kind: 'repeated'; session: LiveSession }
  | { kind: 'reused' }
  /** Its user is blocked or gone, or what the login rests on is. */
  | { kind: 'refused' }

/** Open a session with something that may be spent once. Of several callers one starts the session; its own repeats get that session again. */
export async function spend(tx: Tx, deps: Deps, app: Application, spending: Spending): Promise<SpendOutcome> {
  const { jti, expiresAt, provesTheSame, session, grantedScopes, grounds } = spending
  const { id, user_id, jkt } = session
  const row = { app_id: app.id, jti, session_id: id, jkt, consumed_at: deps.now(), expires_at: expiresAt }
  if (await consumeChallenge(tx, row)) {
    const holder = await holdActiveUser(tx, app.id, user_id, deps.now())
    if (!holder || (grounds && !(await isStillProven(tx, app.id, user_id, holder, grounds)))) return { kind: 'refused' }
    const identifier = spending.identifier ?? (await findLoginIdentifier(tx, app.id, holder, session, grounds))
    const started = await startSession(tx, deps, session, holder, {
      grantedScopes,
      identifier,
      identity: grounds?.identity,
    })
    await makeRoom(tx, deps, app, session, spending.previousId)
    return { kind: 'started', session: started }
  }
  const repeated = await findRepeat(tx, deps, app.id, jti, { jkt, provesTheSame })
  return repeated ? { kind: 'repeated', session: repeated } : { kind: 'reused' }
}

/** For a login that names no identifier: the one that its user has proven longest, of a login by password the e-mail address. */
async function findLoginIdentifier(
  tx: Tx,
  appId: string,
  { proven_identifier }: HeldHolder,
  { user_id }: SessionRow,
  grounds: Grounds | undefined,
): Promise<Identifier | undefined> {
  if (grounds?.passwordId === undefined) return proven_identifier
  const rows = await listIdentifiers(tx, appId, [user_id])
  return rows.find(({ type, verified_at }) => type === 'email_address' && verified_at !== null)
}

/** End what a session takes the place of: the one that its client had, those of its key, and whatever the user has too many. Most have nothing to end. */
async function makeRoom(
  tx: Tx,
  deps: Deps,
  app: Application,
  { id: exceptId, user_id: userId, jkt }: SessionRow,
  previousId: string | undefined,
): Promise<void> {
  if (previousId) await endSessions(tx, deps, app.id, { id: previousId, exceptId, jkt: ['', jkt] }, 'replaced')
  const { max_sessions_per_user: max } = settingsOf(app, sessionSettings)
  const keys = await listOtherKeys(tx, app.id, { userId, exceptId, count: max }, deps.now())
  const isFull = keys.length >= max
  if (jkt !== '' && (isFull || keys.includes(jkt)))
    await endSessions(tx, deps, app.id, { userId, exceptId, jkt: [jkt] }, 'replaced')
  if (isFull) await supersede(tx, deps, app.id, { id: exceptId, user_id: userId }, max)
}

/** The session that was opened with something spent, for the client that opened it and lost the answer, bound to its key. */
export async function findRepeat(
  tx: Tx,
  deps: Deps,
  appId: string,
  jti: string,
  presented: Presented,
): Promise<LiveSession | undefined> {
  const consumed = await findConsumedChallenge(tx, appId, jti)
  if (!consumed?.session_id) return undefined
  // Whoever loses the race for another key looks once more: the winner may be a request of its own.
  for (let look = 0; look < 2; look++) {
    const existing = await findSession(tx, appId, consumed.session_id, deps.now())
    const decided = decideFinalization(consumed, existing, presented, deps.now())
    if (decided.kind === 'reused' || !existing) return undefined
    if (decided.kind === 'repeat') return existing
    const moved = await rebindByProof(tx, deps, existing, presented.jkt)
    if (moved) return moved
  }
  return undefined
}
