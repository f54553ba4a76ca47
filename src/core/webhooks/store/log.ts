import type { Db, Tx } from '../../../platform/db.ts'
import { lowestId } from '../../../platform/ids.ts'
import type { DeliveryRow, DeliveryStatus, WebhookTables } from '../tables.ts'
import { DELIVERY_PREFIX } from './deliveries.ts'

/** Which deliveries to list: those that meet every member given. */
export interface DeliverySelection {
  readonly status?: DeliveryStatus | undefined
  readonly event?: string | undefined
  readonly userId?: string | undefined
  /** Unix ms. */
  readonly since?: number | undefined
  readonly until?: number | undefined
  /** Older than the delivery with this id. */
  readonly before?: string | undefined
}

/** Newest first, `limit` at most. */
export async function listDeliveries(
  db: Db,
  appId: string,
  webhookId: string,
  { status, event, userId, since, until, before }: DeliverySelection,
  limit: number,
): Promise<DeliveryRow[]> {
  return await db
    .withTables<WebhookTables>()
    .selectFrom('webhook_deliveries as d')
    .selectAll()
    .where('d.app_id', '=', appId)
    .where('d.webhook_id', '=', webhookId)
    .$if(status !== undefined, (query) => query.where('d.status', '=', status as DeliveryStatus))
    .$if(since !== undefined, (query) => query.where('d.id', '>=', lowestId(DELIVERY_PREFIX, since as number)))
    .$if(until !== undefined, (query) => query.where('d.id', '<', lowestId(DELIVERY_PREFIX, (until as number) + 1)))
    .$if(before !== undefined, (query) => query.where('d.id', '<', before as string))
    .$if(event !== undefined || userId !== undefined, (query) =>
      query.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('webhook_items as i')
            .select('i.event_id')
            .where('i.app_id', '=', appId)
            .where('i.webhook_id', '=', webhookId)
            .$if(event !== undefined, (some) => some.where('i.type', '=', event as string))
            .$if(userId !== undefined, (some) => some.where('i.user_id', '=', userId as string))
            .whereRef('i.delivery_id', '=', 'd.id'),
        ),
      ),
    )
    .orderBy('d.id', 'desc')
    .limit(limit)
    .execute()
}

/** Send again what was made in this time, of some statuses; `limit` at most. Answers how many events. */
export async function reopen(
  tx: Tx,
  appId: string,
  webhookId: string,
  which: { statuses: readonly DeliveryStatus[]; since: number; until: number; types?: readonly string[] | undefined },
  limit: number,
): Promise<number> {
  const tables = tx.withTables<WebhookTables>()
  const { statuses, since, until, types } = which
  const found = await tables
    .selectFrom('webhook_deliveries as d')
    .select(['d.id', 'd.size'])
    .where('d.app_id', '=', appId)
    .where('d.webhook_id', '=', webhookId)
    .where('d.id', '>=', lowestId(DELIVERY_PREFIX, since))
    .where('d.id', '<', lowestId(DELIVERY_PREFIX, until + 1))
    .where('d.status', 'in', statuses)
    .$if(types !== undefined, (query) =>
      query.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('webhook_items as i')
            .select('i.event_id')
            .where('i.app_id', '=', appId)
            .whereRef('i.delivery_id', '=', 'd.id')
            .where('i.type', 'in', types as readonly string[]),
        ),
      ),
    )
    .orderBy('d.id')
    .limit(limit)
    .execute()
  for (let start = 0; start < found.length; start += 1000) {
    const ids = found.slice(start, start + 1000).map(({ id }) => id)
    await tables
      .updateTable('webhook_deliveries')
      .set({ status: 'pending', due_at: 0, alone: 0, first_failed_at: null, replayed: 1, done_at: null })
      .where('app_id', '=', appId)
      .where('id', 'in', ids)
      .execute()
  }
  return found.reduce((sum, { size }) => sum + Number(size), 0)
}

/** How many are open, and how many were set aside; each counted up to a thousand. */
export async function countUnsent(db: Db, appId: string, webhookId: string, status: DeliveryStatus): Promise<number> {
  const row = await db
    .withTables<WebhookTables>()
    .selectFrom((eb) =>
      eb
        .selectFrom('webhook_deliveries')
        .select('size')
        .where('app_id', '=', appId)
        .where('webhook_id', '=', webhookId)
        .where('status', '=', status)
        .limit(1000)
        .as('some'),
    )
    .select((eb) => eb.fn.sum<number>('size').as('count'))
    .executeTakeFirst()
  return Number(row?.count ?? 0)
}

/** When the first of what is open was frozen, Unix ms. */
export async function findOldestOpen(db: Db, appId: string, webhookId: string): Promise<DeliveryRow | undefined> {
  return await db
    .withTables<WebhookTables>()
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .where('status', '=', 'pending')
    .orderBy('first_sequence')
    .limit(1)
    .executeTakeFirst()
}
