import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { findLiveSession } from '../sessions/store.ts'
import { findUserForUpdate } from '../users/store.ts'
import { consumeGrant, type GrantHolder } from './store.ts'

/**
 * Use up a scope with which users change their own account. The user stays as it is until the commit: whoever changes the same account waits, and
 * whoever lost the session or the scope meanwhile changes nothing.
 */
export async function spendScope(
  tx: Tx,
  deps: Deps,
  appId: string,
  caller: GrantHolder,
  scope: string,
): Promise<'spent' | 'ended' | 'insufficient_scope'> {
  const now = deps.now()
  if (!(await findUserForUpdate(tx, appId, caller.userId))) return 'ended'
  if (!(await findLiveSession(tx, appId, caller.sessionId, now))) return 'ended'
  return (await consumeGrant(tx, appId, caller, scope, now)) ? 'spent' : 'insufficient_scope'
}
