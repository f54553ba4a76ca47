import type { Db, Tx } from '../../platform/db.ts'
import type { CanaryRow, MasterKeyTables } from './tables.ts'

const OF_INSTANCE = ''

/** What the master key of this database must open; undefined when nobody has served from it yet, or only an older release. */
export async function findCanary(db: Db): Promise<string | undefined> {
  const row = await db
    .withTables<MasterKeyTables>()
    .selectFrom('master_key_canaries')
    .select('sealed')
    .where('app_id', '=', OF_INSTANCE)
    .executeTakeFirst()
  return row?.sealed
}

/** Insert the canary, unless there is one already: of several processes one wins. */
export async function insertCanary(tx: Tx, row: Omit<CanaryRow, 'app_id'>): Promise<void> {
  await tx
    .withTables<MasterKeyTables>()
    .insertInto('master_key_canaries')
    .values({ ...row, app_id: OF_INSTANCE })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
