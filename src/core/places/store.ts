import type { Db, Tx } from '../../platform/db.ts'
import { deleteBefore } from '../../platform/db-sweep.ts'
import type { Place } from './place.ts'
import type { PlaceTables } from './tables.ts'

/** A holder is known in so many places; the one not seen for longest is forgotten first. */
const MAX_PLACES = 20
const DAY_MS = 86_400_000

export async function isKnownPlace(db: Db, appId: string, { place }: Place): Promise<boolean> {
  const row = await db
    .withTables<PlaceTables>()
    .selectFrom('known_places')
    .select('place')
    .where('app_id', '=', appId)
    .where('place', '=', place)
    .executeTakeFirst()
  return row !== undefined
}

/** Note that somebody showed there who they are. */
export async function putKnownPlace(tx: Tx, appId: string, { holder, place }: Place, now: number): Promise<void> {
  const tables = tx.withTables<PlaceTables>()
  const put = await tables
    .insertInto('known_places')
    .values({ app_id: appId, place, holder, seen_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['app_id', 'place'])
        .doUpdateSet({ seen_at: now })
        .where('known_places.seen_at', '<', now - DAY_MS),
    )
    .returning('place')
    .executeTakeFirst()
  if (!put) return
  const kept = tables
    .selectFrom('known_places')
    .select('place')
    .where('app_id', '=', appId)
    .where('holder', '=', holder)
    .orderBy('seen_at', 'desc')
    .orderBy('place')
    .limit(MAX_PLACES)
  await tables
    .deleteFrom('known_places')
    .where('app_id', '=', appId)
    .where('holder', '=', holder)
    .where('place', '!=', place)
    .where('place', 'not in', kept)
    .execute()
}

/** Delete up to `count` places where nobody was seen since `before`. */
export const deleteOldPlaces = (tx: Tx, before: number, count: number): Promise<number> =>
  deleteBefore(tx, { table: 'known_places', key: ['app_id', 'place'], column: 'seen_at' }, before, count)
