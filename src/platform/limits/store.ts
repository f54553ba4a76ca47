import type { Db, Tx } from '../db.ts'
import { deleteExpired } from '../db-sweep.ts'
import type { Migration } from '../migrate.ts'

type Tables = {
  limits: { app_id: string; name: string; subject: string; window_start: number; taken: number; expires_at: number }
}

export const limitMigrations: readonly Migration[] = [
  {
    name: 'platform/001-limits',
    up: [
      `create table limits (
        app_id text not null, name text not null, subject text not null, window_start bigint not null,
        taken bigint not null, expires_at bigint not null,
        primary key (app_id, name, subject, window_start))`,
      'create index limits_expiry on limits (expires_at)',
    ],
  },
]

export interface Limit {
  readonly name: string
  readonly max: number
  readonly windowSeconds: number
}

/**
 * Take one from the budget of `subject` in the current fixed window, in one statement: exact however many processes take at once.
 * False when nothing is left.
 */
export async function consumeLimit(
  tx: Tx,
  appId: string,
  limit: Limit,
  subject: string,
  now: number,
): Promise<boolean> {
  if (limit.max < 1) return false
  const windowMs = limit.windowSeconds * 1000
  const windowStart = Math.floor(now / windowMs) * windowMs
  const row = {
    app_id: appId,
    name: limit.name,
    subject,
    window_start: windowStart,
    taken: 1,
    expires_at: windowStart + windowMs,
  }
  const taken = await tx
    .withTables<Tables>()
    .insertInto('limits')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['app_id', 'name', 'subject', 'window_start'])
        .doUpdateSet((eb) => ({ taken: eb('limits.taken', '+', 1) }))
        .where('limits.taken', '<', limit.max),
    )
    .returning('taken')
    .executeTakeFirst()
  return taken !== undefined
}

/** Give back up to `count` of what was taken in the window of `takenAt`, Unix ms. */
export async function giveLimitBack(
  tx: Tx,
  appId: string,
  { name, windowSeconds }: Limit,
  subject: string,
  count: number,
  takenAt: number,
): Promise<void> {
  const windowMs = windowSeconds * 1000
  await tx
    .withTables<Tables>()
    .updateTable('limits')
    .set((eb) => ({
      taken: eb
        .case()
        .when('taken', '>', count)
        .then(eb('taken', '-', count))
        .else(0)
        .end(),
    }))
    .where('app_id', '=', appId)
    .where('name', '=', name)
    .where('subject', '=', subject)
    .where('window_start', '=', Math.floor(takenAt / windowMs) * windowMs)
    .execute()
}

/** Until the current window is over and the budget whole again, for `Retry-After`. */
export const secondsLeft = ({ windowSeconds }: Limit, now: number): number =>
  windowSeconds - (Math.floor(now / 1000) % windowSeconds)

/** Whether nothing is left of the budget of `subject` in the current window. Takes nothing. */
export async function isLimitSpent(
  db: Db,
  appId: string,
  limit: Limit,
  subject: string,
  now: number,
): Promise<boolean> {
  const windowMs = limit.windowSeconds * 1000
  const row = await db
    .withTables<Tables>()
    .selectFrom('limits')
    .select('taken')
    .where('app_id', '=', appId)
    .where('name', '=', limit.name)
    .where('subject', '=', subject)
    .where('window_start', '=', Math.floor(now / windowMs) * windowMs)
    .executeTakeFirst()
  return (row?.taken ?? 0) >= limit.max
}

/** Delete up to `count` windows that are over. */
export const deleteExpiredLimits = (tx: Tx, now: number, count: number): Promise<number> =>
  deleteExpired(tx, 'limits', ['app_id', 'name', 'subject', 'window_start'], now, count)
