import type { Db, Tx } from '../../platform/db.ts'
import { deleteExpired } from '../../platform/db-sweep.ts'
import type { AttemptTables, LoginAttemptRow } from './tables.ts'

/** Insert an attempt; one that exists already stays as it is. */
export async function insertAttempt(tx: Tx, row: LoginAttemptRow): Promise<void> {
  await tx
    .withTables<AttemptTables>()
    .insertInto('login_attempts')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function findAttempt(db: Db, appId: string, idHash: string): Promise<LoginAttemptRow | undefined> {
  return await db
    .withTables<AttemptTables>()
    .selectFrom('login_attempts')
    .selectAll()
    .where('app_id', '=', appId)
    .where('id_hash', '=', idHash)
    .executeTakeFirst()
}

/** Take an attempt to work on until `leasedUntil`. True for one caller, until it finishes or the lease is over. */
export async function consumeLease(
  tx: Tx,
  appId: string,
  idHash: string,
  leasedUntil: number,
  now: number,
): Promise<boolean> {
  const row = await tx
    .withTables<AttemptTables>()
    .updateTable('login_attempts')
    .set({ leased_until: leasedUntil })
    .where('app_id', '=', appId)
    .where('id_hash', '=', idHash)
    .where('finished_at', 'is', null)
    .where('expires_at', '>', now)
    .where((eb) => eb.or([eb('leased_until', 'is', null), eb('leased_until', '<=', now)]))
    .returning('id_hash')
    .executeTakeFirst()
  return row !== undefined
}

/** Note how an attempt ended. False for whoever does not have its lease any more. */
export async function consumeAttempt(
  tx: Tx,
  appId: string,
  idHash: string,
  leasedUntil: number,
  outcome: string,
  now: number,
): Promise<boolean> {
  const row = await tx
    .withTables<AttemptTables>()
    .updateTable('login_attempts')
    .set({ outcome, finished_at: now })
    .where('app_id', '=', appId)
    .where('id_hash', '=', idHash)
    .where('finished_at', 'is', null)
    .where('leased_until', '=', leasedUntil)
    .returning('id_hash')
    .executeTakeFirst()
  return row !== undefined
}

/** End an attempt that nobody works on and nothing is to be told of. True for one caller. */
export async function consumeOpenAttempt(tx: Tx, appId: string, idHash: string, now: number): Promise<boolean> {
  const row = await tx
    .withTables<AttemptTables>()
    .updateTable('login_attempts')
    .set({ finished_at: now })
    .where('app_id', '=', appId)
    .where('id_hash', '=', idHash)
    .where('finished_at', 'is', null)
    .where('expires_at', '>', now)
    .returning('id_hash')
    .executeTakeFirst()
  return row !== undefined
}

/** Delete up to `count` attempts that were over before `before`. */
export const deleteExpiredAttempts = (tx: Tx, now: number, count: number): Promise<number> =>
  deleteExpired(tx, 'login_attempts', ['app_id', 'id_hash'], now, count)
