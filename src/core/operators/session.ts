import { hashSecret, newSecret } from '../../crypto/opaque-token.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Operator } from './operator.ts'
import { endOperatorSessions, findOperatorSession, insertOperatorSession, updateSeen } from './store/sessions.ts'
import type { OperatorSessionRow } from './tables.ts'

const MINUTE_MS = 60_000
/** However much somebody does. */
export const SESSION_LIFETIME_MS = 12 * 60 * MINUTE_MS
/** Of nobody doing anything. */
export const SESSION_IDLE_MS = 30 * MINUTE_MS
/** How old a proof may be for what needs a fresh one. */
export const PROOF_LIFETIME_MS = 5 * MINUTE_MS

/** How a session began. */
export type Method = 'invitation' | 'passkey' | 'company'

export interface OperatorSession {
  readonly operator: Operator
  readonly row: OperatorSessionRow
}

/** When a session ends if nobody comes after `now`. */
export const endOf = (startedAt: number, now: number): number =>
  Math.min(startedAt + SESSION_LIFETIME_MS, now + SESSION_IDLE_MS)

/** Until when the last proof of who the operator is counts as fresh. */
export const provenUntil = ({ proven_at }: Pick<OperatorSessionRow, 'proven_at'>): number =>
  proven_at + PROOF_LIFETIME_MS

/** What is known of a session that begins. */
export interface NewSession {
  readonly operatorId: string
  readonly method: Method
  /** Unix ms; now, unless somebody else says when. */
  readonly provenAt?: number
  /** What its browser had before, which ends. */
  readonly previous?: Pick<OperatorSessionRow, 'operator_id' | 'hash'> | undefined
}

/** Begin a session. Answers its token, for the browser’s cookie alone. */
export async function openOperatorSession(
  tx: Tx,
  deps: Deps,
  { operatorId, method, provenAt, previous }: NewSession,
): Promise<string> {
  if (previous) await endOperatorSessions(tx, previous.operator_id, previous.hash)
  const { secret, hash } = newSecret('aos_', deps.random)
  const now = deps.now()
  const times = { started_at: now, last_seen_at: now, proven_at: provenAt ?? now, expires_at: endOf(now, now) }
  await insertOperatorSession(tx, { hash, operator_id: operatorId, method, ...times })
  return secret
}

/** The session of a token, if it lives. Noted once a minute, so that it goes on living. */
export async function findLiveSession(deps: Deps, token: string): Promise<OperatorSession | undefined> {
  const found = await findOperatorSession(deps.db, hashSecret(token))
  const now = deps.now()
  if (!found || found.session.expires_at <= now) return undefined
  const { session: row, operator } = found
  if (now - row.last_seen_at < MINUTE_MS) return { row, operator }
  const expires_at = endOf(row.started_at, now)
  await deps.transact((tx) => updateSeen(tx, row, now, expires_at))
  return { row: { ...row, last_seen_at: now, expires_at }, operator }
}
