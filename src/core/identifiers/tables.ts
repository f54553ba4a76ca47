import type { Migration } from '../../platform/migrate.ts'

export type IdentifierType = 'email_address' | 'phone_number'

export type IdentifierRow = {
  app_id: string
  user_id: string
  type: IdentifierType
  /** Normalised. */
  value: string
  /** When its holder was proven; null while unproven, and then it owns nothing. */
  verified_at: number | null
  created_at: number
  /** When its holder was proven for the last time; null when once only, or by a node of an earlier release. */
  last_proven_at: number | null
}

export type IdentifierTables = { identifiers: IdentifierRow }

export const identifierMigrations: readonly Migration[] = [
  {
    name: 'identifiers/001-create',
    up: [
      `create table identifiers (
        app_id text not null, user_id text not null, type text not null, value text not null,
        verified_at bigint, created_at bigint not null, primary key (app_id, user_id, type, value))`,
      'create unique index identifiers_owner on identifiers (app_id, type, value) where verified_at is not null',
      'create index identifiers_value on identifiers (app_id, type, value)',
      `create table federated_identities (
        app_id text not null, provider text not null, subject text not null, user_id text not null,
        created_at bigint not null, primary key (app_id, provider, subject))`,
      'create index federated_identities_user on federated_identities (app_id, user_id)',
    ],
  },
  { name: 'identifiers/002-last-proof', up: ['alter table identifiers add column last_proven_at bigint'] },
]
