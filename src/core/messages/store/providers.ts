import type { Db, Tx } from '../../../platform/db.ts'
import type { Channel, MessageTables, ProviderRow } from '../tables.ts'

/** In the order they are tried; of one channel if given. */
export async function listProviders(db: Db, appId: string, channel?: Channel): Promise<ProviderRow[]> {
  return await db
    .withTables<MessageTables>()
    .selectFrom('message_providers')
    .selectAll()
    .where('app_id', '=', appId)
    .$if(channel !== undefined, (query) => query.where('channel', '=', channel ?? 'email'))
    .orderBy('channel')
    .orderBy('position')
    .orderBy('id')
    .execute()
}

export async function insertProvider(tx: Tx, row: ProviderRow): Promise<void> {
  await tx.withTables<MessageTables>().insertInto('message_providers').values(row).execute()
}

export async function findProvider(db: Db, appId: string, id: string): Promise<ProviderRow | undefined> {
  return await db
    .withTables<MessageTables>()
    .selectFrom('message_providers')
    .selectAll()
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .executeTakeFirst()
}

type ProviderChange = Pick<ProviderRow, 'options' | 'sealed_secrets' | 'secret_names' | 'updated_at'>

/** Change a provider that still is as it was `seen`; false when another change came between, or it is gone. */
export async function swapProvider(tx: Tx, seen: ProviderRow, change: ProviderChange): Promise<boolean> {
  const row = await tx
    .withTables<MessageTables>()
    .updateTable('message_providers')
    .set(change)
    .where('app_id', '=', seen.app_id)
    .where('id', '=', seen.id)
    .where('options', '=', seen.options)
    .where('sealed_secrets', '=', seen.sealed_secrets)
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

export async function moveProvider(tx: Tx, appId: string, id: string, position: number): Promise<void> {
  await tx
    .withTables<MessageTables>()
    .updateTable('message_providers')
    .set({ position })
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .execute()
}

/** The channel that it served; undefined when there is none. */
export async function deleteProvider(tx: Tx, appId: string, id: string): Promise<Channel | undefined> {
  const row = await tx
    .withTables<MessageTables>()
    .deleteFrom('message_providers')
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .returning('channel')
    .executeTakeFirst()
  return row?.channel
}
