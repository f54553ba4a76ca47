import type { Db, Tx } from '../../../platform/db.ts'
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
export async function deleteExpiredPasskeyTokens(tx: Tx, now: number, count: number): Promise<number> {
  const tables = tx.withTables<PasskeyTables>()
  const doomed = tables.selectFrom('consumed_passkey_tokens').select('jti').where('expires_at', '<=', now).limit(count)
  const { numDeletedRows } = await tables
    .deleteFrom('consumed_passkey_tokens')
    .where('jti', 'in', doomed)
    .where('expires_at', '<=', now)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
