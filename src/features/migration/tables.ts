import { createConfigTable } from '../../core/configs/tables.ts'
import type { Migration } from '../../platform/migrate.ts'

/** Failed migrations, counted by reason. */
export type MigrationFailureRow = { app_id: string; reason: string; count: number; last_at: number }

export type MigrationTables = { migration_failures: MigrationFailureRow }

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
]
