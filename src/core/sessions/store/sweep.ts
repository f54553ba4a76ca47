import { sql } from 'kysely'
import type { Tx } from '../../../platform/db.ts'
import { deleteBefore } from '../../../platform/db-sweep.ts'
import type { SessionTables } from '../tables.ts'

/** How long a session is kept once it is over. */
export const KEPT_MS = 30 * 86_400_000

/**
 * Delete sessions that were over thirty days ago, and look through up to `count` of the others whose time has come. Answers how many it was
 * done with; fewer than `count` when nothing is left.
 *
 * A refresh moves `idle_expires_at` and not `sweep_at`, so that no index moves with it. Each row is therefore looked at as often as it could be due:
 * a session that lives, within thirty days, for no refresh makes it end sooner than that; one that is over, when it has been for thirty days.
 */
export async function sweepSessions(tx: Tx, now: number, count: number): Promise<number> {
  const ended = await deleteBefore(tx, ENDED, now - KEPT_MS, count)
  const idle = await deleteIdle(tx, now, count)
  return ended + idle + (await lookThrough(tx, now, count))
}

const ENDED = { table: 'sessions', key: ['app_id', 'id'], column: 'ended_at' }

async function deleteIdle(tx: Tx, now: number, count: number): Promise<number> {
  const { numDeletedRows } = await tx
    .withTables<SessionTables>()
    .with('due', () => due(tx, now, count))
    .deleteFrom('sessions')
    .where((eb) =>
      eb(
        eb.refTuple('app_id', 'id'),
        'in',
        eb.selectFrom('due').select(['due.app_id', 'due.id']).$asTuple('app_id', 'id'),
      ),
    )
    .where('idle_expires_at', '<', now - KEPT_MS)
    .executeTakeFirst()
  return Number(numDeletedRows)
}

/** Say of those that stay when to look again. They are spread as their logins were: each that lives has its day of the month. */
async function lookThrough(tx: Tx, now: number, count: number): Promise<number> {
  const { numUpdatedRows } = await tx
    .withTables<SessionTables>()
    .with('due', () => due(tx, now, count))
    .updateTable('sessions')
    .set({
      sweep_at: sql<number>`case when idle_expires_at <= ${now} then idle_expires_at + ${KEPT_MS + 1}
        else ${now + KEPT_MS} - (${now} - created_at) % ${KEPT_MS} end`,
    })
    .where((eb) =>
      eb(
        eb.refTuple('app_id', 'id'),
        'in',
        eb.selectFrom('due').select(['due.app_id', 'due.id']).$asTuple('app_id', 'id'),
      ),
    )
    .where('idle_expires_at', '>=', now - KEPT_MS)
    .executeTakeFirst()
  return Number(numUpdatedRows)
}

/**
 * The order is that of the index, without which PostgreSQL may look for them through the whole table. What a refresh has locked waits for the
 * next round: rows that live are locked here in another order than there, and nobody shall wait in a circle.
 */
const due = (tx: Tx, now: number, count: number) =>
  tx
    .withTables<SessionTables>()
    .selectFrom('sessions')
    .select(['app_id', 'id'])
    .where('sweep_at', '<=', now)
    .orderBy('sweep_at')
    .limit(count)
    .forUpdate()
    .skipLocked()
