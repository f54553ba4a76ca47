import type { Db, Tx } from '../../../platform/db.ts'
import type { EventTables } from '../../events/tables.ts'
import type { PausedReason, WebhookRow, WebhookTables } from '../tables.ts'

/** False when another has the same URL. */
export async function insertWebhook(tx: Tx, row: WebhookRow): Promise<boolean> {
  const inserted = await tx
    .withTables<WebhookTables>()
    .insertInto('webhooks')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Oldest first. */
export async function listWebhooks(db: Db, appId: string): Promise<WebhookRow[]> {
  return await db
    .withTables<WebhookTables>()
    .selectFrom('webhooks')
    .selectAll()
    .where('app_id', '=', appId)
    .orderBy('id')
    .execute()
}

export async function findWebhook(db: Db, appId: string, id: string): Promise<WebhookRow | undefined> {
  return await db
    .withTables<WebhookTables>()
    .selectFrom('webhooks')
    .selectAll()
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/**
 * Hold a URL for a webhook until the commit: whoever else wants it waits. False when another has it. A row of an insert is the one thing that can
 * lose the race for a unique index without an error, so one is inserted, and removed at once.
 */
export async function claimUrl(tx: Tx, row: WebhookRow, urlHash: string, claimId: string): Promise<boolean> {
  if (!(await insertWebhook(tx, { ...row, id: claimId, url_hash: urlHash, twin: '' }))) return false
  await deleteWebhook(tx, row.app_id, claimId)
  return true
}

type WebhookChange = Partial<Omit<WebhookRow, 'app_id' | 'id' | 'kind' | 'created_at' | 'updated_at'>>

/** Change one that still is as it was `seen`; undefined when another change came between, or it is gone. */
export async function swapWebhook(
  tx: Tx,
  seen: WebhookRow,
  change: WebhookChange,
  now: number,
): Promise<WebhookRow | undefined> {
  return await tx
    .withTables<WebhookTables>()
    .updateTable('webhooks')
    .set({ ...change, updated_at: now })
    .where('app_id', '=', seen.app_id)
    .where('id', '=', seen.id)
    .where('url_hash', '=', seen.url_hash)
    .where('events', '=', seen.events)
    .where('options', '=', seen.options)
    .where('active', '=', seen.active)
    .returningAll()
    .executeTakeFirst()
}

/** End that a webhook gets events. Undefined when it is gone, or does not get any. */
export async function pauseWebhook(
  tx: Tx,
  appId: string,
  id: string,
  reason: PausedReason,
  now: number,
): Promise<WebhookRow | undefined> {
  const row = await tx
    .withTables<WebhookTables>()
    .updateTable('webhooks')
    .set({ active: 0, paused_reason: reason, updated_at: now })
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('active', '=', 1)
    .returningAll()
    .executeTakeFirst()
  if (row) await putSubscriptions(tx, appId, id, [])
  return row
}

export async function deleteWebhook(tx: Tx, appId: string, id: string): Promise<boolean> {
  const row = await tx
    .withTables<WebhookTables>()
    .deleteFrom('webhooks')
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** The types whose events a webhook gets from now on: exactly these. */
export async function putSubscriptions(tx: Tx, appId: string, id: string, types: readonly string[]): Promise<void> {
  const tables = tx.withTables<EventTables>()
  await tables.deleteFrom('webhook_events').where('app_id', '=', appId).where('webhook_id', '=', id).execute()
  if (types.length === 0) return
  const rows = types.map((type) => ({ app_id: appId, type, webhook_id: id }))
  await tables.insertInto('webhook_events').values(rows).execute()
}

/** All that get events now, of every application. */
export async function listActive(db: Db): Promise<Pick<WebhookRow, 'app_id' | 'id'>[]> {
  return await db
    .withTables<WebhookTables>()
    .selectFrom('webhooks')
    .select(['app_id', 'id'])
    .where('active', '=', 1)
    .execute()
}
