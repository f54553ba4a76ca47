import { type Account, decideMatch, type LegacyRecord, type LinkRule } from '../legacy-users/matching.ts'
import type { Digests } from './digests.ts'
import { FIELDS, type Field } from './options.ts'

export type UpsertDecision =
  /** The user who has the external id. */
  | { kind: 'known'; userId: string }
  /** A user without an external id, whose proofs say that it is the same person. */
  | { kind: 'link'; userId: string }
  | { kind: 'create' }
  | { kind: 'conflict'; code: ConflictCode; proof?: string }

export type ConflictCode =
  /** Two users fit. */
  | 'two_candidates'
  /** The user who fits is blocked here. */
  | 'blocked_here'
  /** Something that the record has proven is another user's. */
  | 'taken'
  /** An earlier line of the same file has it. */
  | 'taken_in_file'

/**
 * Decide whom a record of a file means. The rules are those of every legacy record, with one difference: nobody waits for an answer, so whatever is
 * disputed is left to people, and nothing changes. `accounts` as for `decideMatch`.
 */
export function decideUpsert(record: LegacyRecord, accounts: readonly Account[], rule: LinkRule): UpsertDecision {
  const known = accounts.find(({ externalId }) => externalId === record.externalId)
  if (known) return { kind: 'known', userId: known.id }
  const decided = decideMatch({ ...record, isIdentified: true }, accounts, rule)
  if (decided.kind === 'blocked') return { kind: 'conflict', code: 'blocked_here' }
  if (decided.kind !== 'link' && decided.kind !== 'create') return { kind: 'conflict', code: 'two_candidates' }
  const [disputed] = decided.disputed.keys()
  if (disputed !== undefined) return { kind: 'conflict', code: 'taken', proof: disputed }
  return decided.kind === 'link' ? { kind: 'link', userId: decided.userId } : { kind: 'create' }
}

/** A user whom a record means, as far as it is asked what the record may change. */
export interface Standing {
  /** What an import has applied before; undefined when none has. */
  readonly applied: Digests | undefined
  /** What is here now. Of groups and leftovers, which nobody else writes, what was applied. */
  readonly current: Digests
  /** Whether the user has come over, has logged in here or was given a password here: from then on this side is the truth. */
  readonly isHere: boolean
  /** `updated_at` of the record that was applied last, Unix ms. */
  readonly sourceUpdatedAt: number | undefined
}

export type ChangeDecision =
  | { kind: 'change'; fields: readonly Field[] }
  | { kind: 'unchanged' }
  | { kind: 'skipped'; code: 'older' | 'changed_here' }

/** Decide which parts of a user a record brings up to date: none that was changed here since. */
export function decideChange(
  user: Standing,
  wanted: Digests,
  record: { readonly updatedAt: number | undefined; readonly mayUpdate: readonly Field[] },
): ChangeDecision {
  const { sourceUpdatedAt = Number.NEGATIVE_INFINITY } = user
  if (record.updatedAt !== undefined && record.updatedAt < sourceUpdatedAt) return { kind: 'skipped', code: 'older' }
  const differing = FIELDS.filter(
    (field) =>
      record.mayUpdate.includes(field) &&
      wanted[field] !== user.applied?.[field] &&
      wanted[field] !== user.current[field],
  )
  const fields = differing.filter((field) => mayChange(user, wanted, field))
  if (fields.length > 0) return { kind: 'change', fields }
  return differing.length > 0 ? { kind: 'skipped', code: 'changed_here' } : { kind: 'unchanged' }
}

function mayChange({ applied, current, isHere }: Standing, wanted: Digests, field: Field): boolean {
  if (field === 'groups') return true
  // Whoever is to be kept out is, whatever else they did since; to let somebody in again is for whoever kept them out.
  if (field === 'status') return wanted.status !== '' || (!isHere && applied?.status === current.status)
  return !isHere && (applied === undefined || applied[field] === current[field])
}
