import type { Db, Tx } from '../../../platform/db.ts'
import { deleteExpired } from '../../../platform/db-sweep.ts'
import type { ConsumedPasskeyTokenRow, PasskeyTables } from '../tables.ts'

/** Use up the token of a ceremony. True for exactly one caller. */
export async function consumePasskeyToken(tx: Tx, row: ConsumedPasskeyTokenRow): Promise<boolean> {
  const inserted = await tx
    .withTables<PasskeyTables>()
    .insertInto('consumed_passkey_tokens')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('jti')
    .executeTakeFirst()
  return inserted !== undefined
}

export async function findConsumedPasskeyToken(
  db: Db,
  appId: string,
  jti: string,
): Promise<ConsumedPasskeyTokenRow | undefined> {
  return await db
    .withTables<PasskeyTables>()
    .selectFrom('consumed_passkey_tokens')
    .selectAll()
    .where('app_id', '=', appId)
    .where('jti', '=', jti)
    .executeTakeFirst()
}

/** Delete up to `count` rows of tokens that are dead by time. */
export const deleteExpiredPasskeyTokens = (tx: Tx, now: number, count: number): Promise<number> =>
  deleteExpired(tx, 'consumed_passkey_tokens', ['app_id', 'jti'], now, count)
