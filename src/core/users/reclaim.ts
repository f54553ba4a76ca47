import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { lockOut } from '../claims/claims.ts'
import { type Claimant, listClaimants } from '../claims/store.ts'
import { emit } from '../events/store.ts'
import type { FederatedIdentity } from '../federation/store.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { insertBelongings } from './create.ts'
import { findUserForUpdate } from './store.ts'

export interface Reclaiming {
  readonly userId: string
  /** That has been proven now, and by nobody before. */
  readonly identifier: Identifier
  readonly federatedIdentities?: readonly FederatedIdentity[]
  /** Whether the user is still the one to give it to, by everybody who has the identifier. */
  isStillHeir(claimants: readonly Claimant[]): boolean
}

/**
 * Give whoever proves an identifier the account that was made with it and has proven nothing. Whoever signed up may have been somebody else: what they
 * knew or held opens nothing any more. False when the race for it was lost; then nothing may be kept.
 */
export async function reclaim(tx: Tx, deps: Deps, appId: string, reclaiming: Reclaiming): Promise<boolean> {
  const { userId, identifier, federatedIdentities = [], isStillHeir } = reclaiming
  if (!(await findUserForUpdate(tx, appId, userId))) return false
  // Looked at again now that the user stays as it is until the commit.
  if (!isStillHeir(await listClaimants(tx, appId, identifier))) return false
  // First of all, so that whoever hears of this account later has heard that it changed hands.
  const payload = { user_id: userId, identifier, reclaimed_at: rfc3339(deps.now()) }
  await emit(tx, deps, appId, 'user.reclaimed', payload)
  await lockOut(tx, deps, appId, userId)
  const person = { id: userId, identifiers: [{ ...identifier, verified: true }], federatedIdentities }
  return await insertBelongings(tx, deps, appId, person)
}
