import { configStore } from '../../core/configs/store.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { migrationConfig } from './config.ts'
import type { MigrationFailureRow, MigrationTables } from './tables.ts'

export const migrationConfigs = configStore('migration_configs', migrationConfig)

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
