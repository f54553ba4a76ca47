/** Whom the records of a legacy user point at. */
export interface Matches {
  /** The user with this external id. */
  readonly byExternalId: { readonly id: string } | undefined
  /** Owners of the verified identifiers and of the federated identities, with their external ids. */
  readonly owners: readonly { readonly id: string; readonly externalId: string | undefined }[]
}

export type MatchDecision =
  | { kind: 'known'; userId: string }
  /** A user made otherwise, who has proven one of the identifiers and has no external id yet. */
  | { kind: 'link'; userId: string }
  | { kind: 'create' }
  | { kind: 'conflict' }

/** Decide who a legacy user is here. Two different users, or an identifier of somebody with another external id, is a conflict. */
export function decideMatch({ byExternalId, owners }: Matches): MatchDecision {
  const ids = new Set(owners.map((owner) => owner.id))
  if (byExternalId) ids.add(byExternalId.id)
  if (ids.size > 1) return { kind: 'conflict' }
  if (byExternalId) return { kind: 'known', userId: byExternalId.id }
  const [owner] = owners
  if (!owner) return { kind: 'create' }
  return owner.externalId === undefined ? { kind: 'link', userId: owner.id } : { kind: 'conflict' }
}
