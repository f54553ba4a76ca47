import type { Migration } from '../../platform/migrate.ts'
import type { IdentifierType } from '../identifiers/tables.ts'
import type { Suppression } from '../messages/send.ts'
import type { Channel } from '../messages/tables.ts'

/** A code on its way to prove that somebody holds an identifier. */
export type VerificationRow = {
  app_id: string
  id: string
  /** SHA-256 of the token that the client holds, base64url. */
  token_hash: string
  /** The challenge that asked for it; null for a login by code. */
  challenge_jti: string | null
  type: IdentifierType
  value: string
  /** HMAC of the code, bound to this row, base64url. */
  code_mac: string
  code_size: number
  attempts: number
  resends: number
  /** 1 when no code was sent, so none can be right: the recipient is blocked or unknown, and must look like any other. */
  silent: number
  /** Why it is silent; null where nobody said so. */
  silence: Suppression | null
  /** JSON array: what its messages took from budgets, to be given back with the right code. */
  takings: string
  /** The code, sealed, so that it can be sent again; null where an older release made it. */
  sealed_code: string | null
  /** The first of the verifications that were sent one code: when the code of one of them is entered, all are over. */
  code_group: string | null
  /** Keyed hash of recipient, network and user agent, by which two starts are taken for one client's. */
  client: string | null
  template: string
  sender: string
  locale: string
  /** JSON array: scopes of a session that this opens. */
  granted_scopes: string
  /** PKCE S256 challenge that finalize must answer. */
  code_challenge: string | null
  /** JSON: the account at a provider whose address the code proves, or whose password was right; null for anything else. */
  link: string | null
  created_at: number
  expires_at: number
  consumed_at: number | null
}

export type OtpConfigRow = {
  app_id: string
  id: string
  channel_type: Channel
  template_id: string | null
  sender_id: string | null
  /** JSON array. */
  granted_scopes: string
  code_size: number
  created_at: number
  updated_at: number
}

/** The configuration for logins that name none: at most one per channel. */
export type OtpDefaultRow = { app_id: string; channel_type: Channel; config_id: string }

export type VerificationTables = {
  verifications: VerificationRow
  otp_configs: OtpConfigRow
  otp_defaults: OtpDefaultRow
}

export const verificationMigrations: readonly Migration[] = [
  {
    name: 'verifications/001-create',
    up: [
      `create table verifications (
        app_id text not null, id text not null, token_hash text not null, challenge_jti text, type text not null,
        value text not null, code_mac text not null, code_size bigint not null, attempts bigint not null,
        resends bigint not null, silent bigint not null, template text not null, sender text not null,
        locale text not null, granted_scopes text not null, code_challenge text,
        created_at bigint not null, expires_at bigint not null, consumed_at bigint, primary key (app_id, id))`,
      'create unique index verifications_token on verifications (app_id, token_hash)',
      `create unique index verifications_challenge on verifications (app_id, challenge_jti)
        where challenge_jti is not null`,
      'create index verifications_expiry on verifications (expires_at)',
      `create table otp_configs (
        app_id text not null, id text not null, channel_type text not null, template_id text, sender_id text,
        granted_scopes text not null, code_size bigint not null,
        created_at bigint not null, updated_at bigint not null, primary key (app_id, id))`,
      `create table otp_defaults (
        app_id text not null, channel_type text not null, config_id text not null, primary key (app_id, channel_type))`,
    ],
  },
  {
    name: 'verifications/002-same-code',
    up: [
      'alter table verifications add column silence text',
      `alter table verifications add column takings text not null default '[]'`,
      'alter table verifications add column sealed_code text',
      'alter table verifications add column code_group text',
      'alter table verifications add column client text',
      'create index verifications_group on verifications (app_id, code_group) where code_group is not null',
      'create index verifications_client on verifications (app_id, client) where client is not null',
    ],
  },
  { name: 'verifications/003-link', up: ['alter table verifications add column link text'] },
]
