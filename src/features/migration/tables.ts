import { createConfigTable } from '../../core/configs/tables.ts'
import type { Migration } from '../../platform/migrate.ts'

/** Failed migrations, counted by reason. */
export type MigrationFailureRow = { app_id: string; reason: string; count: number; last_at: number }

/** A legacy session that came over, so that it comes over from a token that has expired no second time. */
export type MigratedSessionRow = {
  app_id: string
  /** Hash of what names it. */
  session_key: string
  /** Hash of the token that it came by. */
  token_hash: string
  code_challenge: string
  /** Of the challenge token that it was exchanged for. */
  jti: string
  used_at: number
  /** From then on no grace can reach its tokens. */
  expires_at: number
}

/** A legacy refresh token in use, or what became of it. */
export type MigrationRefreshRow = {
  app_id: string
  token_hash: string
  /** Until then somebody is asking the vendor. */
  lease_until: number
  /** What came of it, sealed; null while nobody knows. */
  sealed: string | null
  expires_at: number
}

export type MigrationTables = {
  migration_failures: MigrationFailureRow
  migrated_sessions: MigratedSessionRow
  migration_refreshes: MigrationRefreshRow
}

export const migrationMigrations: readonly Migration[] = [
  {
    name: 'migration/001-create',
    up: [
      createConfigTable('migration_configs'),
      `create table migration_failures (
        app_id text not null, reason text not null, count bigint not null, last_at bigint not null,
        primary key (app_id, reason))`,
    ],
  },
  {
    name: 'migration/002-sessions-and-refreshes',
    up: [
      `create table migrated_sessions (
        app_id text not null, session_key text not null, token_hash text not null, code_challenge text not null,
        jti text not null, used_at bigint not null, expires_at bigint not null,
        primary key (app_id, session_key))`,
      'create index migrated_sessions_expiry on migrated_sessions (expires_at)',
      `create table migration_refreshes (
        app_id text not null, token_hash text not null, lease_until bigint not null, sealed text, expires_at bigint not null,
        primary key (app_id, token_hash))`,
      'create index migration_refreshes_expiry on migration_refreshes (expires_at)',
    ],
  },
]
