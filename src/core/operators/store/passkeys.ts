import type { Db, Tx } from '../../../platform/db.ts'
import { deleteExpired } from '../../../platform/db-sweep.ts'
import type { OperatorCeremonyRow, OperatorPasskeyRow, OperatorTables } from '../tables.ts'

export async function findOperatorPasskey(db: Db, credentialId: string): Promise<OperatorPasskeyRow | undefined> {
  return await db
    .withTables<OperatorTables>()
    .selectFrom('operator_passkeys')
    .selectAll()
    .where('credential_id', '=', credentialId)
    .executeTakeFirst()
}

/** The passkeys of an operator, oldest first. */
export async function listOperatorPasskeys(db: Db, operatorId: string): Promise<OperatorPasskeyRow[]> {
  return await db
    .withTables<OperatorTables>()
    .selectFrom('operator_passkeys')
    .selectAll()
    .where('operator_id', '=', operatorId)
    .orderBy('created_at')
    .orderBy('credential_id')
    .execute()
}

/** False when somebody has this credential already. */
export async function insertOperatorPasskey(tx: Tx, row: OperatorPasskeyRow): Promise<boolean> {
  const inserted = await tx
    .withTables<OperatorTables>()
    .insertInto('operator_passkeys')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('credential_id')
    .executeTakeFirst()
  return inserted !== undefined
}

/** Note a use of a passkey whose count is that which was judged. False for a passkey that is gone, and for all but one who show the same count of a key that counts. */
export async function swapOperatorSignCount(
  tx: Tx,
  passkey: Pick<OperatorPasskeyRow, 'credential_id' | 'sign_count'>,
  use: Pick<OperatorPasskeyRow, 'sign_count' | 'backup_eligible'>,
  now: number,
): Promise<boolean> {
  const row = await tx
    .withTables<OperatorTables>()
    .updateTable('operator_passkeys')
    .set({ ...use, last_used_at: now })
    .where('credential_id', '=', passkey.credential_id)
    .where('sign_count', '=', passkey.sign_count)
    .returning('credential_id')
    .executeTakeFirst()
  return row !== undefined
}

/** False when the operator has no such passkey. */
export async function deleteOperatorPasskey(tx: Tx, operatorId: string, credentialId: string): Promise<boolean> {
  const row = await tx
    .withTables<OperatorTables>()
    .deleteFrom('operator_passkeys')
    .where('operator_id', '=', operatorId)
    .where('credential_id', '=', credentialId)
    .returning('credential_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Use up the token of a ceremony. True for exactly one caller. */
export async function consumeCeremony(tx: Tx, row: OperatorCeremonyRow): Promise<boolean> {
  const inserted = await tx
    .withTables<OperatorTables>()
    .insertInto('operator_ceremonies')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('jti')
    .executeTakeFirst()
  return inserted !== undefined
}

export const deleteExpiredCeremonies = (tx: Tx, now: number, count: number): Promise<number> =>
  deleteExpired(tx, 'operator_ceremonies', ['jti'], now, count)
