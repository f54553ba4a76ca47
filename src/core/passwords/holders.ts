import type { UserStatus } from '../users/tables.ts'

/** A user who has an address, proven or not. */
export interface Holder {
  readonly userId: string
  readonly status: UserStatus
  /** Whether the user has proven this very address. Of all holders one at most has. */
  readonly isOwner: boolean
  /** Whether the user signed up here with this address and a password. Of all holders one at most has. */
  readonly isSignUp: boolean
  /** Whether the legacy system knows the user, as far as anybody said so. */
  readonly isLegacy: boolean
  readonly password: HolderPassword | undefined
}

export interface HolderPassword {
  readonly id: string
  readonly hash: string
}

export type PasswordHolder = Holder & { readonly password: HolderPassword }

/** Passwords that a login is compared with: legacy systems may have one address many times, and each costs a hash. */
const MAX_COMPARED = 3

const hasPassword = (holder: Holder): holder is PasswordHolder => holder.password !== undefined

/**
 * Decide whose passwords a login with an address is compared with, in this order. Whoever has proven the address is alone with it. While nobody has,
 * it is of whoever signed up with it and of all whom the legacy system knows by it, and the password tells them apart. Holders oldest first.
 */
export function decideCompared(holders: readonly Holder[]): readonly PasswordHolder[] {
  const owner = holders.find(({ isOwner }) => isOwner)
  if (owner) return [owner].filter(hasPassword)
  const active = holders.filter(({ status }) => status === 'active').filter(hasPassword)
  const signUps = active.filter(({ isSignUp }) => isSignUp)
  const legacy = active.filter(({ isSignUp, isLegacy }) => isLegacy && !isSignUp)
  return [...signUps, ...legacy].slice(0, MAX_COMPARED)
}

/**
 * Decide whether the legacy system may know the password of a login that matches none here: of its user who has none yet, or of somebody who is not
 * here yet. Whoever signed up with an address and has not proven it keeps nobody from that.
 */
export function mayBeLegacy(holders: readonly Holder[]): boolean {
  const isWithout = ({ status, password }: Holder) => status === 'active' && password === undefined
  const owner = holders.find(({ isOwner }) => isOwner)
  if (owner) return isWithout(owner)
  const known = holders.filter(({ isLegacy }) => isLegacy)
  return known.length === 0 || known.some(isWithout)
}

export type LoginDecision =
  | { kind: 'log_in'; userId: string }
  /** The password is right, and nobody has proven the address: a code must, once. */
  | { kind: 'prove'; userId: string }
  | { kind: 'refuse' }

/** Decide what the right password of a holder does. A sign-up opens what it has put there itself, and nothing else: it needs no proof for that. */
export function decideLogin(holder: Holder | undefined): LoginDecision {
  if (holder?.status !== 'active') return { kind: 'refuse' }
  const { userId, isOwner, isSignUp } = holder
  return { kind: isOwner || isSignUp ? 'log_in' : 'prove', userId }
}
