import { hashSecret, newSecret } from '../../crypto/opaque-token.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { consumeInvitation, hasInvitation, replaceInvitation } from './store/invitations.ts'
import { takeTurn } from './store/operators.ts'

export const INVITATION_LIFETIME_MS = 15 * 60_000

/** What lets an operator in, once. */
export interface Invitation {
  readonly token: string
  /** Unix ms. */
  readonly expiresAt: number
}

/** Invite an operator. Invitations of before end, also those that somebody else makes at this moment. */
export async function inviteOperator(tx: Tx, deps: Deps, operatorId: string): Promise<Invitation> {
  await takeTurn(tx)
  const { secret, hash } = newSecret('aoi_', deps.random)
  const created_at = deps.now()
  const expires_at = created_at + INVITATION_LIFETIME_MS
  await replaceInvitation(tx, { hash, operator_id: operatorId, created_at, expires_at })
  return { token: secret, expiresAt: expires_at }
}

/** Whether a token is that of an invitation: whoever has none has nothing written. */
export const isInvitation = (db: Db, token: string): Promise<boolean> => hasInvitation(db, hashSecret(token))

/** Use an invitation up. Answers the id of its operator, to exactly one caller. */
export const acceptInvitation = (tx: Tx, deps: Deps, token: string): Promise<string | undefined> =>
  consumeInvitation(tx, hashSecret(token), deps.now())

/** Where an invitation leads to, at the origin of a console. What is behind `#` reaches no server, no log and no preview of links. */
export const invitationUrl = (origin: string, token: string): string => `${origin}/#invitation=${token}`
