import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Application } from '../applications/application.ts'
import { tellOlderAddresses } from '../messages/notice.ts'
import { findWaysIn, isLastWayIn } from '../ways-in/ways-in.ts'
import { removePasskeys } from './passkey.ts'
import { findPasskeyOfUser } from './store/passkeys.ts'

/**
 * Delete a passkey for its user, who hears of it by their addresses; not the last thing that they can log in by. The user must stay as they are until
 * the commit: whoever takes another way in from them waits.
 */
export async function deleteOwnPasskey(
  tx: Tx,
  deps: Deps,
  app: Application,
  {
    userId,
    sessionId,
    credentialId,
  }: { readonly userId: string; readonly sessionId: string; readonly credentialId: string },
): Promise<'removed' | 'unknown' | 'last'> {
  if (!(await findPasskeyOfUser(tx, app.id, userId, credentialId))) return 'unknown'
  if (isLastWayIn(await findWaysIn(tx, app, userId), credentialId)) return 'last'
  await removePasskeys(tx, deps, app.id, userId, { credentialId, sessionId })
  await tellOlderAddresses(tx, deps, app.id, userId, { change: 'passkey_removed' })
  return 'removed'
}
