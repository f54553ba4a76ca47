import type { Db, Tx } from '../../platform/db.ts'
import { type StepUpConfig, stepUpConfigShape } from './config.ts'
import type { StepUpTables, UsedVerificationTokenRow } from './tables.ts'

export interface StoredConfig {
  readonly config: StepUpConfig
  readonly createdAt: number
  readonly updatedAt: number
}

export async function findStepUpConfig(db: Db, appId: string): Promise<StoredConfig | undefined> {
  const row = await db
    .withTables<StepUpTables>()
    .selectFrom('step_up_configs')
    .selectAll()
    .where('app_id', '=', appId)
    .executeTakeFirst()
  return (
    row && {
      config: stepUpConfigShape.parse(JSON.parse(row.config)),
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }
  )
}

/** False when the application has a configuration already. */
export async function insertStepUpConfig(tx: Tx, appId: string, config: StepUpConfig, now: number): Promise<boolean> {
  const row = await tx
    .withTables<StepUpTables>()
    .insertInto('step_up_configs')
    .values({ app_id: appId, config: JSON.stringify(config), created_at: now, updated_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .returning('app_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Replace the configuration. Answers when the replaced one was made; undefined when there is none. */
export async function updateStepUpConfig(
  tx: Tx,
  appId: string,
  config: StepUpConfig,
  now: number,
): Promise<number | undefined> {
  const row = await tx
    .withTables<StepUpTables>()
    .updateTable('step_up_configs')
    .set({ config: JSON.stringify(config), updated_at: now })
    .where('app_id', '=', appId)
    .returning('created_at')
    .executeTakeFirst()
  return row?.created_at
}

/** False when there is none. */
export async function deleteStepUpConfig(tx: Tx, appId: string): Promise<boolean> {
  const row = await tx
    .withTables<StepUpTables>()
    .deleteFrom('step_up_configs')
    .where('app_id', '=', appId)
    .returning('app_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Use up a verification token. True for exactly one caller. */
export async function consumeVerificationToken(tx: Tx, row: UsedVerificationTokenRow): Promise<boolean> {
  const inserted = await tx
    .withTables<StepUpTables>()
    .insertInto('used_verification_tokens')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('jti_hash')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Delete up to `count` rows of verification tokens that are too old to be accepted. */
export async function deleteExpiredVerificationTokens(tx: Tx, now: number, count: number): Promise<number> {
  const tables = tx.withTables<StepUpTables>()
  const doomed = tables
    .selectFrom('used_verification_tokens')
    .select('jti_hash')
    .where('expires_at', '<=', now)
    .limit(count)
  const { numDeletedRows } = await tables
    .deleteFrom('used_verification_tokens')
    .where('jti_hash', 'in', doomed)
    .where('expires_at', '<=', now)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
