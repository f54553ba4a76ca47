import type { Db, Tx } from '../../../platform/db.ts'
import type { DeliveryRow, HourRow, TryRow, WebhookTables } from '../tables.ts'

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
