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
}

export type PasswordTables = { password_credentials: PasswordRow }

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
]
