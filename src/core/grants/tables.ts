import type { Migration } from '../../platform/migrate.ts'

/** A scope that somebody holds for a time, and that may be used up. */
export type GrantRow = {
  app_id: string
  id: string
  user_id: string
  /** The session that holds it; empty for every session of the user. */
  session_id: string
  /** The one access token that carries it; empty for every token. */
  jti: string
  scope: string
  created_at: number
  expires_at: number
  used_at: number | null
}

export type GrantTables = { grants: GrantRow }

export const grantMigrations: readonly Migration[] = [
  {
    name: 'grants/001-create',
    up: [
      `create table grants (
        app_id text not null, id text not null, user_id text not null, session_id text not null, jti text not null,
        scope text not null, created_at bigint not null, expires_at bigint not null, used_at bigint,
        primary key (app_id, id))`,
      'create index grants_user on grants (app_id, user_id)',
      'create index grants_expiry on grants (expires_at)',
    ],
  },
]
