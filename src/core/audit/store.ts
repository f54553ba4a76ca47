import { LATEST } from '../../platform/clock.ts'
import type { Db, Tx } from '../../platform/db.ts'
import { dayOf, idAt, LAST } from './chain.ts'
import type { AuditHeadRow, AuditRow, AuditTables } from './tables.ts'

/** The day that is written to, which is the last one. */
export async function findHead(db: Db, appId: string): Promise<AuditHeadRow | undefined> {
  return await db
    .withTables<AuditTables>()
    .selectFrom('audit_heads')
    .selectAll()
    .where('app_id', '=', appId)
    .orderBy('day', 'desc')
    .limit(1)
    .executeTakeFirst()
}

/** Take the next place of the day that is written to: whoever comes later waits for this transaction. Undefined when that day is before `today`. */
export async function takePlace(
  tx: Tx,
  appId: string,
  today: string,
): Promise<{ day: string; count: number; hash: string } | undefined> {
  return await tx
    .withTables<AuditTables>()
    .updateTable('audit_heads')
    .set((eb) => ({ count: eb('count', '+', 1) }))
    .where('app_id', '=', appId)
    .where('day', '>=', today)
    .where('closed', '=', 0)
    .returning(['day', 'count', 'hash'])
    .executeTakeFirst()
}

/** Let nobody write to a day any more. Answers its last hash; undefined when it was closed already. */
export async function closeDay(tx: Tx, appId: string, day: string): Promise<string | undefined> {
  const row = await tx
    .withTables<AuditTables>()
    .updateTable('audit_heads')
    .set({ closed: 1 })
    .where('app_id', '=', appId)
    .where('day', '=', day)
    .where('closed', '=', 0)
    .returning('hash')
    .executeTakeFirst()
  return row?.hash
}

/** Begin a day with one row to come. False when it has begun already. */
export async function insertDay(tx: Tx, appId: string, day: string, begins: string): Promise<boolean> {
  const row = await tx
    .withTables<AuditTables>()
    .insertInto('audit_heads')
    .values({ app_id: appId, day, count: 1, begins, hash: begins, closed: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .returning('day')
    .executeTakeFirst()
  return row !== undefined
}

/** Insert the row whose place was taken, and make it the end of its day. */
export async function insertAuditRow(tx: Tx, day: string, row: AuditRow): Promise<void> {
  const tables = tx.withTables<AuditTables>()
  await tables.insertInto('audit_rows').values(row).execute()
  await tables
    .updateTable('audit_heads')
    .set({ hash: row.hash })
    .where('app_id', '=', row.app_id)
    .where('day', '=', day)
    .execute()
}

/** Which rows to list: those that meet every member given. */
export interface AuditSelection {
  readonly actor?: string | undefined
  readonly operation?: string | undefined
  readonly subject?: string | undefined
  /** Unix ms, inclusive. */
  readonly since?: number | undefined
  /** Unix ms, exclusive. */
  readonly until?: number | undefined
  /** The id to go on behind. */
  readonly after?: string | undefined
}

const DAY_MS = 86_400_000

/** `limit` at most, in the order in which they were written or against it. */
export async function listAuditRows(
  db: Db,
  appId: string,
  which: AuditSelection,
  order: 'newest_first' | 'oldest_first',
  limit: number,
): Promise<AuditRow[]> {
  const { actor, operation, subject, since, until, after } = which
  const isOldestFirst = order === 'oldest_first'
  let query = db.withTables<AuditTables>().selectFrom('audit_rows').selectAll().where('app_id', '=', appId)
  if (actor !== undefined) query = query.where('actor', '=', actor)
  if (operation !== undefined) query = query.where('operation', '=', operation)
  if (subject !== undefined) query = query.where('subject', '=', subject)
  // The days bound what is looked at; a row stands in its day, or just behind it.
  if (since !== undefined) query = query.where('created_at', '>=', since).where('id', '>=', idAt(dayOf(since), 0))
  if (until !== undefined)
    query = query.where('created_at', '<', until).where('id', '<', idAt(dayOf(Math.min(until + 2 * DAY_MS, LATEST)), 0))
  if (after !== undefined) query = query.where('id', isOldestFirst ? '>' : '<', after)
  return await query
    .orderBy('id', isOldestFirst ? 'asc' : 'desc')
    .limit(limit)
    .execute()
}

/** Every day that is left, oldest first. */
export async function listHeads(db: Db, appId: string): Promise<AuditHeadRow[]> {
  return await db
    .withTables<AuditTables>()
    .selectFrom('audit_heads')
    .selectAll()
    .where('app_id', '=', appId)
    .orderBy('day')
    .execute()
}

/** Delete up to `count` rows of closed days before `day`, oldest first; of a day that is empty then its head. Answers how many went. */
export async function deleteOldDays(tx: Tx, appId: string, day: string, count: number): Promise<number> {
  const tables = tx.withTables<AuditTables>()
  const oldest = await tables
    .selectFrom('audit_heads')
    .select('day')
    .where('app_id', '=', appId)
    .where('day', '<', day)
    .where('closed', '=', 1)
    .orderBy('day')
    .limit(1)
    .executeTakeFirst()
  if (!oldest) return 0
  const end = idAt(oldest.day, LAST)
  const doomed = tables
    .selectFrom('audit_rows')
    .select('id')
    .where('app_id', '=', appId)
    .where('id', '<=', end)
    .orderBy('id')
    .limit(count)
  const { numDeletedRows } = await tables
    .deleteFrom('audit_rows')
    .where('app_id', '=', appId)
    .where('id', 'in', doomed)
    .executeTakeFirst()
  const deleted = Number(numDeletedRows)
  if (deleted === count) return deleted
  await tables.deleteFrom('audit_heads').where('app_id', '=', appId).where('day', '=', oldest.day).execute()
  return deleted + 1
}
