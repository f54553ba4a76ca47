import type { Db, Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { openAt, sealAt } from './sealed.ts'
import type { ImportLeftoverRow, ImportTables } from './tables.ts'

/** As what the groups are kept that a record named: what a later one names no more, it takes away. Those that there are here are memberships besides. */
export const GROUPS = 'groups'

export interface Leftover {
  readonly kind: string
  readonly value: unknown
}

const placeOf = ({ app_id, user_id, kind }: Omit<ImportLeftoverRow, 'sealed'>) => [app_id, user_id, 'leftover', kind]

/** The rows of what cannot be used yet of a user: one for each kind, with every value of it. Slow, as sealing is. */
export function leftoverRows(deps: Deps, appId: string, userId: string, all: readonly Leftover[]): ImportLeftoverRow[] {
  return [...Map.groupBy(all, ({ kind }) => kind)].map(([kind, some]) => {
    const place = { app_id: appId, user_id: userId, kind }
    return { ...place, sealed: sealAt(deps, placeOf(place), JSON.stringify(some.map(({ value }) => value))) }
  })
}

/** What cannot be used yet of these users, by user. */
export async function readLeftovers(
  db: Db,
  deps: Deps,
  appId: string,
  userIds: readonly string[],
): Promise<Map<string, Leftover[]>> {
  if (userIds.length === 0) return new Map()
  const rows = await db
    .withTables<ImportTables>()
    .selectFrom('import_leftovers')
    .selectAll()
    .where('app_id', '=', appId)
    .where('user_id', 'in', userIds)
    .orderBy('kind')
    .execute()
  const byUser = Map.groupBy(rows, ({ user_id }) => user_id)
  return new Map([...byUser].map(([userId, some]) => [userId, some.flatMap((row) => readRow(deps, row))]))
}

function readRow(deps: Deps, row: ImportLeftoverRow): Leftover[] {
  const values: unknown[] = JSON.parse(openAt(deps, placeOf(row), row.sealed).toString('utf8'))
  return values.map((value) => ({ kind: row.kind, value }))
}

export async function insertLeftovers(tx: Tx, rows: readonly ImportLeftoverRow[]): Promise<void> {
  if (rows.length > 0) await tx.withTables<ImportTables>().insertInto('import_leftovers').values(rows).execute()
}

/** Delete what is kept of a user: everything, or all but the groups, or the groups alone. */
export async function deleteLeftovers(
  tx: Tx,
  appId: string,
  userId: string,
  which: 'all' | 'groups' | 'others' = 'all',
): Promise<void> {
  await tx
    .withTables<ImportTables>()
    .deleteFrom('import_leftovers')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .$if(which === 'groups', (query) => query.where('kind', '=', GROUPS))
    .$if(which === 'others', (query) => query.where('kind', '!=', GROUPS))
    .execute()
}
