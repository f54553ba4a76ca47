import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import { listClaimants } from '../claims/store.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import { findOlderAddresses, tellOlderAddresses } from '../messages/notice.ts'
import { createUser, insertBelongings } from '../users/create.ts'
import { reclaim } from '../users/reclaim.ts'
import type { Raced } from '../users/settle.ts'
import { findUser, findUserForUpdate } from '../users/store.ts'
import { decideFederatedHolder, type FederatedHolder, type HolderPolicy, type ProvidedEmail } from './holder.ts'
import { type FederatedIdentity, findFederatedOwner, noteFederatedLogin } from './store.ts'

/** An account at a provider that has just been shown, and what the provider says of it. */
export interface ShownAccount {
  readonly identity: FederatedIdentity
  /** Normalised. */
  readonly email: (Identifier & { readonly isVerified: boolean }) | undefined
  /** To begin a new user's profile with. */
  readonly profile: Readonly<Record<string, unknown>>
  /** Where a new user comes from: `oauth:google`. */
  readonly source: string
}

type Refusal = Extract<FederatedHolder, { kind: 'refuse' }>

export type FederatedHolding =
  /** `isAdopted`: the user had proven nothing before, and everybody was logged out by this. */
  | { kind: 'held'; userId: string; isAdopted: boolean }
  | { kind: 'ask' }
  | { kind: 'taken' }
  | { kind: 'refused'; why: Refusal['why'] }
  | Raced

/** Find or make the user whom an account at a provider belongs to from now on. */
export async function holdAccount(
  tx: Tx,
  deps: Deps,
  appId: string,
  account: ShownAccount,
  policy: HolderPolicy,
): Promise<FederatedHolding> {
  const decided = await judgeAccount(tx, appId, account, policy)
  if (decided.kind === 'refuse') return { kind: 'refused', why: decided.why }
  if (decided.kind === 'ask' || decided.kind === 'taken') return { kind: decided.kind }
  const userId = await act(tx, deps, appId, account, policy, decided)
  return userId === undefined ? { kind: 'raced' } : { kind: 'held', userId, isAdopted: decided.kind === 'adopt' }
}

/** Decide whose an account at a provider is, as things are now. */
export async function judgeAccount(tx: Tx, appId: string, { identity, email }: ShownAccount, policy: HolderPolicy) {
  const provided = await readProvided(tx, appId, email)
  // Last: whose first login by this account came in between has the address by now, too, and is found as the one who has the account.
  const ownerId = await findFederatedOwner(tx, appId, identity)
  const owner = ownerId === undefined ? undefined : await findUser(tx, appId, ownerId)
  return decideFederatedHolder(owner && { userId: owner.id, status: owner.status }, provided, policy)
}

async function readProvided(tx: Tx, appId: string, email: ShownAccount['email']): Promise<ProvidedEmail> {
  if (!email) return { kind: 'absent' }
  return email.isVerified
    ? { kind: 'verified', claimants: await listClaimants(tx, appId, email) }
    : { kind: 'unverified' }
}

type Acted = Extract<FederatedHolder, { kind: 'known' | 'link' | 'adopt' | 'create' }>

/** The user who holds the account then; undefined when the race for it was lost. */
async function act(
  tx: Tx,
  deps: Deps,
  appId: string,
  account: ShownAccount,
  policy: HolderPolicy,
  decided: Acted,
): Promise<string | undefined> {
  const { identity, profile, source } = account
  const email = account.email && { type: account.email.type, value: account.email.value }
  const federatedIdentities = [identity]
  switch (decided.kind) {
    case 'known':
      await noteFederatedLogin(tx, appId, identity)
      return decided.userId
    case 'link':
      return await link(tx, deps, appId, account, policy, decided.userId)
    case 'adopt': {
      if (!email) return undefined
      const { userId } = decided
      const isStillHeir: Parameters<typeof reclaim>[3]['isStillHeir'] = (claimants) => {
        const again = decideFederatedHolder(undefined, { kind: 'verified', claimants }, policy)
        return again.kind === 'adopt' && again.userId === userId
      }
      const person = { userId, identifier: email, federatedIdentities, isStillHeir }
      return (await reclaim(tx, deps, appId, person)) ? userId : undefined
    }
    case 'create': {
      const identifiers = email && decided.withEmail ? [{ ...email, verified: true }] : []
      const person = { id: newId('usr', deps), identifiers, federatedIdentities, profile, source, migrated: false }
      return (await createUser(tx, deps, appId, person)) === 'created' ? person.id : undefined
    }
  }
}

/** Link an account to the user who has proven its address, and tell them. */
async function link(
  tx: Tx,
  deps: Deps,
  appId: string,
  account: ShownAccount,
  policy: HolderPolicy,
  userId: string,
): Promise<string | undefined> {
  if (!(await findUserForUpdate(tx, appId, userId))) return undefined
  // Looked at again now that the user stays as it is until the commit.
  const again = await judgeAccount(tx, appId, account, policy)
  if (again.kind !== 'link' || again.userId !== userId) return undefined
  const older = await findOlderAddresses(tx, appId, userId)
  const person = { id: userId, identifiers: [], federatedIdentities: [account.identity] }
  if (!(await insertBelongings(tx, deps, appId, person))) return undefined
  await tellOlderAddresses(tx, deps, appId, userId, { change: 'identity_linked', older })
  return userId
}
