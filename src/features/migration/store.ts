import { configStore } from '../../core/configs/store.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { deleteExpired } from '../../platform/db-sweep.ts'
import { storedMigrationConfig } from './config.ts'
import type { MigratedSessionRow, MigrationFailureRow, MigrationRefreshRow, MigrationTables } from './tables.ts'

export const migrationConfigs = configStore('migration_configs', storedMigrationConfig)

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

/** Note that a legacy session came over. False when it did before. */
export async function insertMigratedSession(tx: Tx, row: MigratedSessionRow): Promise<boolean> {
  const inserted = await tx
    .withTables<MigrationTables>()
    .insertInto('migrated_sessions')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('session_key')
    .executeTakeFirst()
  return inserted !== undefined
}

export async function findMigratedSession(db: Db, appId: string, key: string): Promise<MigratedSessionRow | undefined> {
  return await db
    .withTables<MigrationTables>()
    .selectFrom('migrated_sessions')
    .selectAll()
    .where('app_id', '=', appId)
    .where('session_key', '=', key)
    .executeTakeFirst()
}

/** Delete up to `count` sessions whose tokens no grace can reach any more. */
export const deleteOldSessions = (tx: Tx, now: number, count: number): Promise<number> =>
  deleteExpired(tx, 'migrated_sessions', ['app_id', 'session_key'], now, count)

/** Take a refresh token for asking about it. True for one caller, until the lease is over or what came of it is. */
export async function takeRefresh(tx: Tx, row: MigrationRefreshRow, now: number): Promise<boolean> {
  const { lease_until, expires_at } = row
  const taken = await tx
    .withTables<MigrationTables>()
    .insertInto('migration_refreshes')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['app_id', 'token_hash'])
        .doUpdateSet({ lease_until, expires_at, sealed: null })
        .where(({ or, and, eb }) =>
          or([
            eb('migration_refreshes.expires_at', '<=', now),
            and([eb('migration_refreshes.sealed', 'is', null), eb('migration_refreshes.lease_until', '<=', now)]),
          ]),
        ),
    )
    .returning('token_hash')
    .executeTakeFirst()
  return taken !== undefined
}

export async function findRefresh(db: Db, appId: string, hash: string): Promise<MigrationRefreshRow | undefined> {
  return await db
    .withTables<MigrationTables>()
    .selectFrom('migration_refreshes')
    .selectAll()
    .where('app_id', '=', appId)
    .where('token_hash', '=', hash)
    .executeTakeFirst()
}

/** Keep what came of a refresh token that was taken. */
export async function putRefreshOutcome(tx: Tx, appId: string, hash: string, sealed: string): Promise<void> {
  await tx
    .withTables<MigrationTables>()
    .updateTable('migration_refreshes')
    .set({ sealed })
    .where('app_id', '=', appId)
    .where('token_hash', '=', hash)
    .execute()
}

/** Give a refresh token back of which nothing came. */
export async function releaseRefresh(tx: Tx, appId: string, hash: string): Promise<void> {
  await tx
    .withTables<MigrationTables>()
    .deleteFrom('migration_refreshes')
    .where('app_id', '=', appId)
    .where('token_hash', '=', hash)
    .where('sealed', 'is', null)
    .execute()
}

/** Delete up to `count` outcomes that are over. */
export const deleteOldRefreshes = (tx: Tx, now: number, count: number): Promise<number> =>
  deleteExpired(tx, 'migration_refreshes', ['app_id', 'token_hash'], now, count)
