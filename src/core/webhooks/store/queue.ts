import type { Db, Tx } from '../../../platform/db.ts'
import { lowestId } from '../../../platform/ids.ts'
import type { EventRow, EventTables } from '../../events/tables.ts'
import type { WebhookTables } from '../tables.ts'

export interface WaitingEvent {
  readonly event_id: string
  /** Null when the event was deleted before it was sent. */
  readonly event: Pick<EventRow, 'id' | 'type' | 'user_id' | 'payload' | 'created_at' | 'trace'> | null
}

/** What waits for a webhook, in the order of event ids. */
export async function listWaiting(tx: Tx, appId: string, webhookId: string, limit: number): Promise<WaitingEvent[]> {
  const rows = await tx
    .withTables<EventTables>()
    .selectFrom('webhook_queue as q')
    .leftJoin('events as e', (join) => join.onRef('e.app_id', '=', 'q.app_id').onRef('e.id', '=', 'q.event_id'))
    .select(['q.event_id', 'e.id', 'e.type', 'e.user_id', 'e.payload', 'e.created_at', 'e.trace'])
    .where('q.app_id', '=', appId)
    .where('q.webhook_id', '=', webhookId)
    .orderBy('q.event_id')
    .limit(limit)
    .execute()
  return rows.map(({ event_id, id, type, user_id, payload, created_at, trace }) => ({
    event_id,
    event:
      id === null
        ? null
        : { id, type: type ?? '', user_id, payload: payload ?? '', created_at: created_at ?? 0, trace },
  }))
}

export async function deleteWaiting(tx: Tx, appId: string, webhookId: string, ids: readonly string[]): Promise<void> {
  await tx
    .withTables<EventTables>()
    .deleteFrom('webhook_queue')
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .where('event_id', 'in', ids)
    .execute()
}

/** How many wait, counted up to `most`. */
export async function countWaiting(db: Db, appId: string, webhookId: string, most: number): Promise<number> {
  const row = await db
    .withTables<EventTables>()
    .selectFrom((eb) =>
      eb
        .selectFrom('webhook_queue')
        .select('event_id')
        .where('app_id', '=', appId)
        .where('webhook_id', '=', webhookId)
        .limit(most)
        .as('some'),
    )
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** Since when the first of those that wait does, Unix ms. */
export async function findOldestWaiting(db: Db, appId: string, webhookId: string): Promise<number | undefined> {
  const row = await db
    .withTables<EventTables>()
    .selectFrom('webhook_queue')
    .select('created_at')
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .orderBy('event_id')
    .limit(1)
    .executeTakeFirst()
  return row?.created_at
}

/** Put in the queue what a webhook wants and never got: events of these types made in this time, `limit` at most. Answers how many. */
export async function enqueueMissed(
  tx: Tx,
  appId: string,
  webhookId: string,
  { types, since, until }: { types: readonly string[]; since: number; until: number },
  limit: number,
): Promise<number> {
  const tables = tx.withTables<EventTables & WebhookTables>()
  const missed = await tables
    .selectFrom('events as e')
    .select(['e.id', 'e.created_at'])
    .where('e.app_id', '=', appId)
    .where('e.type', 'in', types)
    .where('e.id', '>=', lowestId('evt', since))
    .where('e.id', '<', lowestId('evt', until + 1))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('webhook_items as i')
            .select('i.event_id')
            .where('i.app_id', '=', appId)
            .where('i.webhook_id', '=', webhookId)
            .whereRef('i.event_id', '=', 'e.id'),
        ),
      ),
    )
    .orderBy('e.id')
    .limit(limit)
    .execute()
  let count = 0
  for (let start = 0; start < missed.length; start += 1000) {
    const rows = missed.slice(start, start + 1000).map(({ id, created_at }) => ({
      app_id: appId,
      webhook_id: webhookId,
      event_id: id,
      created_at,
    }))
    const { numInsertedOrUpdatedRows } = await tables
      .insertInto('webhook_queue')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    count += Number(numInsertedOrUpdatedRows ?? 0)
  }
  return count
}

/** Delete up to `count` rows that wait for a webhook that is gone. */
export async function deleteQueue(tx: Tx, appId: string, webhookId: string, count: number): Promise<number> {
  const tables = tx.withTables<EventTables>()
  const doomed = tables
    .selectFrom('webhook_queue')
    .select('event_id')
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .limit(count)
  const { numDeletedRows } = await tables
    .deleteFrom('webhook_queue')
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .where('event_id', 'in', doomed)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
