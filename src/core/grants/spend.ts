import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { findLiveSession } from '../sessions/store.ts'
import { findUserForUpdate } from '../users/store.ts'
import { consumeGrant, type GrantHolder } from './store.ts'

/** Whether users who change their own account are still signed in. The user then stays as it is until the commit: whoever changes the same account waits. */
export async function isStillSignedIn(
  tx: Tx,
  deps: Deps,
  appId: string,
  { userId, sessionId }: Pick<GrantHolder, 'userId' | 'sessionId'>,
): Promise<boolean> {
  if (!(await findUserForUpdate(tx, appId, userId))) return false
  return (await findLiveSession(tx, appId, sessionId, deps.now())) !== undefined
}

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
  if (!(await isStillSignedIn(tx, deps, appId, caller))) return 'ended'
  return (await consumeGrant(tx, appId, caller, scope, deps.now())) ? 'spent' : 'insufficient_scope'
}
