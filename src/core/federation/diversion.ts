import type { Tx } from '../../platform/db.ts'
import type { SamlConnection } from '../saml-connections/connection.ts'
import { findEnforcedConnection } from '../saml-connections/resolve.ts'
import { findEnforcedFor } from '../ways-in/enforcement.ts'
import { judgeAccount, type ShownAccount } from './hold.ts'
import type { HolderPolicy } from './holder.ts'

/**
 * The connection by which somebody who has shown an account at a provider must come in instead: by the address that was shown with it, whether or not
 * the provider vouches for it, or by any that is proven of the user whose the account is, or would be. Undefined where they come in as they like.
 */
export async function findDiversion(
  tx: Tx,
  appId: string,
  account: ShownAccount,
  policy: HolderPolicy,
): Promise<SamlConnection | undefined> {
  const connection = account.email && (await findEnforcedConnection(tx, appId, account.email))
  if (connection) return connection
  const decided = await judgeAccount(tx, appId, account, policy)
  const isOfUser = decided.kind === 'known' || decided.kind === 'link'
  return isOfUser ? await findEnforcedFor(tx, appId, decided.userId) : undefined
}
