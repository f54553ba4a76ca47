import type { Tx } from '../../platform/db.ts'
import { type FederatedKey, findFederatedIdentity } from '../federation/store.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { findOwner } from '../identifiers/store/holders.ts'
import { passkeyConfigs } from '../passkeys/config.ts'
import { passkeyLogsIn } from '../passkeys/passkey.ts'
import { findPasskeyOfUser } from '../passkeys/store/passkeys.ts'
import { findPassword } from '../passwords/store.ts'
import type { SessionHolder } from '../sessions/store/holders.ts'
import { accountLogsIn } from '../ways-in/accounts.ts'
import { findOnlyWays } from '../ways-in/enforcement.ts'

/** What a login rests on: with it goes the login. */
export interface Grounds {
  /** The password that was proven. */
  readonly passwordId?: string | undefined
  /** The identifier that a code was sent to. */
  readonly identifier?: Identifier | undefined
  /** The id that the legacy system knows the user by. */
  readonly externalId?: string | undefined
  /** The account at a provider, or a company's connection, that was shown. */
  readonly identity?: FederatedKey | undefined
  /** The credential id of the passkey that was shown. */
  readonly passkeyId?: string | undefined
  /** When all sessions of the user had been ended last, Unix ms; null when they never were. Undefined: not known. */
  readonly sessionsEndedAt?: number | null | undefined
  /** When it was proven, Unix ms. */
  readonly provenAt: number
}

/** Whether what a login rests on still holds. Asked while nobody else can change the user, so that whoever takes it away ends this session or forbids it. */
export async function isStillProven(
  tx: Tx,
  appId: string,
  userId: string,
  holder: SessionHolder,
  { passwordId, identifier, externalId, identity, passkeyId, ...grounds }: Grounds,
): Promise<boolean> {
  if (!isSinceEnd(holder.sessions_ended_at, grounds)) return false
  if (externalId !== undefined && holder.external_id !== externalId) return false
  if (identifier && (await findOwner(tx, appId, identifier)) !== userId) return false
  if (identity && !(await isWayInOf(tx, appId, userId, identity))) return false
  // The legacy system vouches for whoever it sends over.
  const only = externalId === undefined ? await findOnlyWays(tx, appId, userId) : undefined
  if (only && !only.includes(identity?.provider ?? '')) return false
  if (passkeyId !== undefined && !(await opens(tx, appId, userId, passkeyId))) return false
  return passwordId === undefined || (await findPassword(tx, appId, userId))?.id === passwordId
}

/** Whether a passkey is still the user's, and logs them in. */
async function opens(tx: Tx, appId: string, userId: string, passkeyId: string): Promise<boolean> {
  const passkey = await findPasskeyOfUser(tx, appId, userId, passkeyId)
  return passkey !== undefined && passkeyLogsIn((await passkeyConfigs.find(tx, appId))?.config, passkey)
}

/** Whether an account elsewhere is the user's, and may still log them in. */
async function isWayInOf(tx: Tx, appId: string, userId: string, identity: FederatedKey): Promise<boolean> {
  const linked = await findFederatedIdentity(tx, appId, identity)
  return linked?.user_id === userId && (await accountLogsIn(tx, appId, linked))
}

/** Decide whether a login was begun after all sessions of its user were ended last. The moment itself tells; without it, a node of the release before, only the time. */
export function isSinceEnd(
  endedAt: number | null,
  { sessionsEndedAt, provenAt }: Pick<Grounds, 'sessionsEndedAt' | 'provenAt'>,
): boolean {
  return sessionsEndedAt === undefined ? endedAt === null || endedAt < provenAt : endedAt === sessionsEndedAt
}
