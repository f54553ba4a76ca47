import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { UserRow, UserTables } from '../tables.ts'

/** What of a user only some need to know. */
export type UserHistory = Pick<UserRow, 'migrated_at' | 'first_login_at'>

export async function findUserHistory(db: Db, appId: string, id: string): Promise<UserHistory | undefined> {
  return await db
    .withTables<UserTables>()
    .selectFrom('users')
    .select(['migrated_at', 'first_login_at'])
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** How many users there are, and how many of them have come over from the legacy system. */
export async function countUsers(db: Db, appId: string): Promise<{ known: number; migrated: number }> {
  const row = await db
    .withTables<UserTables>()
    .selectFrom('users')
    .select((eb) => [eb.fn.countAll<number>().as('known'), eb.fn.count<number>('migrated_at').as('migrated')])
    .where('app_id', '=', appId)
    .executeTakeFirstOrThrow()
  return { known: Number(row.known), migrated: Number(row.migrated) }
}

/**
 * Note when and how the first session of a user began. Whoever has exchanged a legacy session came over by that, however the session of now was
 * opened: those of before this was noted have it nowhere else.
 */
export async function markFirstLogin(tx: Tx, appId: string, id: string, way: string, now: number): Promise<void> {
  const legacyWay = way === 'grace' ? 'grace' : 'legacy'
  await tx
    .withTables<UserTables>()
    .updateTable('users')
    .set((eb) => ({
      first_login_at: eb.fn.coalesce('migrated_at', eb.val(now)),
      first_login_way: sql<string>`case when migrated_at is null then ${way} else ${legacyWay} end`,
    }))
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('first_login_at', 'is', null)
    .execute()
}

/** How many users came in first by each way. */
export async function countFirstLogins(db: Db, appId: string): Promise<Record<string, number>> {
  const users = db.withTables<UserTables>().selectFrom('users').where('app_id', '=', appId)
  const rows = await users
    .select((eb) => ['first_login_way as way', eb.fn.countAll<number>().as('count')])
    .where('first_login_way', 'is not', null)
    .groupBy('first_login_way')
    .orderBy('first_login_way')
    .execute()
  const before = await users
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('migrated_at', 'is not', null)
    .where('first_login_way', 'is', null)
    .executeTakeFirstOrThrow()
  const counts = Object.fromEntries(rows.map(({ way, count }) => [way as string, Number(count)]))
  return Number(before.count) === 0 ? counts : { ...counts, legacy: (counts.legacy ?? 0) + Number(before.count) }
}
