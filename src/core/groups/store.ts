import { z } from 'zod'
import type { Db, Tx } from '../../platform/db.ts'
import type { Group } from './group.ts'
import type { GroupRow, GroupTables } from './tables.ts'

const scopesShape = z.array(z.string())

const decode = (row: GroupRow): Group => ({
  id: row.id,
  name: row.name,
  scopes: scopesShape.parse(JSON.parse(row.scopes)),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** The groups of an application by name. */
export async function listGroups(db: Db, appId: string): Promise<Group[]> {
  const rows = await db
    .withTables<GroupTables>()
    .selectFrom('user_groups')
    .selectAll()
    .where('app_id', '=', appId)
    .orderBy('name')
    .execute()
  return rows.map(decode)
}

export async function findGroup(db: Db, appId: string, name: string): Promise<Group | undefined> {
  const row = await db
    .withTables<GroupTables>()
    .selectFrom('user_groups')
    .selectAll()
    .where('app_id', '=', appId)
    .where('name', '=', name)
    .executeTakeFirst()
  return row && decode(row)
}

/** Those groups that there are of these names. */
export async function findGroups(db: Db, appId: string, names: readonly string[]): Promise<Group[]> {
  if (names.length === 0) return []
  const rows = await db
    .withTables<GroupTables>()
    .selectFrom('user_groups')
    .selectAll()
    .where('app_id', '=', appId)
    .where('name', 'in', names)
    .orderBy('name')
    .execute()
  return rows.map(decode)
}

/** False when there is a group of that name. */
export async function insertGroup(tx: Tx, appId: string, group: Group): Promise<boolean> {
  const { id, name, scopes, createdAt, updatedAt } = group
  const row = await tx
    .withTables<GroupTables>()
    .insertInto('user_groups')
    .values({
      app_id: appId,
      id,
      name,
      scopes: JSON.stringify(scopes),
      created_at: createdAt,
      updated_at: updatedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Replace the scopes of a group. Answers the group; undefined when there is none. */
export async function updateGroup(
  tx: Tx,
  appId: string,
  name: string,
  scopes: readonly string[],
  now: number,
): Promise<Group | undefined> {
  const row = await tx
    .withTables<GroupTables>()
    .updateTable('user_groups')
    .set({ scopes: JSON.stringify(scopes), updated_at: now })
    .where('app_id', '=', appId)
    .where('name', '=', name)
    .returningAll()
    .executeTakeFirst()
  return row && decode(row)
}

/** Answers the id of the group; undefined when there is none. */
export async function deleteGroup(tx: Tx, appId: string, name: string): Promise<string | undefined> {
  const row = await tx
    .withTables<GroupTables>()
    .deleteFrom('user_groups')
    .where('app_id', '=', appId)
    .where('name', '=', name)
    .returning('id')
    .executeTakeFirst()
  return row?.id
}
