import type { Db, Tx } from '../../../platform/db.ts'
import { deleteExpired } from '../../../platform/db-sweep.ts'
import { decodeOperator, type Operator } from '../operator.ts'
import type { OperatorSessionRow, OperatorTables } from '../tables.ts'

/** Insert a session, of an operator who is here by it. */
export async function insertOperatorSession(tx: Tx, row: OperatorSessionRow): Promise<void> {
  await tx.withTables<OperatorTables>().insertInto('operator_sessions').values(row).execute()
  await noteSeen(tx, row.operator_id, row.started_at)
}

async function noteSeen(tx: Tx, operatorId: string, now: number): Promise<void> {
  await tx
    .withTables<OperatorTables>()
    .updateTable('operators')
    .set({ last_seen_at: now })
    .where('id', '=', operatorId)
    .execute()
}

/** A session and whose it is, whether it still lives or not. */
export async function findOperatorSession(
  db: Db,
  hash: string,
): Promise<{ readonly session: OperatorSessionRow; readonly operator: Operator } | undefined> {
  const tables = db.withTables<OperatorTables>()
  const session = await tables.selectFrom('operator_sessions').selectAll().where('hash', '=', hash).executeTakeFirst()
  if (!session) return undefined
  const row = await tables.selectFrom('operators').selectAll().where('id', '=', session.operator_id).executeTakeFirst()
  return row && { session, operator: decodeOperator(row) }
}

/** Note that somebody is here, for the session and for the operator; `expiresAt`: when it ends if nobody comes any more. */
export async function updateSeen(
  tx: Tx,
  { hash, operator_id }: Pick<OperatorSessionRow, 'hash' | 'operator_id'>,
  now: number,
  expiresAt: number,
): Promise<void> {
  await tx
    .withTables<OperatorTables>()
    .updateTable('operator_sessions')
    .set({ last_seen_at: now, expires_at: expiresAt })
    .where('hash', '=', hash)
    .where('expires_at', '>', now)
    .execute()
  await noteSeen(tx, operator_id, now)
}

/** Note that the operator of a session has proven again who they are. False when it has ended. */
export async function updateProven(tx: Tx, hash: string, now: number): Promise<boolean> {
  const row = await tx
    .withTables<OperatorTables>()
    .updateTable('operator_sessions')
    .set({ proven_at: now })
    .where('hash', '=', hash)
    .where('expires_at', '>', now)
    .returning('hash')
    .executeTakeFirst()
  return row !== undefined
}

/** End sessions of an operator: one by its hash, or all. Answers how many there were. */
export async function endOperatorSessions(tx: Tx, operatorId: string, hash?: string): Promise<number> {
  const { numDeletedRows } = await tx
    .withTables<OperatorTables>()
    .deleteFrom('operator_sessions')
    .where('operator_id', '=', operatorId)
    .$if(hash !== undefined, (query) => query.where('hash', '=', hash as string))
    .executeTakeFirst()
  return Number(numDeletedRows)
}

export const deleteExpiredOperatorSessions = (tx: Tx, now: number, count: number): Promise<number> =>
  deleteExpired(tx, 'operator_sessions', ['hash'], now, count)
