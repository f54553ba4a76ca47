import type { Db, Tx } from '../../platform/db.ts'
import { deleteExpired } from '../../platform/db-sweep.ts'
import type { ChallengeTables, ConsumedChallengeRow } from './tables.ts'

/** Use up a challenge token. True for exactly one caller. */
export async function consumeChallenge(tx: Tx, row: ConsumedChallengeRow): Promise<boolean> {
  const inserted = await tx
    .withTables<ChallengeTables>()
    .insertInto('consumed_challenges')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('jti')
    .executeTakeFirst()
  return inserted !== undefined
}

export async function findConsumedChallenge(
  db: Db,
  appId: string,
  jti: string,
): Promise<ConsumedChallengeRow | undefined> {
  return await db
    .withTables<ChallengeTables>()
    .selectFrom('consumed_challenges')
    .selectAll()
    .where('app_id', '=', appId)
    .where('jti', '=', jti)
    .executeTakeFirst()
}

/** Delete up to `count` rows of tokens that are dead by time. */
export const deleteExpiredChallenges = (tx: Tx, now: number, count: number): Promise<number> =>
  deleteExpired(tx, 'consumed_challenges', ['app_id', 'jti'], now, count)
