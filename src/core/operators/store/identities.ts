import type { Db, Tx } from '../../../platform/db.ts'
import type { OperatorIdentityRow, OperatorTables } from '../tables.ts'

type Account = Pick<OperatorIdentityRow, 'issuer' | 'subject'>

/** Whose an account is. */
export async function findOperatorIdentity(db: Db, { issuer, subject }: Account): Promise<string | undefined> {
  const row = await db
    .withTables<OperatorTables>()
    .selectFrom('operator_identities')
    .select('operator_id')
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
  return row?.operator_id
}

/** Whether an operator has an account of an issuer. */
export async function hasIdentityOf(db: Db, operatorId: string, issuer: string): Promise<boolean> {
  const row = await db
    .withTables<OperatorTables>()
    .selectFrom('operator_identities')
    .select('subject')
    .where('operator_id', '=', operatorId)
    .where('issuer', '=', issuer)
    .executeTakeFirst()
  return row !== undefined
}

/** False when the account is somebody’s already, or the operator has another one of its issuer. */
export async function insertOperatorIdentity(tx: Tx, row: OperatorIdentityRow): Promise<boolean> {
  const inserted = await tx
    .withTables<OperatorTables>()
    .insertInto('operator_identities')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('operator_id')
    .executeTakeFirst()
  return inserted !== undefined
}
