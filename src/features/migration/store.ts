import type { Db, Tx } from '../../platform/db.ts'
import { type MigrationConfig, migrationConfig } from './config.ts'
import type { MigrationFailureRow, MigrationTables } from './tables.ts'

export interface StoredConfig {
  readonly config: MigrationConfig
  readonly createdAt: number
  readonly updatedAt: number
}

export async function findConfig(db: Db, appId: string): Promise<StoredConfig | undefined> {
  const row = await db
    .withTables<MigrationTables>()
    .selectFrom('migration_configs')
    .selectAll()
    .where('app_id', '=', appId)
    .executeTakeFirst()
  return (
    row && {
      config: migrationConfig.parse(JSON.parse(row.config)),
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  )
}

/** False when the application has a configuration already. */
export async function insertConfig(tx: Tx, appId: string, config: MigrationConfig, now: number): Promise<boolean> {
  const row = await tx
    .withTables<MigrationTables>()
    .insertInto('migration_configs')
    .values({ app_id: appId, config: JSON.stringify(config), created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('app_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Replace the configuration. Answers when the replaced one was made; undefined when there is none. */
export async function updateConfig(
  tx: Tx,
  appId: string,
  config: MigrationConfig,
  now: number,
): Promise<number | undefined> {
  const row = await tx
    .withTables<MigrationTables>()
    .updateTable('migration_configs')
    .set({ config: JSON.stringify(config), updated_at: now })
    .where('app_id', '=', appId)
    .returning('created_at')
    .executeTakeFirst()
  return row?.created_at
}

/** False when there is none. */
export async function deleteConfig(tx: Tx, appId: string): Promise<boolean> {
  const row = await tx
    .withTables<MigrationTables>()
    .deleteFrom('migration_configs')
    .where('app_id', '=', appId)
    .returning('app_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Count failures of one reason. */
export async function countFailures(tx: Tx, appId: string, reason: string, count: number, now: number): Promise<void> {
  await tx
    .withTables<MigrationTables>()
    .insertInto('migration_failures')
    .values({ app_id: appId, reason, count, last_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['app_id', 'reason'])
        .doUpdateSet((eb) => ({ count: eb('migration_failures.count', '+', count), last_at: now })),
    )
    .execute()
}

/** By reason. */
export async function listFailures(db: Db, appId: string): Promise<MigrationFailureRow[]> {
  return await db
    .withTables<MigrationTables>()
    .selectFrom('migration_failures')
    .selectAll()
    .where('app_id', '=', appId)
    .orderBy('reason')
    .execute()
}
