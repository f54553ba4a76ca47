import type { Tx } from '../../../platform/db.ts'
import type { WebhookTables } from '../tables.ts'

const AT_ONCE = 100

/** Delete deliveries made before `before`, with their tries; `count` at most. Answers how many. */
export async function deleteOldDeliveries(tx: Tx, before: number, count: number): Promise<number> {
  const doomed = await tx
    .withTables<WebhookTables>()
    .selectFrom('webhook_deliveries')
    .select(['app_id', 'id'])
    .where('created_at', '<', before)
    .orderBy('created_at')
    .limit(count)
    .execute()
  await deleteThese(tx, doomed)
  return doomed.length
}

/** Delete deliveries of a webhook that is gone; `count` at most. Answers how many. */
export async function deleteDeliveriesOf(tx: Tx, appId: string, webhookId: string, count: number): Promise<number> {
  const doomed = await tx
    .withTables<WebhookTables>()
    .selectFrom('webhook_deliveries')
    .select(['app_id', 'id'])
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .limit(count)
    .execute()
  await deleteThese(tx, doomed)
  return doomed.length
}

async function deleteThese(tx: Tx, doomed: readonly { app_id: string; id: string }[]): Promise<void> {
  const tables = tx.withTables<WebhookTables>()
  for (const [appId, rows] of Map.groupBy(doomed, ({ app_id }) => app_id)) {
    for (let start = 0; start < rows.length; start += AT_ONCE) {
      const ids = rows.slice(start, start + AT_ONCE).map(({ id }) => id)
      await tables.deleteFrom('webhook_items').where('app_id', '=', appId).where('delivery_id', 'in', ids).execute()
      await tables.deleteFrom('webhook_tries').where('app_id', '=', appId).where('delivery_id', 'in', ids).execute()
      await tables.deleteFrom('webhook_deliveries').where('app_id', '=', appId).where('id', 'in', ids).execute()
    }
  }
}

/** Delete counts of hours before `before`; those of `count` rows at most. */
export async function deleteOldHours(tx: Tx, before: number, count: number): Promise<number> {
  const tables = tx.withTables<WebhookTables>()
  const doomed = await tables
    .selectFrom('webhook_hours')
    .select(['app_id', 'webhook_id', 'hour'])
    .where('hour', '<', before)
    .orderBy('hour')
    .limit(count)
    .execute()
  for (const { app_id, webhook_id, hour } of doomed) {
    await tables
      .deleteFrom('webhook_hours')
      .where('app_id', '=', app_id)
      .where('webhook_id', '=', webhook_id)
      .where('hour', '=', hour)
      .execute()
  }
  return doomed.length
}

export async function deleteHoursOf(tx: Tx, appId: string, webhookId: string): Promise<void> {
  await tx
    .withTables<WebhookTables>()
    .deleteFrom('webhook_hours')
    .where('app_id', '=', appId)
    .where('webhook_id', '=', webhookId)
    .execute()
}
