import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db.ts'
import type { Mapping } from './mapping.ts'
import type { ClaimsMappingRow, ClaimsMappingTables } from './tables.ts'

export interface StoredMapping {
  readonly mapping: Mapping
  /** Whether `cc` has the mapped claims, too. */
  readonly asProfile: boolean
  readonly version: number
  readonly createdAt: number
  readonly updatedAt: number
}

/** What is changed at once. */
export type MappingInput = Pick<StoredMapping, 'mapping' | 'asProfile'>

const decode = (row: ClaimsMappingRow): StoredMapping => ({
  mapping: JSON.parse(row.mapping) as Mapping,
  asProfile: row.as_profile === 1,
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

export async function findMapping(db: Db, appId: string): Promise<StoredMapping | undefined> {
  const row = await db
    .withTables<ClaimsMappingTables>()
    .selectFrom('claims_mappings')
    .selectAll()
    .where('app_id', '=', appId)
    .executeTakeFirst()
  return row && decode(row)
}

/** Undefined when the application has a mapping already. */
export async function insertMapping(
  tx: Tx,
  appId: string,
  { mapping, asProfile }: MappingInput,
  now: number,
): Promise<StoredMapping | undefined> {
  const row = await tx
    .withTables<ClaimsMappingTables>()
    .insertInto('claims_mappings')
    .values({
      app_id: appId,
      mapping: JSON.stringify(mapping),
      as_profile: Number(asProfile),
      version: 1,
      created_at: now,
      updated_at: now,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst()
  return row && decode(row)
}

/** Replace the mapping, as its next version. Undefined when there is none. */
export async function updateMapping(
  tx: Tx,
  appId: string,
  { mapping, asProfile }: MappingInput,
  now: number,
): Promise<StoredMapping | undefined> {
  const row = await tx
    .withTables<ClaimsMappingTables>()
    .updateTable('claims_mappings')
    .set({
      mapping: JSON.stringify(mapping),
      as_profile: Number(asProfile),
      version: sql<number>`version + 1`,
      updated_at: now,
    })
    .where('app_id', '=', appId)
    .returningAll()
    .executeTakeFirst()
  return row && decode(row)
}

/** False when there is none. */
export async function deleteMapping(tx: Tx, appId: string): Promise<boolean> {
  const row = await tx
    .withTables<ClaimsMappingTables>()
    .deleteFrom('claims_mappings')
    .where('app_id', '=', appId)
    .returning('app_id')
    .executeTakeFirst()
  return row !== undefined
}
