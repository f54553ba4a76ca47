import type { Claimant } from '../claims/store.ts'
import type { UserStatus } from '../users/tables.ts'

/** What a provider said of an address, and who has it here. */
export type ProvidedEmail =
  | { kind: 'absent' | 'unverified' }
  /** `claimants`: everybody who has it, oldest first. */
  | { kind: 'verified'; claimants: readonly Claimant[] }

/** What an application lets an account at a provider do. */
export interface HolderPolicy {
  /** Whether a verified address becomes an identifier of a new user. */
  readonly usesEmail: boolean
  /** Whether an account whose address a user has proven becomes that user's. */
  readonly merges: boolean
  /** Whether an address that the provider does not vouch for is proven by a code first. */
  readonly asksForCode: boolean
  /** Whether nobody new is made. */
  readonly existingOnly: boolean
  /** What becomes of an account that was made with the address and has proven nothing. */
  readonly reclaim: 'adopt' | 'separate'
}

export type FederatedHolder =
  /** The user whom the account belongs to already. */
  | { kind: 'known'; userId: string }
  /** The user who has proven the address. */
  | { kind: 'link'; userId: string }
  /** A user who was made with the address and has proven nothing. */
  | { kind: 'adopt'; userId: string }
  | { kind: 'create'; withEmail: boolean }
  /** A code must prove the address first. */
  | { kind: 'ask' }
  /** Another user has proven the address. */
  | { kind: 'taken' }
  /** `nobody`: it would be somebody new's, and nobody new is made. */
  | { kind: 'refuse'; why: 'blocked' | 'nobody' }

/**
 * Decide whose an account at a provider is. Whom it is linked to wins, whatever the provider says by now; else the address counts, if the provider
 * vouches for it, and only for users who have proven it here. Nobody is ever linked by an address that either side has not proven.
 */
export function decideFederatedHolder(
  owner: { readonly userId: string; readonly status: UserStatus } | undefined,
  email: ProvidedEmail,
  policy: HolderPolicy,
): FederatedHolder {
  if (owner) return owner.status === 'active' ? { kind: 'known', userId: owner.userId } : BLOCKED
  if (email.kind === 'unverified' && policy.asksForCode) return { kind: 'ask' }
  if (email.kind !== 'verified') return create(policy, false)
  const proven = email.claimants.find(({ verified }) => verified)
  if (proven && proven.status !== 'active') return BLOCKED
  if (proven) return policy.merges ? { kind: 'link', userId: proven.userId } : { kind: 'taken' }
  const heir = email.claimants.find(({ status, established }) => status === 'active' && !established)
  const adopts = heir && policy.usesEmail && policy.reclaim === 'adopt'
  return adopts ? { kind: 'adopt', userId: heir.userId } : create(policy, policy.usesEmail)
}

const BLOCKED: FederatedHolder = { kind: 'refuse', why: 'blocked' }

const create = ({ existingOnly }: HolderPolicy, withEmail: boolean): FederatedHolder =>
  existingOnly ? { kind: 'refuse', why: 'nobody' } : { kind: 'create', withEmail }
