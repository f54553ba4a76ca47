import { z } from 'zod'
import type { Db, Tx } from '../../platform/db.ts'
import type { ScopeTables } from './tables.ts'

const scopesShape = z.array(z.string())

const decode = (scopes: string): string[] => scopesShape.parse(JSON.parse(scopes))

/** The scopes that an application allows, in the order in which they were added. */
export async function listAllowedScopes(db: Db, appId: string): Promise<string[]> {
  const row = await db
    .withTables<ScopeTables>()
    .selectFrom('allowed_scopes')
    .select('scopes')
    .where('app_id', '=', appId)
    .executeTakeFirst()
  return row ? decode(row.scopes) : []
}

/** The scopes that an application allows as they will stay until the commit: others who want to change them wait. */
export async function listAllowedScopesForUpdate(tx: Tx, appId: string): Promise<string[]> {
  const row = await tx
    .withTables<ScopeTables>()
    .insertInto('allowed_scopes')
    .values({ app_id: appId, scopes: '[]' })
    .onConflict((conflict) =>
      conflict.column('app_id').doUpdateSet((eb) => ({ scopes: eb.ref('allowed_scopes.scopes') })),
    )
    .returning('scopes')
    .executeTakeFirstOrThrow()
  return decode(row.scopes)
}

/** Replace the list that `listAllowedScopesForUpdate` answered in this transaction. */
export async function updateAllowedScopes(tx: Tx, appId: string, scopes: readonly string[]): Promise<void> {
  await tx
    .withTables<ScopeTables>()
    .updateTable('allowed_scopes')
    .set({ scopes: JSON.stringify(scopes) })
    .where('app_id', '=', appId)
    .execute()
}
