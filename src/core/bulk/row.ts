import type { Identifier } from '../identifiers/identifier.ts'
import type { UserStatus } from '../users/tables.ts'

/** A user as a backend writes them, one of many. Everything in it can be stored. */
export interface BulkRow {
  /** UUID in lower case. */
  readonly internalId: string | undefined
  readonly externalId: string | undefined
  /** Normalised, each once. They count as proven. */
  readonly identifiers: readonly Identifier[]
  /** Members to change; null takes one out. */
  readonly profile: Readonly<Record<string, unknown>>
  readonly status: UserStatus | undefined
  readonly passwordHash: string | undefined
}

/** What was asked for all rows together. */
export interface BulkMandate {
  readonly appId: string
  /** Whether rows that mean somebody who is here change them. */
  readonly mayUpdate: boolean
  /** Whether new users are announced. */
  readonly tellsNew: boolean
}

/** What has become of a row. */
export type RowOutcome =
  | { readonly kind: 'created' | 'updated' | 'unchanged'; readonly userId: string }
  | { readonly kind: 'refused'; readonly code: RowRefusal }

export type RowRefusal =
  | 'identifier_already_exists'
  | 'external_id_already_exists'
  | 'internal_id_already_exists'
  /** What the row names is of different users. */
  | 'row_names_two_users'
  | 'external_id_differs'
  | 'internal_id_differs'
  /** Who has the identifiers is kept out: nobody comes in again under another id. */
  | 'inactive_user'
  | 'no_identifier'
  | 'too_many_identifiers'
  | 'profile_too_large'
  /** It cannot be written, and nobody knows why. */
  | 'unexpected'
