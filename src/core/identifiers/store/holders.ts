import type { Db } from '../../../platform/db.ts'
import type { Identifier } from '../identifier.ts'
import type { IdentifierTables, IdentifierType } from '../tables.ts'

/** The user who has proven to hold this identifier. */
export const findOwner = async (db: Db, appId: string, identifier: Identifier): Promise<string | undefined> =>
  (await findProof(db, appId, identifier))?.userId

/** Who has proven to hold an identifier, and when. */
export async function findProof(
  db: Db,
  appId: string,
  { type, value }: Identifier,
): Promise<{ userId: string; verifiedAt: number } | undefined> {
  const row = await db
    .withTables<IdentifierTables>()
    .selectFrom('identifiers')
    .select(['user_id', 'verified_at'])
    .where('app_id', '=', appId)
    .where('type', '=', type)
    .where('value', '=', value)
    .where('verified_at', 'is not', null)
    .executeTakeFirst()
  return row && { userId: row.user_id, verifiedAt: row.verified_at ?? 0 }
}

/** Owners of verified identifiers of one type, in no order. */
export async function listOwners(
  db: Db,
  appId: string,
  type: IdentifierType,
  values: readonly string[],
): Promise<string[]> {
  if (values.length === 0) return []
  const rows = await db
    .withTables<IdentifierTables>()
    .selectFrom('identifiers')
    .select('user_id')
    .distinct()
    .where('app_id', '=', appId)
    .where('type', '=', type)
    .where('value', 'in', values)
    .where('verified_at', 'is not', null)
    .execute()
  return rows.map((row) => row.user_id)
}

/** Who has an identifier: whoever has proven it, or all, with that one in front. By user id, `limit` at most. */
export async function listHolders(
  db: Db,
  appId: string,
  { type, value }: Identifier,
  are: 'proven' | 'all',
  limit: number,
): Promise<string[]> {
  const owner = await findOwner(db, appId, { type, value })
  const proven = owner === undefined ? [] : [owner]
  if (are === 'proven') return proven
  const rows = await db
    .withTables<IdentifierTables>()
    .selectFrom('identifiers')
    .select('user_id')
    .where('app_id', '=', appId)
    .where('type', '=', type)
    .where('value', '=', value)
    .where('verified_at', 'is', null)
    .orderBy('user_id')
    .limit(limit)
    .execute()
  return [...proven, ...rows.map((row) => row.user_id)].slice(0, limit)
}
