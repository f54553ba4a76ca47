import type { Migration } from '../../platform/migrate.ts'
import { createConfigTable } from '../configs/tables.ts'

/** A public key that a user logs in by; the private one is in their authenticator. */
export type PasskeyRow = {
  app_id: string
  /** Base64url, as the authenticator chose it. */
  credential_id: string
  user_id: string
  /** The relying party that it was made for: it signs for no other. */
  rp_id: string
  /** COSE, base64url. */
  public_key: string
  /** As COSE numbers it. */
  alg: number
  sign_count: number
  /** 1 or 0: whether it may be synced to other devices, and whether it is. As its last answer says. */
  backup_eligible: number
  backup_state: number
  /** JSON array. */
  transports: string
  /** Of the authenticator's model, as the client says. */
  aaguid: string
  /** The format of the statement that came along; nobody has judged it. */
  attestation_format: string
  /** 1 or 0. */
  user_verified_at_registration: number
  nickname: string | null
  created_at: number
  last_used_at: number | null
  /** Since when it opens nothing; null while it does. */
  blocked_at: number | null
}

/** The token of a ceremony that has ended. There is no row before. */
export type ConsumedPasskeyTokenRow = {
  app_id: string
  jti: string
  /** SHA-256 of what the authenticator answered, base64url: whoever repeats it gets the same again. */
  answer_hash: string
  /** JSON: what came of it. */
  outcome: string
  consumed_at: number
  /** When the token dies by itself and the row may go. */
  expires_at: number
}

export type PasskeyTables = { passkeys: PasskeyRow; consumed_passkey_tokens: ConsumedPasskeyTokenRow }

export const passkeyMigrations: readonly Migration[] = [
  {
    name: 'passkeys/001-create',
    up: [
      `create table passkeys (
        app_id text not null, credential_id text not null, user_id text not null, rp_id text not null,
        public_key text not null, alg bigint not null, sign_count bigint not null, backup_eligible bigint not null,
        backup_state bigint not null, transports text not null, aaguid text not null, attestation_format text not null,
        user_verified_at_registration bigint not null, nickname text, created_at bigint not null, last_used_at bigint,
        blocked_at bigint, primary key (app_id, credential_id))`,
      'create index passkeys_user on passkeys (app_id, user_id)',
      `create table consumed_passkey_tokens (
        app_id text not null, jti text not null, answer_hash text not null, outcome text not null,
        consumed_at bigint not null, expires_at bigint not null, primary key (app_id, jti))`,
      'create index consumed_passkey_tokens_expiry on consumed_passkey_tokens (expires_at)',
      createConfigTable('passkey_configs'),
    ],
  },
]
