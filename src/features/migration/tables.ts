import type { Migration } from '../../platform/migrate.ts'

export type MigrationConfigRow = {
  app_id: string
  /** JSON of the configuration, see `config.ts`. */
  config: string
  created_at: number
  updated_at: number
}

/** Failed migrations, counted by reason. */
export type MigrationFailureRow = { app_id: string; reason: string; count: number; last_at: number }

export type MigrationTables = { migration_configs: MigrationConfigRow; migration_failures: MigrationFailureRow }

export const migrationMigrations: readonly Migration[] = [
  {
    name: 'migration/001-create',
    up: [
      `create table migration_configs (
        app_id text primary key, config text not null, created_at bigint not null, updated_at bigint not null)`,
      `create table migration_failures (
        app_id text not null, reason text not null, count bigint not null, last_at bigint not null,
        primary key (app_id, reason))`,
    ],
  },
]
