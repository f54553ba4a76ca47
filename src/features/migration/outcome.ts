import type { ReadRecord } from '../../core/legacy-users/legacy-user.ts'

/** Why a migration failed, as its event and counter say. */
export type FailureReason =
  | 'not_configured'
  | 'request_failed'
  | 'invalid_status_code'
  | 'response_decode_failed'
  | 'missing_external_id'
  | 'missing_identifiers'
  | 'invalid_response'
  | 'identifier_conflict'
  | 'invalid_token'
  | 'user_blocked'
  /** Asked of the hook and refused a moment ago. */
  | 'refused_before'
  /** Too much is asked of the hook, by whoever is at this address or by all. */
  | 'busy'
  /** Of the password alone: the migration went on without it. */
  | 'invalid_password_hash'
  /** Of some members of the record: the migration went on without them. */
  | 'unusable_details'

/** What became of a legacy token. */
export type LegacyOutcome = ReadRecord | LegacyFailure

/** `legacyDown`: it is open whether the token is good; trying again later may help. */
export type LegacyFailure = { kind: 'failed'; reason: FailureReason; legacyDown?: boolean }
