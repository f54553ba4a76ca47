import type { FederatedKey } from '../federation/store.ts'
import type { Identifier } from '../identifiers/identifier.ts'
import type { UserStatus } from '../users/tables.ts'

/** Something that a person has proven to hold. */
export interface Proof {
  /** Tells it apart from every other: of an identifier, or of an account at an identity provider. */
  readonly key: string
  readonly isPhoneNumber: boolean
  /** When it was proven for the last time, Unix ms; undefined when nobody says. */
  readonly at: number | undefined
}

export const identifierProof = ({ type, value }: Identifier, at: number | undefined): Proof => ({
  key: `${type} ${value}`,
  isPhoneNumber: type === 'phone_number',
  at,
})

export const federatedProof = ({ provider, issuer, subject }: FederatedKey, at: number | undefined): Proof => ({
  key: `${provider} ${issuer} ${subject}`,
  isPhoneNumber: false,
  at,
})

/** A legacy user as far as it tells who they are. */
export interface LegacyRecord {
  readonly externalId: string
  /** Whether it names an identifier that can be used, proven or not. */
  readonly isIdentified: boolean
  readonly proofs: readonly Proof[]
}

/** A user here whom a legacy record may mean, with everything that they have proven. */
export interface Account {
  readonly id: string
  readonly externalId: string | undefined
  readonly status: UserStatus
  readonly proofs: readonly Proof[]
}

/** What an application links by. */
export type LinkRule = 'never' | 'email' | 'always'

/** What a record names and another user has proven: who, by the key of the proof. */
export type Disputed = ReadonlyMap<string, string>

export type MatchDecision =
  | { kind: 'known'; userId: string }
  /** A user made otherwise, without an external id, whose proofs say that it is the same person. */
  | { kind: 'link'; userId: string; disputed: Disputed }
  /** A new user, without what is disputed. */
  | { kind: 'create'; disputed: Disputed }
  /** Two users whom the record may mean. */
  | { kind: 'conflict' }
  | { kind: 'blocked' }
  /** Nobody knows the external id, and the record names no identifier. */
  | { kind: 'unidentified' }

/**
 * Decide who a legacy user is here. Whoever has the external id is them, whatever else the record says. `accounts`: that user, or everybody who has
 * proven something that the record names, in any order.
 */
export function decideMatch(record: LegacyRecord, accounts: readonly Account[], rule: LinkRule): MatchDecision {
  const known = accounts.find(({ externalId }) => externalId === record.externalId)
  if (known) return known.status === 'active' ? { kind: 'known', userId: known.id } : { kind: 'blocked' }
  if (!record.isIdentified) return { kind: 'unidentified' }
  const alike = accounts.filter((account) => account.externalId === undefined && isWithin(record, account))
  // May be the same person, and then must not come back as a new one.
  if (alike.some(({ status }) => status !== 'active')) return { kind: 'blocked' }
  const [one, ...others] = alike.filter((account) => decideLink(record, account, rule))
  if (others.length > 0) return { kind: 'conflict' }
  const disputed = disputesOf(record, accounts, one?.id)
  return one ? { kind: 'link', userId: one.id, disputed } : { kind: 'create', disputed }
}

/** The proof that a link rests on; of several the latest. */
export interface LinkProof {
  /** Unix ms. */
  readonly provenAt: number
  /** Whether it is the legacy system's, and not ours. */
  readonly isTheirs: boolean
}

/**
 * Decide whether what an account has proven makes it the person of a record: all of it is in the record, none of it was proven later here than there, as
 * far as the record tells, and the rule counts some of it.
 */
export function decideLink(record: LegacyRecord, account: Account, rule: LinkRule): LinkProof | undefined {
  if (rule === 'never' || !isWithin(record, account)) return undefined
  let link: LinkProof | undefined
  for (const { key, isPhoneNumber, at = 0 } of account.proofs) {
    const theirs = record.proofs.find((proof) => proof.key === key)?.at
    if (theirs !== undefined && theirs < at) return undefined
    if (isPhoneNumber && rule === 'email') continue
    const proof = { provenAt: theirs ?? at, isTheirs: theirs !== undefined }
    if (!link || proof.provenAt > link.provenAt) link = proof
  }
  return link
}

/** Whether the record names everything that an account has proven. */
const isWithin = (record: LegacyRecord, account: Account): boolean =>
  account.proofs.every(({ key }) => record.proofs.some((proof) => proof.key === key))

function disputesOf(record: LegacyRecord, accounts: readonly Account[], linked: string | undefined): Disputed {
  const named = new Set(record.proofs.map(({ key }) => key))
  const others = accounts.filter(({ id }) => id !== linked)
  return new Map(others.flatMap(({ id, proofs }) => proofs.flatMap(({ key }) => (named.has(key) ? [[key, id]] : []))))
}
