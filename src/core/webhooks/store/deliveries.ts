import type { Db, Tx } from '../../../platform/db.ts'
import { lowestId } from '../../../platform/ids.ts'
import { LONGEST_WAIT_MS } from '../retry.ts'
import type { DeliveryRow, DeliveryStatus, HourRow, ItemRow, TryRow, WebhookTables } from '../tables.ts'

export const DELIVERY_PREFIX = 'whd'

export async function insertDelivery(tx: Tx, row: DeliveryRow, items: readonly ItemRow[]): Promise<void> {
  const tables = tx.withTables<WebhookTables>()
  await tables.insertInto('webhook_deliveries').values(row).execute()
  if (items.length === 0) return
  // One that is sent again after it was missed may have been frozen before.
  await tables
    .insertInto('webhook_items')
    .values(items)
    .onConflict((conflict) =>
      conflict.columns(['app_id', 'webhook_id', 'event_id']).doUpdateSet({ delivery_id: row.id }),
    )
    .execute()
}

/** Events go into another delivery. */
export async function moveItems(tx: Tx, to: DeliveryRow, eventIds: readonly string[]): Promise<void> {
  await tx
    .withTables<WebhookTables>()
    .updateTable('webhook_items')
    .set({ delivery_id: to.id })
    .where('app_id', '=', to.app_id)
    .where('webhook_id', '=', to.webhook_id)
    .where('event_id', 'in', eventIds)
    .execute()
}

/** The first that is to be sent now, of none among `except`. */
export async function findOpen(
  tx: Tx,
  appId: string,
  webhookId: string,
  { now, except }: { now: number; except: readonly string[] },
): Promise<DeliveryRow | undefined> {
  return await tx
    .withTables<WebhookTables>()
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .where('status', '=', 'pending')
    .where((eb) => eb.or([eb('due_at', '<=', now), eb('due_at', '>', now + LONGEST_WAIT_MS)]))
    .$if(except.length > 0, (query) => query.where('id', 'not in', except))
    .orderBy('first_sequence')
    .limit(1)
    .executeTakeFirst()
}

export type DeliveryChange = Partial<
  Pick<DeliveryRow, 'status' | 'strikes' | 'alone' | 'due_at' | 'first_failed_at' | 'replayed' | 'done_at'>
>

export async function updateDelivery(tx: Tx, row: DeliveryRow, change: DeliveryChange): Promise<void> {
  await tx
    .withTables<WebhookTables>()
    .updateTable('webhook_deliveries')
    .set(change)
    .where('app_id', '=', row.app_id)
    .where('id', '=', row.id)
    .execute()
}

/** One try more, and what it was answered. Its number; undefined when the delivery is gone. */
export async function countTry(
  tx: Tx,
  appId: string,
  id: string,
  answered: Pick<DeliveryRow, 'last_http_code' | 'last_duration_ms'>,
): Promise<number | undefined> {
  const row = await tx
    .withTables<WebhookTables>()
    .updateTable('webhook_deliveries')
    .set((eb) => ({ ...answered, tries: eb('tries', '+', 1) }))
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .returning('tries')
    .executeTakeFirst()
  return row?.tries
}

/** Let everything that is open be sent now, but those among `except`. */
export async function hastenOpen(tx: Tx, appId: string, webhookId: string, except: readonly string[]): Promise<void> {
  await tx
    .withTables<WebhookTables>()
    .updateTable('webhook_deliveries')
    .set({ due_at: 0 })
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .where('status', '=', 'pending')
    .$if(except.length > 0, (query) => query.where('id', 'not in', except))
    .execute()
}

export async function findDelivery(
  db: Db,
  appId: string,
  webhookId: string,
  id: string,
): Promise<DeliveryRow | undefined> {
  return await db
    .withTables<WebhookTables>()
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('webhook_id', '=', webhookId)
    .executeTakeFirst()
}

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

/** Those with events behind a sequence, in their order: what one that is pulled has frozen and not taken. */
export async function listBehind(
  tx: Db,
  appId: string,
  webhookId: string,
  after: number,
  limit: number,
): Promise<DeliveryRow[]> {
  return await tx
    .withTables<WebhookTables>()
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .where('status', '=', 'pending')
    .where('last_sequence', '>', after)
    .orderBy('first_sequence')
    .limit(limit)
    .execute()
}

/** What was pulled up to a sequence is delivered. */
export async function commitUpTo(tx: Tx, appId: string, webhookId: string, to: number, now: number): Promise<void> {
  await tx
    .withTables<WebhookTables>()
    .updateTable('webhook_deliveries')
    .set({ status: 'delivered', done_at: now })
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .where('status', '=', 'pending')
    .where('last_sequence', '<=', to)
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

export async function insertTry(tx: Tx, row: TryRow): Promise<void> {
  await tx.withTables<WebhookTables>().insertInto('webhook_tries').values(row).execute()
}

/** In their order. */
export async function listTries(db: Db, appId: string, deliveryId: string): Promise<TryRow[]> {
  return await db
    .withTables<WebhookTables>()
    .selectFrom('webhook_tries')
    .selectAll()
    .where('app_id', '=', appId)
    .where('delivery_id', '=', deliveryId)
    .orderBy('n')
    .limit(200)
    .execute()
}

/** One more of its hour. */
export async function countHour(tx: Tx, row: Omit<HourRow, 'count'>): Promise<void> {
  await tx
    .withTables<WebhookTables>()
    .insertInto('webhook_hours')
    .values({ ...row, count: 1 })
    .onConflict((conflict) =>
      conflict
        .columns(['app_id', 'webhook_id', 'hour', 'outcome', 'up_to_ms'])
        .doUpdateSet((eb) => ({ count: eb('webhook_hours.count', '+', 1) })),
    )
    .execute()
}

/** Oldest first. */
export async function listHours(db: Db, appId: string, webhookId: string, since: number): Promise<HourRow[]> {
  return await db
    .withTables<WebhookTables>()
    .selectFrom('webhook_hours')
    .selectAll()
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .where('hour', '>=', since)
    .orderBy('hour')
    .orderBy('up_to_ms')
    .execute()
}
