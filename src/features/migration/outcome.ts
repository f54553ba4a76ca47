import type { LegacyUser } from '../../core/legacy-users/legacy-user.ts'
import type { Step } from './trace.ts'

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
  /** It says of itself that it is over, and there is no grace for it. */
  | 'expired_token'
  /** Of a token in its grace: nobody here is known by its external id. */
  | 'unknown_user'
  /** Of a token in its grace: its legacy session was exchanged before. */
  | 'session_used'
  /** Of a token that is over: all sessions of its user were ended here since it was issued. */
  | 'sessions_ended'
  | 'user_blocked'
  /** Of a refresh token: the vendor says that it is not good. */
  | 'refresh_refused'
  /** The vendor could not be asked, or answered about something else than the token. */
  | 'refresh_failed'
  /** The vendor gave tokens for it that the configuration does not take. */
  | 'refresh_unusable'
  /** Asked of the hook or the vendor and refused a moment ago. */
  | 'refused_before'
  /** Too much is asked of the hook or the vendor, by whoever is at this address or by all. */
  | 'busy'
  /** Of the password alone: the migration went on without it. */
  | 'invalid_password_hash'
  /** Of some members of the record: the migration went on without them. */
  | 'unusable_details'

/** By what somebody came over. */
export type Way = 'token' | 'grace' | 'refresh' | 'hook'

/** A legacy session that is used up by its exchange. */
export interface UsedSession {
  /** Names it among all of the application. */
  readonly key: string
  /** When the last of its tokens ends by itself, as far as this one tells, Unix ms. */
  readonly endsAt: number
  /** When its token was issued, or came to us, Unix ms; 0 when it does not say. */
  readonly issuedAt: number
  /** Whether it ends with all sessions of its user here: its token may have been used up since it came. */
  readonly endsHere: boolean
  /** Whether it may be exchanged this once, as its token is over; a live one is only noted. */
  readonly once: boolean
}

/** `session`: undefined where nobody can tell one from another. */
export interface LegacyExchange {
  readonly kind: 'user'
  readonly user: LegacyUser
  readonly way: Way
  readonly session: UsedSession | undefined
}

/** What became of a legacy token. */
export type LegacyOutcome = LegacyExchange | LegacyFailure

/** `legacyDown`: it is open whether the token is good; trying again later may help. */
export type LegacyFailure = { kind: 'failed'; reason: FailureReason; legacyDown?: boolean }

/** What became of it, and how. */
export interface Judgement {
  readonly outcome: LegacyOutcome
  readonly steps: readonly Step[]
}
