import { rfc3339 } from '../../platform/clock.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { emit } from '../events/store.ts'
import { tellOlderAddresses } from '../messages/notice.ts'

/** Tell that the password of a user was set or changed, by an event and to the user's older addresses. */
export async function tellPasswordChanged(
  tx: Tx,
  deps: Deps,
  appId: string,
  userId: string,
  by: 'user' | 'management',
): Promise<void> {
  const payload = { user_id: userId, by, changed_at: rfc3339(deps.now()) }
  await emit(tx, deps, appId, 'user.password.changed', payload)
  await tellOlderAddresses(tx, deps, appId, userId, { change: 'password_changed' })
}
