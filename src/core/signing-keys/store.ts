import type { Db, Tx } from '../../platform/db.ts'
import type { KeyAlgorithm, KeyPurpose, SigningKeyRow, SigningKeyTables } from './tables.ts'

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

export type SealedKey = Pick<SigningKeyRow, 'app_id' | 'purpose' | 'kid' | 'sealed_private_jwk'>

export type KeyAge = Pick<SigningKeyRow, 'app_id' | 'purpose' | 'alg' | 'generation' | 'activates_at'>

const NO_KEY = { app_id: '', purpose: '', alg: '', generation: 0 }

/** Of all applications, behind `after`: by application, purpose, algorithm and generation, `limit` at most. */
export async function listKeyAges(db: Db, after: KeyAge | undefined, limit: number): Promise<KeyAge[]> {
  const { app_id, purpose, alg, generation } = after ?? NO_KEY
  return await db
    .withTables<SigningKeyTables>()
    .selectFrom('signing_keys')
    .select(['app_id', 'purpose', 'alg', 'generation', 'activates_at'])
    .where((eb) =>
      eb(
        eb.refTuple('app_id', 'purpose', 'alg', 'generation'),
        '>',
        eb.tuple(app_id, purpose as KeyPurpose, alg as KeyAlgorithm, generation),
      ),
    )
    .orderBy('app_id')
    .orderBy('purpose')
    .orderBy('alg')
    .orderBy('generation')
    .limit(limit)
    .execute()
}

const BATCH = 1_000

/** The keys of all applications as they are sealed, batch by batch. */
export async function* sealedKeys(db: Db): AsyncGenerator<readonly SealedKey[]> {
  let last: SealedKey | undefined
  do {
    const batch = await listSealedKeys(db, last ?? { app_id: '', kid: '' })
    yield batch
    last = batch.length < BATCH ? undefined : batch.at(-1)
  } while (last)
}

/** In the order of the index on application and key id, those behind `after`. */
async function listSealedKeys(db: Db, after: Pick<SealedKey, 'app_id' | 'kid'>): Promise<SealedKey[]> {
  return await db
    .withTables<SigningKeyTables>()
    .selectFrom('signing_keys')
    .select(['app_id', 'purpose', 'kid', 'sealed_private_jwk'])
    .where((eb) => eb(eb.refTuple('app_id', 'kid'), '>', eb.tuple(after.app_id, after.kid)))
    .orderBy('app_id')
    .orderBy('kid')
    .limit(BATCH)
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

/** False when it is gone already. */
export async function deleteSigningKey(tx: Tx, appId: string, kid: string): Promise<boolean> {
  const deleted = await tx
    .withTables<SigningKeyTables>()
    .deleteFrom('signing_keys')
    .where('app_id', '=', appId)
    .where('kid', '=', kid)
    .returning('kid')
    .executeTakeFirst()
  return deleted !== undefined
}
