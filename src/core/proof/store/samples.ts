import type { Db, Tx } from '../../../platform/db.ts'
import type { ProofTables, RefusalSampleRow } from '../tables.ts'

/** Put samples in their places. In one order for everybody, so that two processes cannot wait for each other in a circle. */
export async function putSamples(tx: Tx, rows: readonly RefusalSampleRow[]): Promise<void> {
  for (const row of rows.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))) {
    await tx
      .withTables<ProofTables>()
      .insertInto('refusal_samples')
      .values(row)
      .onConflict((conflict) =>
        conflict.columns(['app_id', 'reason', 'slot']).doUpdateSet({ at: row.at, detail: row.detail }),
      )
      .execute()
  }
}

const placeOf = ({ app_id, reason, slot }: RefusalSampleRow) => `${app_id} ${reason} ${slot}`

/** Newest first. */
export async function listSamples(db: Db, appId: string): Promise<RefusalSampleRow[]> {
  return await db
    .withTables<ProofTables>()
    .selectFrom('refusal_samples')
    .selectAll()
    .where('app_id', '=', appId)
    .orderBy('reason')
    .orderBy('at', 'desc')
    .execute()
}

/** Delete up to `count` samples of before `before`, Unix ms. */
export async function deleteOldSamples(tx: Tx, before: number, count: number): Promise<number> {
  const tables = tx.withTables<ProofTables>()
  const { numDeletedRows } = await tables
    .deleteFrom('refusal_samples')
    .where((eb) =>
      eb(
        eb.refTuple('app_id', 'reason', 'slot'),
        'in',
        eb
          .selectFrom('refusal_samples')
          .select(['app_id', 'reason', 'slot'])
          .where('at', '<', before)
          .limit(count)
          .$asTuple('app_id', 'reason', 'slot'),
      ),
    )
    .executeTakeFirst()
  return Number(numDeletedRows)
}
