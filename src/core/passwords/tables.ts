import type { PasswordSecret } from '../../crypto/password-hash/reading.ts'
import type { Migration } from '../../platform/migrate.ts'
import { createConfigTable } from '../configs/tables.ts'

export type PasswordRow = {
  app_id: string
  user_id: string
  /** Of this password: a renewed hash keeps it, another password has another. */
  id: string
  /** In a form that `crypto/password-hash.ts` reads. */
  hash: string
  /** The address a self sign-up gave, normalised: it logs in with this password although nobody has proven it. */
  unproven_email: string | null
  /** Keyed hash of the user id: rows are in random order by it. */
  decoy_key: string
  updated_at: number
  /** Name of the secret that the hash needs to be compared; null for most. */
  secret_name: string | null
}

/** What many hashes of a legacy system have in common, and who has it guesses them the faster. */
export type PasswordSecretRow = {
  app_id: string
  name: string
  kind: PasswordSecret['kind']
  /** JSON, sealed. */
  sealed: string
  created_at: number
  updated_at: number
}

export type PasswordTables = { password_credentials: PasswordRow; password_secrets: PasswordSecretRow }

export const passwordMigrations: readonly Migration[] = [
  {
    name: 'passwords/001-create',
    up: [
      `create table password_credentials (
        app_id text not null, user_id text not null, id text not null, hash text not null, unproven_email text,
        decoy_key text not null, updated_at bigint not null, primary key (app_id, user_id))`,
      `create unique index password_credentials_sign_up on password_credentials (app_id, unproven_email)
        where unproven_email is not null`,
      'create index password_credentials_decoy on password_credentials (app_id, decoy_key)',
      createConfigTable('password_configs'),
    ],
  },
  {
    name: 'passwords/002-secrets',
    up: [
      `create table password_secrets (
        app_id text not null, name text not null, kind text not null, sealed text not null,
        created_at bigint not null, updated_at bigint not null, primary key (app_id, name))`,
      'alter table password_credentials add column secret_name text',
      `create index password_credentials_secret on password_credentials (app_id, secret_name)
        where secret_name is not null`,
    ],
  },
]
