import type { Claimant } from '../../core/claims/store.ts'

export type HolderDecision =
  /** The user who proved it before. */
  | { kind: 'owner'; userId: string }
  /** A user who signed up with it and proved nothing: whoever proves it now gets the account, without its password and its sessions. */
  | { kind: 'adopt'; userId: string }
  | { kind: 'create' }
  /** No code for this identifier logs anybody in. */
  | { kind: 'refuse' }

/** Decide whom a proven identifier logs in. Claimants oldest first. */
export function decideHolder(claimants: readonly Claimant[], signUp: 'open' | 'existing_only'): HolderDecision {
  const owner = claimants.find(({ verified }) => verified)
  if (owner) return owner.status === 'active' ? { kind: 'owner', userId: owner.userId } : { kind: 'refuse' }
  const heir = claimants.find(({ status, established }) => status === 'active' && !established)
  if (heir) return { kind: 'adopt', userId: heir.userId }
  return signUp === 'open' ? { kind: 'create' } : { kind: 'refuse' }
}
