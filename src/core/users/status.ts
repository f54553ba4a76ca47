import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { emit } from '../events/store.ts'
import { endSessions } from '../sessions/end.ts'
import { findUserForUpdate, updateUser } from './store.ts'
import type { UserStatus } from './tables.ts'

/** Keep a user out, which ends every session of theirs, or let them in again. False when there is no such user. */
export async function putStatus(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  status: UserStatus,
): Promise<boolean> {
  const before = await findUserForUpdate(tx, appId, userId)
  if (!before || !(await updateUser(tx, deps, appId, userId, { status }))) return false
  if (before.status !== status) {
    const change = { status, previous_status: before.status, updated_at: rfc3339(deps.now()) }
    await emit(tx, deps, appId, 'user.status.updated', { user_id: userId, ...change })
  }
  if (status === 'inactive') await endSessions(tx, deps, appId, { userId }, 'user_inactive')
  return true
}
