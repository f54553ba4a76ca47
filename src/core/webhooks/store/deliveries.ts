import type { Db, Tx } from '../../../platform/db.ts'
import { LONGEST_WAIT_MS } from '../retry.ts'
import type { DeliveryRow, ItemRow, WebhookTables } from '../tables.ts'

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

/** Let everything that is open be sent now. */
export async function hastenOpen(tx: Tx, appId: string, webhookId: string): Promise<void> {
  await tx
    .withTables<WebhookTables>()
    .updateTable('webhook_deliveries')
    .set({ due_at: 0 })
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .where('status', '=', 'pending')
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
