import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { UserTables } from '../tables.ts'

/**
 * Note that all sessions of a user end now. What was proven before opens nothing any more; `findSessionEnds` tells. `revoked`: somebody means all of
 * them, wherever they began.
 */
export async function markSessionsEnded(
  tx: Tx,
  appId: string,
  id: string,
  now: number,
  { revoked }: { readonly revoked: boolean },
): Promise<void> {
  await tx
    .withTables<UserTables>()
    .updateTable('users')
    .set({
      sessions_ended_at: sql<number>`case when sessions_ended_at >= ${now} then sessions_ended_at + 1 else ${now} end`,
      ...(revoked && { sessions_revoked_at: now }),
    })
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .execute()
}

/** When all sessions of a user were ended last, Unix ms; null when they never were. */
export async function findSessionsEnded(db: Db, appId: string, id: string): Promise<number | null> {
  return (await findSessionEnds(db, appId, id)).endedAt
}

/** When all sessions of a user were ended last, and when somebody meant all of them, Unix ms; null when never. */
export async function findSessionEnds(
  db: Db,
  appId: string,
  id: string,
): Promise<{ readonly endedAt: number | null; readonly revokedAt: number | null }> {
  const row = await db
    .withTables<UserTables>()
    .selectFrom('users')
    .select(['sessions_ended_at', 'sessions_revoked_at'])
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .executeTakeFirst()
  return { endedAt: row?.sessions_ended_at ?? null, revokedAt: row?.sessions_revoked_at ?? null }
}
