import type { Db, Tx } from '../../../platform/db.ts'
import { live } from '../store.ts'
import type { SessionRow, SessionTables } from '../tables.ts'

/** The youngest session of an application that is not over; found by walking back from the end of the primary key. */
export async function findYoungestSession(db: Db, appId: string, now: number): Promise<SessionRow | undefined> {
  return await db
    .withTables<SessionTables>()
    .selectFrom('sessions')
    .selectAll()
    .where('app_id', '=', appId)
    .where(live(now))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Let a session stand as it did before it was refreshed. */
export async function putBackSession(tx: Tx, row: SessionRow): Promise<void> {
  const { app_id, id, counter, last_seen_at, idle_expires_at, proof_issued_at, token_key } = row
  await tx
    .withTables<SessionTables>()
    .updateTable('sessions')
    .set({ counter, last_seen_at, idle_expires_at, proof_issued_at, token_key })
    .where('app_id', '=', app_id)
    .where('id', '=', id)
    .execute()
}
