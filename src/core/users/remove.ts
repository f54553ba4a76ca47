import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { deleteIdentitiesOfUser } from '../federation/store.ts'
import { deleteGrantsOfUser } from '../grants/store.ts'
import { deleteMembershipsOfUser } from '../groups/store/members.ts'
import { deleteIdentifiersOfUser } from '../identifiers/store.ts'
import { deleteLeftovers } from '../imports/leftovers.ts'
import { deleteImportedUser } from '../imports/store.ts'
import { deletePasskeyRows } from '../passkeys/store/passkeys.ts'
import { deletePassword } from '../passwords/store.ts'
import { endSessions } from '../sessions/end.ts'
import { deleteSessionsOfUser } from '../sessions/store/endings.ts'
import { deleteUser, deleteUserRow, findUserForUpdate } from './store.ts'

/** Delete a user with everything that is theirs. `quietly`: without the event. False when there is none. */
export async function removeUser(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  { quietly } = { quietly: false },
): Promise<boolean> {
  if (!(await findUserForUpdate(tx, appId, userId))) return false
  await endSessions(tx, deps, appId, { userId }, 'user_deleted')
  await deleteSessionsOfUser(tx, appId, userId)
  await deleteGrantsOfUser(tx, appId, userId)
  await deleteMembershipsOfUser(tx, appId, userId)
  await deletePassword(tx, appId, userId)
  await deletePasskeyRows(tx, appId, userId)
  await deleteIdentifiersOfUser(tx, appId, userId)
  await deleteIdentitiesOfUser(tx, appId, userId)
  await deleteLeftovers(tx, appId, userId)
  await deleteImportedUser(tx, appId, userId)
  return quietly ? await deleteUserRow(tx, appId, userId) : await deleteUser(tx, deps, appId, userId)
}
