import type { Tx } from '../../platform/db.ts'
import { deleteExpired } from '../../platform/db-sweep.ts'
import { configStore } from '../configs/store.ts'
import { stepUpConfigShape } from './config.ts'
import type { StepUpTables, UsedVerificationTokenRow } from './tables.ts'

export const stepUpConfigs = configStore('step_up_configs', stepUpConfigShape)

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
export const deleteExpiredVerificationTokens = (tx: Tx, now: number, count: number): Promise<number> =>
  deleteExpired(tx, 'used_verification_tokens', ['app_id', 'jti_hash'], now, count)
