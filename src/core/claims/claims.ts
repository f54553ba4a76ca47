import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { deleteGrantsOfUser } from '../grants/store.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { deleteIdentifier } from '../identifiers/store.ts'
import { removePasskeys } from '../passkeys/passkey.ts'
import { deletePassword } from '../passwords/store.ts'
import { endOlderSessions, endSessions } from '../sessions/end.ts'
import { listClaimants, listRivals } from './store.ts'

/**
 * Take an identifier that a user has proven from everybody who only claims it. Who has nothing else that makes them somebody loses what opens
 * the account, too: it may be the work of somebody who waited for the owner of the identifier.
 */
export async function endRivalClaims(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  identifier: Identifier,
): Promise<void> {
  if ((await listRivals(tx, appId, userId, identifier)).length === 0) return
  for (const claimant of await listClaimants(tx, appId, identifier)) {
    if (claimant.userId === userId) continue
    await deleteIdentifier(tx, deps, appId, claimant.userId, identifier)
    if (!claimant.established) await lockOut(tx, deps, appId, claimant.userId)
  }
}

/** What was opened, granted or set for a user before an identifier's latest proof, Unix ms, may be the work of an earlier holder: it opens nothing any more. */
export async function endOlder(tx: Tx, deps: Deps, appId: string, userId: string, provenAt: number): Promise<void> {
  await deletePassword(tx, appId, userId, provenAt)
  await removePasskeys(tx, deps, appId, userId, { madeBefore: provenAt })
  // A login is remembered to the second.
  await endOlderSessions(tx, deps, appId, userId, Math.floor(provenAt / 1000) * 1000)
  await deleteGrantsOfUser(tx, appId, userId, provenAt)
}

/** What anybody knew or held of a user opens nothing any more. */
export async function lockOut(tx: Tx, deps: Deps, appId: string, userId: string): Promise<void> {
  await deletePassword(tx, appId, userId)
  await removePasskeys(tx, deps, appId, userId)
  await endSessions(tx, deps, appId, { userId }, 'revoked')
  await deleteGrantsOfUser(tx, appId, userId)
}
