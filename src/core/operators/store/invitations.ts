import type { Db, Tx } from '../../../platform/db.ts'
import { deleteExpired } from '../../../platform/db-sweep.ts'
import type { OperatorInvitationRow, OperatorTables } from '../tables.ts'

/** Insert an invitation in the place of those that its operator had. */
export async function replaceInvitation(tx: Tx, row: OperatorInvitationRow): Promise<void> {
  const tables = tx.withTables<OperatorTables>()
  await tables.deleteFrom('operator_invitations').where('operator_id', '=', row.operator_id).execute()
  await tables.insertInto('operator_invitations').values(row).execute()
}

/** Whether there is an invitation, expired or not. */
export async function hasInvitation(db: Db, hash: string): Promise<boolean> {
  const row = await db
    .withTables<OperatorTables>()
    .selectFrom('operator_invitations')
    .select('hash')
    .where('hash', '=', hash)
    .executeTakeFirst()
  return row !== undefined
}

/** Use an invitation up. Answers whose it is, to exactly one caller. */
export async function consumeInvitation(tx: Tx, hash: string, now: number): Promise<string | undefined> {
  const row = await tx
    .withTables<OperatorTables>()
    .deleteFrom('operator_invitations')
    .where('hash', '=', hash)
    .where('expires_at', '>', now)
    .returning('operator_id')
    .executeTakeFirst()
  return row?.operator_id
}

export const deleteExpiredInvitations = (tx: Tx, now: number, count: number): Promise<number> =>
  deleteExpired(tx, 'operator_invitations', ['hash'], now, count)
