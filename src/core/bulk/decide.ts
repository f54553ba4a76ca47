import { type Account, decideMatch, identifierProof, type LinkRule } from '../legacy-users/matching.ts'
import type { BulkRow, RowRefusal } from './row.ts'

/** Who a row may mean. */
export interface Found {
  /** The user with its internal id, and the one with its external id. */
  readonly byInternalId: Named | undefined
  readonly byExternalId: Named | undefined
  /** Everybody who has proven one of its identifiers. */
  readonly ownerIds: readonly string[]
  /** The same with everything that they have proven; where nobody has its ids, else empty. */
  readonly owners: readonly Account[]
}

export interface Named {
  readonly id: string
  readonly externalId: string | undefined
  readonly internalId: string | undefined
}

export type RowDecision =
  | { kind: 'create' }
  | { kind: 'update'; userId: string }
  /** A user without an external id, of whom nothing contradicts that the row is theirs. */
  | { kind: 'link'; userId: string }
  | { kind: 'refused'; code: RowRefusal }

type Names = Pick<BulkRow, 'internalId' | 'externalId' | 'identifiers'>

/**
 * Decide whom a row means. Ids of the backend's own decide where they are known. A new external id is given to a user who is here only as the rules of
 * legacy records have it; identifiers alone find their owner, and give them nothing. No row takes what is another's.
 */
export function decideRow(row: Names, found: Found, rule: LinkRule, mayUpdate: boolean): RowDecision {
  const { byInternalId, byExternalId, owners } = found
  const named = byInternalId ?? byExternalId
  if (named && !mayUpdate) return refused(byInternalId ? 'internal_id_already_exists' : 'external_id_already_exists')
  if (named) return decideNamed(row, found, named)
  if (owners.length === 0) return row.identifiers.length === 0 ? refused('no_identifier') : { kind: 'create' }
  if (!mayUpdate || row.internalId !== undefined) return refused('identifier_already_exists')
  return row.externalId === undefined ? decideOwned(row, owners) : decideLinked(row, row.externalId, owners, rule)
}

const refused = (code: RowRefusal): RowDecision => ({ kind: 'refused', code })

function decideNamed(row: Names, { byInternalId, byExternalId, ownerIds }: Found, named: Named): RowDecision {
  if (byInternalId && byExternalId && byInternalId.id !== byExternalId.id) return refused('row_names_two_users')
  if (row.externalId !== undefined && (named.externalId ?? row.externalId) !== row.externalId)
    return refused('external_id_differs')
  if (row.internalId !== undefined && named.internalId !== row.internalId) return refused('internal_id_differs')
  if (ownerIds.some((id) => id !== named.id)) return refused('identifier_already_exists')
  return { kind: 'update', userId: named.id }
}

function decideOwned(row: Names, owners: readonly Account[]): RowDecision {
  const [owner, ...others] = owners
  if (!owner || others.length > 0) return refused('row_names_two_users')
  const proven = new Set(owner.proofs.map(({ key }) => key))
  const hasAll = row.identifiers.every((one) => proven.has(identifierProof(one, undefined).key))
  return hasAll ? { kind: 'update', userId: owner.id } : refused('identifier_already_exists')
}

function decideLinked(row: Names, externalId: string, owners: readonly Account[], rule: LinkRule): RowDecision {
  const proofs = row.identifiers.map((one) => identifierProof(one, undefined))
  const decided = decideMatch({ externalId, isIdentified: true, proofs }, owners, rule)
  if (decided.kind === 'blocked') return refused('inactive_user')
  if (decided.kind === 'conflict') return refused('row_names_two_users')
  return decided.kind === 'link' && decided.disputed.size === 0
    ? { kind: 'link', userId: decided.userId }
    : refused('identifier_already_exists')
}
