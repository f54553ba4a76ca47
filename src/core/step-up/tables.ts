import type { Migration } from '../../platform/migrate.ts'
import { createConfigTable } from '../configs/tables.ts'

/** A customer's verification token that completed a step. */
export type UsedVerificationTokenRow = {
  app_id: string
  /** SHA-256 of the token's `jti`, base64url. */
  jti_hash: string
  /** When the token is refused by its age and the row may go. */
  expires_at: number
}

export type StepUpTables = { used_verification_tokens: UsedVerificationTokenRow }

export const stepUpMigrations: readonly Migration[] = [
  {
    name: 'step-up/001-create',
    up: [
      createConfigTable('step_up_configs'),
      `create table used_verification_tokens (
        app_id text not null, jti_hash text not null, expires_at bigint not null,
        primary key (app_id, jti_hash))`,
      'create index used_verification_tokens_expiry on used_verification_tokens (expires_at)',
    ],
  },
]
