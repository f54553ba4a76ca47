import type { LegacyUser } from '../../core/legacy-users/legacy-user.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { insertFailures } from './failures.ts'

/** Tell the backend what of a record could not be used: its own places and these. */
export async function announceLeftOut(
  tx: Tx,
  deps: Deps,
  appId: string,
  legacy: LegacyUser,
  places: readonly string[],
): Promise<void> {
  const members = [...legacy.leftOut, ...places]
  // Last in their transaction: everybody who fails waits for these counters.
  await insertFailures(tx, deps, [
    ...(members.length > 0 ? [{ appId, reason: 'unusable_details', members } as const] : []),
    ...(legacy.password?.kind === 'unreadable' ? [{ appId, reason: 'invalid_password_hash' } as const] : []),
  ])
}
