import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db.ts'
import { deleteBefore } from '../../platform/db-sweep.ts'
import { lowestId } from '../../platform/ids.ts'
import type { MailboxRow, MessageRow, MessageStatus, MessageTables } from './tables.ts'

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
