import type { Db, Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import type { EventRow, EventTables } from './tables.ts'

/** What happens to an application's users, in the words of its webhooks. */
export type EventType =
  | 'user.created'
  | 'user.deleted'
  | 'user.profile.updated'
  | 'user.identifier.created'
  | 'user.identifier.deleted'
  | 'user.session.created'
  | 'user.session.revoked'
  | 'migration.hook_failed'

/** Record an event in the transaction that causes it. The payload is as documented for webhooks; times are RFC 3339. */
export async function emit(tx: Tx, deps: Deps, appId: string, type: EventType, payload: object): Promise<void> {
  await tx
    .withTables<EventTables>()
    .insertInto('events')
    .values({ app_id: appId, id: newId('evt', deps), type, payload: JSON.stringify(payload), created_at: deps.now() })
    .execute()
}

/** Oldest first; of one type if given. */
export async function listEvents(db: Db, appId: string, type?: EventType): Promise<EventRow[]> {
  return await db
    .withTables<EventTables>()
    .selectFrom('events')
    .selectAll()
    .where('app_id', '=', appId)
    .$if(type !== undefined, (query) => query.where('type', '=', type as string))
    .orderBy('id')
    .execute()
}

/** Delete up to `count` events made before `before`. */
export async function deleteOldEvents(tx: Tx, before: number, count: number): Promise<number> {
  const tables = tx.withTables<EventTables>()
  const doomed = tables.selectFrom('events').select('id').where('created_at', '<', before).limit(count)
  const { numDeletedRows } = await tables.deleteFrom('events').where('id', 'in', doomed).executeTakeFirst()
  return Number(numDeletedRows)
}
