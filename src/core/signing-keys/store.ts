import type { Db, Tx } from '../../platform/db.ts'
import type { SigningKeyRow, SigningKeyTables } from './tables.ts'

/** By purpose, algorithm and generation. */
export async function listSigningKeys(db: Db, appId: string): Promise<SigningKeyRow[]> {
  return await db
    .withTables<SigningKeyTables>()
    .selectFrom('signing_keys')
    .selectAll()
    .where('app_id', '=', appId)
    .orderBy('purpose')
    .orderBy('alg')
    .orderBy('generation')
    .execute()
}

/** Insert the key of a generation. False when another process made that generation first. */
export async function insertSigningKey(tx: Tx, row: SigningKeyRow): Promise<boolean> {
  const inserted = await tx
    .withTables<SigningKeyTables>()
    .insertInto('signing_keys')
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .returning('kid')
    .executeTakeFirst()
  return inserted !== undefined
}

export async function deleteSigningKey(tx: Tx, appId: string, kid: string): Promise<void> {
  await tx
    .withTables<SigningKeyTables>()
    .deleteFrom('signing_keys')
    .where('app_id', '=', appId)
    .where('kid', '=', kid)
    .execute()
}
