import type { Db, Tx } from '../../platform/db.ts'
import type { LoginPasswordTables } from './tables.ts'

export async function isKnownPlace(db: Db, appId: string, place: string): Promise<boolean> {
  const row = await db
    .withTables<LoginPasswordTables>()
    .selectFrom('password_known_places')
    .select('place')
    .where('app_id', '=', appId)
    .where('place', '=', place)
    .executeTakeFirst()
  return row !== undefined
}

/** Note that somebody logged in from there. */
export async function putKnownPlace(tx: Tx, appId: string, place: string, now: number): Promise<void> {
  await tx
    .withTables<LoginPasswordTables>()
    .insertInto('password_known_places')
    .values({ app_id: appId, place, seen_at: now })
    .onConflict((conflict) => conflict.columns(['app_id', 'place']).doUpdateSet({ seen_at: now }))
    .execute()
}

/** Delete up to `count` places that nobody has logged in from since `before`. */
export async function deleteOldPlaces(tx: Tx, before: number, count: number): Promise<number> {
  const tables = tx.withTables<LoginPasswordTables>()
  const doomed = tables
    .selectFrom('password_known_places')
    .select('place')
    .where('seen_at', '<', before)
    .orderBy('seen_at')
    .limit(count)
  const { numDeletedRows } = await tables
    .deleteFrom('password_known_places')
    .where('place', 'in', doomed)
    .where('seen_at', '<', before)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
