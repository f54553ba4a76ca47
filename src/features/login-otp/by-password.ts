import { type Claimant, listClaimants } from '../../core/claims/store.ts'
import type { Identifier } from '../../core/identifiers/identifier.ts'
import { noteProof } from '../../core/identifiers/store.ts'
import { findPassword } from '../../core/passwords/store.ts'
import { insertBelongings } from '../../core/users/create.ts'
import { findUserForUpdate } from '../../core/users/store.ts'
import type { PasswordLogin } from '../../core/verifications/password-login.ts'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import type { Holding } from './hold.ts'

/** What the code of a login by password is worth when it comes. */
export type PasswordProof =
  /** The address becomes the user's, and stays with the password. */
  | 'prove'
  /** It is the user's already. */
  | 'proven'
  /** It is somebody else's by now, or the user has lost the address or the password: this code opens nothing. */
  | 'refuse'

/** Decide whether an address may be proven for the user whose password was right. Nobody else's account is opened by it, whoever they are. */
export function decidePasswordProof(
  claimants: readonly Claimant[],
  userId: string,
  stillHasPassword: boolean,
): PasswordProof {
  const user = claimants.find((one) => one.userId === userId)
  if (user?.status !== 'active' || !stillHasPassword) return 'refuse'
  if (user.verified) return 'proven'
  return claimants.some(({ verified }) => verified) ? 'refuse' : 'prove'
}

/** Prove the address for the user whose password was right. Whoever else claims it claims it no more. */
export async function holdByPassword(
  tx: Tx,
  deps: Deps,
  appId: string,
  identifier: Identifier,
  { userId, passwordId }: PasswordLogin,
): Promise<Holding> {
  // Nobody can change the user from here on, so what is looked at next holds until the commit.
  if (!(await findUserForUpdate(tx, appId, userId))) return { kind: 'refused' }
  const stillHasPassword = (await findPassword(tx, appId, userId))?.id === passwordId
  const decided = decidePasswordProof(await listClaimants(tx, appId, identifier), userId, stillHasPassword)
  if (decided === 'refuse') return { kind: 'refused' }
  if (decided === 'proven') await noteProof(tx, appId, userId, identifier, deps.now())
  const person = { id: userId, identifiers: [{ ...identifier, verified: true }] }
  if (!(await insertBelongings(tx, deps, appId, person))) return { kind: 'raced' }
  return { kind: 'held', userId }
}
