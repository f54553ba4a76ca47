import type { SelectQueryBuilder } from 'kysely'
import type { Tx } from '../../../platform/db.ts'
import { live } from '../store.ts'
import type { EndReason, SessionRow, SessionTables } from '../tables.ts'

/** Which sessions to end: those that meet every member given. A user or a session is always named, so no slip ends everybody's. */
export type SessionSelection = ({ userId: string; id?: string } | { userId?: never; id: string }) & {
  exceptId?: string
  /** Bound to one of these keys; the empty text stands for none. */
  jkt?: readonly string[]
  /** Started until then, Unix ms. */
  until?: number
  /** Whose login proved its user before then, Unix ms. */
  provenBefore?: number
}

export type EndedSession = Pick<SessionRow, 'id' | 'user_id' | 'amr'>

/** End up to `count` live sessions. Answers those that this call ended. */
export async function endLive(
  tx: Tx,
  appId: string,
  { userId, id, exceptId, jkt, until, provenBefore }: SessionSelection,
  reason: EndReason,
  count: number,
  now: number,
): Promise<EndedSession[]> {
  const tables = tx.withTables<SessionTables>()
  const doomed = tables
    .selectFrom('sessions')
    .select('id')
    .where('app_id', '=', appId)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId as string))
    .$if(id !== undefined, (query) => query.where('id', '=', id as string))
    .$if(exceptId !== undefined, (query) => query.where('id', '!=', exceptId as string))
    .$if(jkt !== undefined, (query) => query.where('jkt', 'in', jkt as string[]))
    .$if(until !== undefined, (query) => query.where('created_at', '<=', until as number))
    .$if(provenBefore !== undefined, (query) => query.where('auth_time', '<', provenBefore as number))
    .where(live(now))
    .limit(count)
  return await endThose(tx, appId, doomed, reason, now)
}

/** The keys of up to `count` live sessions that a user has besides one; empty texts stand for none. */
export async function listOtherKeys(
  tx: Tx,
  appId: string,
  { userId, exceptId, count }: { userId: string; exceptId: string; count: number },
  now: number,
): Promise<string[]> {
  const rows = await tx
    .withTables<SessionTables>()
    .selectFrom('sessions')
    .select('jkt')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where('id', '!=', exceptId)
    .where(live(now))
    .limit(count)
    .execute()
  return rows.map(({ jkt }) => jkt)
}

/** End up to `count` of the live sessions that a user has beyond `max`, those first that were unused for longest. */
export async function endExcess(
  tx: Tx,
  appId: string,
  { userId, exceptId, max, count }: { userId: string; exceptId: string; max: number; count: number },
  now: number,
): Promise<EndedSession[]> {
  const doomed = tx
    .withTables<SessionTables>()
    .selectFrom('sessions')
    .select('id')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where('id', '!=', exceptId)
    .where(live(now))
    .orderBy('last_seen_at', 'desc')
    .orderBy('id')
    .limit(count)
    .offset(max - 1)
  return await endThose(tx, appId, doomed, 'superseded', now)
}

type Doomed = SelectQueryBuilder<SessionTables, 'sessions', { id: string }>

async function endThose(tx: Tx, appId: string, doomed: Doomed, reason: EndReason, now: number) {
  return await tx
    .withTables<SessionTables>()
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: reason })
    .where('app_id', '=', appId)
    .where('id', 'in', doomed)
    .where(live(now))
    .returning(['id', 'user_id', 'amr'])
    .execute()
}

/** Remove every session of a user, ended ones too. */
export async function deleteSessionsOfUser(tx: Tx, appId: string, userId: string): Promise<void> {
  await tx
    .withTables<SessionTables>()
    .deleteFrom('sessions')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .execute()
}
