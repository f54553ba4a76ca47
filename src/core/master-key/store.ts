import type { Db, Tx } from '../../platform/db.ts'
import type { CanaryRow, KeptKeyRow, MasterKeyTables, RotationRow } from './tables.ts'

export const OF_INSTANCE = ''

type Canary = Pick<CanaryRow, 'sealed' | 'created_at'>

/** What the master key of this database must open; undefined when nobody has served from it yet, or only an older release. */
export async function findCanary(db: Db): Promise<Canary | undefined> {
  return await db
    .withTables<MasterKeyTables>()
    .selectFrom('master_key_canaries')
    .select(['sealed', 'created_at'])
    .where('app_id', '=', OF_INSTANCE)
    .executeTakeFirst()
}

/** Insert the canary, unless there is one already: of several processes one wins. */
export async function insertCanary(tx: Tx, row: Canary): Promise<void> {
  await tx
    .withTables<MasterKeyTables>()
    .insertInto('master_key_canaries')
    .values({ ...row, app_id: OF_INSTANCE })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Put another canary in the place of one that was read. False when somebody else has. */
export async function swapCanary(tx: Tx, before: string, { sealed, created_at }: Canary): Promise<boolean> {
  const row = await tx
    .withTables<MasterKeyTables>()
    .updateTable('master_key_canaries')
    .set({ sealed, created_at })
    .where('app_id', '=', OF_INSTANCE)
    .where('sealed', '=', before)
    .returning('app_id')
    .executeTakeFirst()
  return row !== undefined
}

export async function listKeptKeys(db: Db): Promise<KeptKeyRow[]> {
  return await db
    .withTables<MasterKeyTables>()
    .selectFrom('kept_keys')
    .selectAll()
    .where('app_id', '=', OF_INSTANCE)
    .execute()
}

/** Insert what is to be kept; what is kept of a purpose already stays. */
export async function insertKeptKeys(tx: Tx, rows: readonly KeptKeyRow[]): Promise<void> {
  await tx
    .withTables<MasterKeyTables>()
    .insertInto('kept_keys')
    .values([...rows])
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Undefined before the first rotation. */
export async function findRotation(db: Db): Promise<RotationRow | undefined> {
  return await db
    .withTables<MasterKeyTables>()
    .selectFrom('master_key_rotations')
    .selectAll()
    .where('app_id', '=', OF_INSTANCE)
    .executeTakeFirst()
}

/** Note that the master key was rotated: what was counted before is old, and nothing is sealed anew yet. */
export async function beginRotation(tx: Tx, firstKey: string, found: string): Promise<void> {
  const begun = { pass: null, found, found_at: null }
  await tx
    .withTables<MasterKeyTables>()
    .insertInto('master_key_rotations')
    .values({ app_id: OF_INSTANCE, first_key: firstKey, given_up: null, ...begun })
    .onConflict((conflict) => conflict.column('app_id').doUpdateSet(begun))
    .execute()
}

export async function updateRotation(
  tx: Tx,
  change: Partial<Pick<RotationRow, 'pass' | 'found' | 'found_at' | 'given_up'>>,
): Promise<void> {
  await tx
    .withTables<MasterKeyTables>()
    .updateTable('master_key_rotations')
    .set(change)
    .where('app_id', '=', OF_INSTANCE)
    .execute()
}
