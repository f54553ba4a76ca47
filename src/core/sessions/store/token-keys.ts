import type { Db } from '../../../platform/db.ts'
import type { SessionRow, SessionTables } from '../tables.ts'

export type TokenKeyRow = Pick<
  SessionRow,
  'app_id' | 'id' | 'token_key' | 'ended_at' | 'idle_expires_at' | 'expires_at'
>

/** Sessions in the order of their primary key, those behind `after`, live or not: on which master key their tokens hang, and until when. */
export async function listTokenKeys(
  db: Db,
  after: Pick<SessionRow, 'app_id' | 'id'> | undefined,
  limit: number,
): Promise<TokenKeyRow[]> {
  const { app_id, id } = after ?? { app_id: '', id: '' }
  return await db
    .withTables<SessionTables>()
    .selectFrom('sessions')
    .select(['app_id', 'id', 'token_key', 'ended_at', 'idle_expires_at', 'expires_at'])
    .where((eb) => eb(eb.refTuple('app_id', 'id'), '>', eb.tuple(app_id, id)))
    .orderBy('app_id')
    .orderBy('id')
    .limit(limit)
    .execute()
}
