import type { Migration } from '../../platform/migrate.ts'

export type UserStatus = 'active' | 'inactive'

export type UserRow = {
  app_id: string
  id: string
  external_id: string | null
  /** UUID in lower case that the application chose for the user when it was made. */
  internal_id: string | null
  /** `blocked` is the word of earlier releases for inactive, which beside this one still read it. */
  status: 'active' | 'blocked'
  /** JSON object. */
  profile: string
  /** JSON array: scopes granted to the user directly. */
  scopes: string
  created_at: number
  updated_at: number
  /** When the user's legacy session was first exchanged. */
  migrated_at: number | null
  /** When all sessions of the user were ended last. Never the same twice, so it also tells one such end from the next. */
  sessions_ended_at: number | null
  /** When somebody last meant that all of them end: by a logout everywhere, a new password, a block. */
  sessions_revoked_at: number | null
  /** When the user's first session began here. Read with `migrated_at`: what began before there was this column left only that. */
  first_login_at: number | null
  /** How: `legacy`, `grace`, `password`, `code`, `passkey`, `oauth:google` … */
  first_login_way: string | null
  /** Names out of the profile as they are looked for, in hex: see `names.ts`. Null where there is none, or nobody has looked yet. */
  name_key: string | null
  given_key: string | null
  family_key: string | null
}

export type UserTables = { users: UserRow }

/** A user to be inserted: what follows from the profile is added. */
export type NewUserRow = Omit<UserRow, 'name_key' | 'given_key' | 'family_key'>

export const readStatus = (stored: UserRow['status']): UserStatus => (stored === 'active' ? 'active' : 'inactive')

export const userMigrations: readonly Migration[] = [
  {
    name: 'users/001-create',
    up: [
      `create table users (
        app_id text not null, id text not null, external_id text, status text not null, profile text not null,
        scopes text not null, created_at bigint not null, updated_at bigint not null, migrated_at bigint,
        primary key (app_id, id))`,
      'create unique index users_external_id on users (app_id, external_id) where external_id is not null',
      'create index users_created on users (app_id, created_at)',
    ],
  },
  {
    name: 'users/002-sessions-ended',
    up: ['alter table users add column sessions_ended_at bigint'],
  },
  {
    name: 'users/003-internal-id',
    up: [
      'alter table users add column internal_id text',
      'create unique index users_internal_id on users (app_id, internal_id) where internal_id is not null',
    ],
  },
  {
    name: 'users/004-migrated',
    up: [
      // The progress of a migration counts both columns of it; nothing lists users by the time of their making any more.
      'create index users_migrated on users (app_id, migrated_at)',
      'drop index users_created',
    ],
  },
  {
    name: 'users/005-first-login',
    up: ['alter table users add column first_login_at bigint', 'alter table users add column first_login_way text'],
  },
  {
    name: 'users/006-sessions-revoked',
    up: ['alter table users add column sessions_revoked_at bigint'],
  },
  {
    name: 'users/007-lists',
    up: [
      'alter table users add column name_key text',
      'alter table users add column given_key text',
      'alter table users add column family_key text',
      'create index users_name on users (app_id, name_key, id) where name_key is not null',
      'create index users_given on users (app_id, given_key, id) where given_key is not null',
      'create index users_family on users (app_id, family_key, id) where family_key is not null',
      'create index users_by_time on users (app_id, created_at, id)',
      'create index users_by_status on users (app_id, status, created_at, id)',
      // Fills the names in of whoever is there already: `fill-names.ts`.
      `insert into jobs (id, app_id, kind, payload, run_at, attempts)
        select 'job_users_names', '', 'users/fill-names', '{"after":["",""],"round":1}', 0, 0 where exists (select 1 from users)`,
    ],
  },
]
