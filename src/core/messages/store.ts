import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db.ts'
import { deleteBefore } from '../../platform/db-sweep.ts'
import { lowestId } from '../../platform/ids.ts'
import type {
  Channel,
  MailboxRow,
  MessageRow,
  MessageStatus,
  MessageTables,
  ProviderRow,
  TemplateRow,
} from './tables.ts'

export async function insertMessage(tx: Tx, row: MessageRow): Promise<void> {
  await tx.withTables<MessageTables>().insertInto('messages').values(row).execute()
}

type MessageEnd = Pick<MessageRow, 'status' | 'provider' | 'provider_id' | 'reason'>

/** Write what came of a message. False for one that was ended before, which stays as it is. */
export async function updateMessage(
  tx: Tx,
  appId: string,
  id: string,
  end: Partial<MessageEnd>,
  now: number,
): Promise<boolean> {
  const row = await tx
    .withTables<MessageTables>()
    .updateTable('messages')
    .set({ ...end, updated_at: now })
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('status', '=', 'queued')
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** End up to `count` messages whose time is up, whatever became of their jobs. */
export async function failOverdueMessages(tx: Tx, now: number, count: number): Promise<number> {
  const tables = tx.withTables<MessageTables>()
  const overdue = tables
    .selectFrom('messages')
    .select(['app_id', 'id'])
    .where('status', '=', 'queued')
    .where('expires_at', '<=', now)
    .orderBy('expires_at')
    .limit(count)
    .$asTuple('app_id', 'id')
  const { numUpdatedRows } = await tables
    .updateTable('messages')
    .set((eb) => ({ status: 'failed', reason: eb.fn.coalesce('reason', eb.val(OVERDUE)), updated_at: now }))
    .where((eb) => eb(eb.refTuple('app_id', 'id'), 'in', overdue))
    .where('status', '=', 'queued')
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

const OVERDUE = 'was not tried in time'

export const MESSAGE_PREFIX = 'msg'

/** Which messages to list: those that meet every member given. */
export interface MessageSelection {
  /** Masked, as it is kept. */
  readonly recipient?: string | undefined
  readonly status?: MessageStatus | undefined
  /** Made later than then, Unix ms. */
  readonly createdAfter?: number | undefined
  /** Older than the message with this id. */
  readonly before?: string | undefined
}

/** Newest first, `limit` at most. */
export async function listMessages(
  db: Db,
  appId: string,
  limit: number,
  { recipient, status, createdAfter, before }: MessageSelection = {},
): Promise<MessageRow[]> {
  return await db
    .withTables<MessageTables>()
    .selectFrom('messages')
    .selectAll()
    .where('app_id', '=', appId)
    .$if(recipient !== undefined, (query) => query.where('recipient', '=', recipient as string))
    .$if(status !== undefined, (query) => query.where('status', '=', status as MessageStatus))
    // As the index of the few others says it: with a parameter no database would know that it may look there.
    .$if(status !== undefined && status !== 'sent', (query) => query.where('status', '<>', sql.lit('sent' as const)))
    .$if(createdAfter !== undefined, (query) =>
      query
        .where('id', '>=', lowestId(MESSAGE_PREFIX, createdAfter as number))
        .where('created_at', '>', createdAfter as number),
    )
    .$if(before !== undefined, (query) => query.where('id', '<', before as string))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

export async function findMessage(db: Db, appId: string, id: string): Promise<MessageRow | undefined> {
  return await db
    .withTables<MessageTables>()
    .selectFrom('messages')
    .selectAll()
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .executeTakeFirst()
}

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

/** The application's own texts; of one channel and some templates if given. */
export async function listTemplates(
  db: Db,
  appId: string,
  of?: { channel: Channel; templates: readonly string[] },
): Promise<TemplateRow[]> {
  return await db
    .withTables<MessageTables>()
    .selectFrom('message_templates')
    .selectAll()
    .where('app_id', '=', appId)
    .$if(of !== undefined, (query) =>
      query.where('channel', '=', of?.channel ?? 'email').where('template', 'in', of?.templates ?? []),
    )
    .orderBy('template')
    .orderBy('channel')
    .orderBy('locale')
    .execute()
}

/** What the application has texts of its own for, in no order. */
export async function listTemplateKeys(
  db: Db,
  appId: string,
): Promise<Pick<TemplateRow, 'template' | 'channel' | 'locale'>[]> {
  return await db
    .withTables<MessageTables>()
    .selectFrom('message_templates')
    .select(['template', 'channel', 'locale'])
    .where('app_id', '=', appId)
    .execute()
}

/** Insert or replace. */
export async function putTemplate(tx: Tx, row: TemplateRow): Promise<void> {
  const { subject, text, html, updated_at } = row
  await tx
    .withTables<MessageTables>()
    .insertInto('message_templates')
    .values(row)
    .onConflict((conflict) =>
      conflict.columns(['app_id', 'channel', 'template', 'locale']).doUpdateSet({ subject, text, html, updated_at }),
    )
    .execute()
}

type TemplateKey = Pick<TemplateRow, 'app_id' | 'channel' | 'template' | 'locale'>

/** False when there is none. */
export async function deleteTemplate(tx: Tx, key: TemplateKey): Promise<boolean> {
  const row = await tx
    .withTables<MessageTables>()
    .deleteFrom('message_templates')
    .where('app_id', '=', key.app_id)
    .where('channel', '=', key.channel)
    .where('template', '=', key.template)
    .where('locale', '=', key.locale)
    .returning('locale')
    .executeTakeFirst()
  return row !== undefined
}

/** Keep a message in the mailbox; a repeat changes nothing. */
export async function insertMail(tx: Tx, row: MailboxRow): Promise<void> {
  await tx
    .withTables<MessageTables>()
    .insertInto('mailbox')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Newest first. */
export async function listMail(db: Db, appId: string, limit: number): Promise<MailboxRow[]> {
  return await db
    .withTables<MessageTables>()
    .selectFrom('mailbox')
    .selectAll()
    .where('app_id', '=', appId)
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Delete up to `count` messages, or mail, made before `before`. */
export const deleteOldMessages = (
  tx: Tx,
  table: 'messages' | 'mailbox',
  before: number,
  count: number,
): Promise<number> => deleteBefore(tx, { table, key: ['app_id', 'id'], column: 'created_at' }, before, count)
