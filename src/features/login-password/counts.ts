import type { PasswordHolder } from '../../core/passwords/holders.ts'
import { countUp } from '../../core/rollups/count.ts'
import { isOwnHash } from '../../crypto/password-hash.ts'
import type { Deps } from '../../platform/deps.ts'

/**
 * Count a password that was compared: whether it was right, and whose the hash was. When passwords of the legacy system are wrong more often than
 * those of ours, their hashes came over broken.
 */
export function countCompared(
  deps: Deps,
  appId: string,
  compared: readonly PasswordHolder[],
  right: PasswordHolder | undefined,
): void {
  const holder = right ?? compared[0]
  if (!holder) return
  const hash = isOwnHash(holder.password.hash) ? 'own' : 'imported'
  countUp(deps, appId, 'password_login', { hash, outcome: right ? 'right' : 'wrong' })
}
