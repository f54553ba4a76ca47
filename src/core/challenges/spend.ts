import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { findPassword } from '../passwords/store.ts'
import { startSession } from '../sessions/start.ts'
import { endSessions, findSession, type LiveSession } from '../sessions/store.ts'
import type { SessionRow } from '../sessions/tables.ts'
import { findUserForUpdate } from '../users/store.ts'
import { decideFinalization, type Presented } from './finalization.ts'
import { consumeChallenge, findConsumedChallenge } from './store.ts'

/** What is spent for a session: a challenge token, or whatever else opens one. */
export interface Spending {
  readonly jti: string
  /** When it would die by itself, Unix ms. */
  readonly expiresAt: number
  /** Whether the caller answered its PKCE challenge. */
  readonly verifierMatches: boolean
  /** To start when this call wins, bound to the key of the caller's proof. */
  readonly session: SessionRow
  /** Scopes that it gets, as long as it lives. */
  readonly grantedScopes: readonly string[]
  /** To end when it does. */
  readonly previousId: string | undefined
  /** The password that it rests on. */
  readonly passwordId?: string | undefined
}

export type SpendOutcome =
  | { kind: 'started'; session: LiveSession }
  | { kind: 'repeated'; session: LiveSession }
  | { kind: 'reused' }
  /** Its user is blocked or gone, or has another password or none by now. */
  | { kind: 'refused' }

/** Open a session with something that may be spent once. Of several callers one starts the session; its own repeats get that session again. */
export async function spend(tx: Tx, deps: Deps, spending: Spending): Promise<SpendOutcome> {
  const { jti, expiresAt, verifierMatches, session, grantedScopes, previousId, passwordId } = spending
  const { app_id: appId, jkt } = session
  const now = deps.now()
  const row = { app_id: appId, jti, session_id: session.id, jkt, consumed_at: now, expires_at: expiresAt }
  if (await consumeChallenge(tx, row)) {
    if (!(await isStillProven(tx, session, passwordId))) return { kind: 'refused' }
    const started = await startSession(tx, deps, session, grantedScopes)
    if (!started) return { kind: 'refused' }
    if (previousId) await endSessions(tx, deps, appId, { id: previousId, exceptId: session.id, jkt }, 'replaced')
    return { kind: 'started', session: started }
  }
  const repeated = await findRepeat(tx, appId, jti, { jkt, verifierMatches }, now)
  return repeated ? { kind: 'repeated', session: repeated } : { kind: 'reused' }
}

/** Whether the user still has the password. Asked while nobody else can change the user, so that a change of password ends this session or forbids it. */
async function isStillProven(tx: Tx, { app_id, user_id }: SessionRow, passwordId: string | undefined) {
  if (passwordId === undefined) return true
  await findUserForUpdate(tx, app_id, user_id)
  return (await findPassword(tx, app_id, user_id))?.id === passwordId
}

/** The session that was opened with something spent, for the client that opened it and lost the answer. */
export async function findRepeat(
  tx: Tx,
  appId: string,
  jti: string,
  presented: Presented,
  now: number,
): Promise<LiveSession | undefined> {
  const consumed = await findConsumedChallenge(tx, appId, jti)
  const existing = consumed?.session_id ? await findSession(tx, appId, consumed.session_id, now) : undefined
  return consumed && decideFinalization(consumed, existing, presented, now).kind === 'repeat' ? existing : undefined
}
