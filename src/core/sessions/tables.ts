import type { Migration } from '../../platform/migrate.ts'

export const END_REASONS = [
  'logged_out',
  'revoked',
  'replaced',
  'superseded',
  'refresh_token_reused',
  'user_inactive',
  'user_deleted',
  'password_changed',
] as const

export type EndReason = (typeof END_REASONS)[number]

export type SessionRow = {
  app_id: string
  id: string
  user_id: string
  /** Of the refresh token that is valid now. There is no token table: the token is derived. */
  counter: number
  /** Thumbprint of the DPoP key the session is bound to; empty for a cookie session. */
  jkt: string
  /** Always `[]`: a node of an earlier release reads it. What a session holds is in `grants`. */
  scopes: string
  /** JSON array of authentication methods. RFC 8176. */
  amr: string
  /** Ids of the groups that the user was in at login, space-separated. */
  group_ids: string
  /** When the user proved who they are. */
  auth_time: number
  created_at: number
  last_seen_at: number
  idle_expires_at: number
  expires_at: number
  /** The `iat`, as ms, of the proof that moved the counter last: the client’s clock, not ours. Null without one. */
  proof_issued_at: number | null
  /** When a repeated login moved the session to another key, which it may do once. */
  rebound_at: number | null
  ended_at: number | null
  end_reason: EndReason | null
  /**
   * Id of the master key of the newest refresh token that the client has shown, or was given when the session began. Null where an older
   * release wrote the row.
   */
  token_key: string | null
  /** When the sweep looks at the row next, Unix ms; 0 where an earlier release wrote it: at once. A refresh leaves it alone. */
  sweep_at: number
  device_id: string | null
  device_model: string
  device_type: string
  os_version: string
  country_code: string
}

export type SessionTables = {
  sessions: SessionRow
  users: {
    app_id: string
    id: string
    status: string
    scopes: string
    external_id: string | null
    sessions_ended_at: number | null
    first_login_at: number | null
  }
}

export const sessionMigrations: readonly Migration[] = [
  {
    name: 'sessions/001-create',
    up: [
      `create table sessions (
        app_id text not null, id text not null, user_id text not null, counter bigint not null, jkt text not null,
        scopes text not null, amr text not null, auth_time bigint not null,
        created_at bigint not null, last_seen_at bigint not null, idle_expires_at bigint not null, expires_at bigint not null,
        ended_at bigint, end_reason text,
        device_id text, device_model text not null, device_type text not null, os_version text not null,
        country_code text not null, primary key (app_id, id))`,
      'create index sessions_user on sessions (app_id, user_id, last_seen_at)',
      'create index sessions_idle on sessions (idle_expires_at)',
      'create index sessions_ended on sessions (ended_at) where ended_at is not null',
    ],
  },
  {
    name: 'sessions/002-life',
    up: [
      'alter table sessions add column proof_issued_at bigint',
      'alter table sessions add column rebound_at bigint',
      // Whoever looks for a user’s live sessions passes by those that ended, however many; no refresh changes a column of it.
      'create index sessions_of_user on sessions (app_id, user_id, ended_at)',
      'drop index sessions_user',
    ],
  },
  { name: 'sessions/003-groups', up: [`alter table sessions add column group_ids text not null default ''`] },
  { name: 'sessions/004-token-key', up: ['alter table sessions add column token_key text'] },
  // Each in a transaction of its own: nobody waits for one while another takes its time.
  { name: 'sessions/005-sweep-time', up: ['alter table sessions add column sweep_at bigint not null default 0'] },
  { name: 'sessions/006-sweep-index', up: ['create index sessions_sweep on sessions (sweep_at)'] },
  {
    name: 'sessions/007-in-place',
    // The sweep of the release before goes through the whole table instead, for as long as a node of it runs.
    up: ['drop index sessions_idle'],
    postgres: [
      `alter table sessions set (fillfactor = 85, autovacuum_vacuum_scale_factor = 0.05, autovacuum_analyze_scale_factor = 0.05)`,
    ],
  },
]
