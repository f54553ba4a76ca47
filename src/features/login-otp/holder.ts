import type { Claimant } from '../../core/claims/store.ts'

export type HolderDecision =
  /** The user who proved it before. */
  | { kind: 'owner'; userId: string }
  /** A user who signed up with it and proved nothing: whoever proves it now gets the account, without its password and its sessions. */
  | { kind: 'adopt'; userId: string }
  | { kind: 'create' }
  /** No code for this identifier logs anybody in. */
  | { kind: 'refuse' }

/** What an application lets the right code of an identifier do that nobody has proven. */
export interface HolderRules {
  readonly sign_up: 'open' | 'existing_only'
  readonly reclaim: 'adopt' | 'separate'
}

/** Decide whom a proven identifier logs in. Claimants oldest first. */
export function decideHolder(claimants: readonly Claimant[], { sign_up, reclaim }: HolderRules): HolderDecision {
  const owner = claimants.find(({ verified }) => verified)
  if (owner) return owner.status === 'active' ? { kind: 'owner', userId: owner.userId } : { kind: 'refuse' }
  const heir = claimants.find(({ status, established }) => status === 'active' && !established)
  // With `separate` too: whoever could sign up with the address must not keep its owner out.
  if (heir) return reclaim === 'adopt' ? { kind: 'adopt', userId: heir.userId } : { kind: 'create' }
  return sign_up === 'open' ? { kind: 'create' } : { kind: 'refuse' }
}
