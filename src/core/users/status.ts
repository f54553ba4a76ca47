import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { endSessions } from '../sessions/end.ts'
import { updateUser } from './store.ts'
import type { UserStatus } from './tables.ts'

/** Keep a user out, which ends every session of theirs, or let them in again. False when there is no such user. */
export async function putStatus(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  status: UserStatus,
): Promise<boolean> {
  if (!(await updateUser(tx, deps, appId, userId, { status }))) return false
  if (status === 'inactive') await endSessions(tx, deps, appId, { userId }, 'user_inactive')
  return true
}
