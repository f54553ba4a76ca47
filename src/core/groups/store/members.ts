import type { Db, Tx } from '../../../platform/db.ts'
import type { GroupMemberRow, GroupTables } from '../tables.ts'

/** Who of these users is in which groups, by the groups' names. */
export async function listMemberships(
  db: Db,
  appId: string,
  userIds: readonly string[],
): Promise<{ user_id: string; id: string; name: string }[]> {
  if (userIds.length === 0) return []
  return await db
    .withTables<GroupTables>()
    .selectFrom('group_members')
    .innerJoin('user_groups', (join) =>
      join
        .onRef('user_groups.app_id', '=', 'group_members.app_id')
        .onRef('user_groups.id', '=', 'group_members.group_id'),
    )
    .select(['group_members.user_id', 'user_groups.id', 'user_groups.name'])
    .where('group_members.app_id', '=', appId)
    .where('group_members.user_id', 'in', userIds)
    .orderBy('user_groups.name')
    .execute()
}

const ROWS_PER_STATEMENT = 200

/** Insert many memberships at once, without events. One that is there already stays. */
export async function insertMembers(tx: Tx, rows: readonly GroupMemberRow[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await tx
      .withTables<GroupTables>()
      .insertInto('group_members')
      .values(rows.slice(start, start + ROWS_PER_STATEMENT))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  }
}

/** False when the user was not in the group. */
export async function deleteMember(tx: Tx, appId: string, userId: string, groupId: string): Promise<boolean> {
  const row = await tx
    .withTables<GroupTables>()
    .deleteFrom('group_members')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where('group_id', '=', groupId)
    .returning('group_id')
    .executeTakeFirst()
  return row !== undefined
}

/** Remove a user from every group, without events. */
export async function deleteMembershipsOfUser(tx: Tx, appId: string, userId: string): Promise<void> {
  await tx
    .withTables<GroupTables>()
    .deleteFrom('group_members')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .execute()
}

/** Delete up to `count` memberships of a group. Answers how many went. */
export async function deleteMembers(tx: Tx, appId: string, groupId: string, count: number): Promise<number> {
  const tables = tx.withTables<GroupTables>()
  const doomed = tables
    .selectFrom('group_members')
    .select('user_id')
    .where('app_id', '=', appId)
    .where('group_id', '=', groupId)
    .limit(count)
  const { numDeletedRows } = await tables
    .deleteFrom('group_members')
    .where('app_id', '=', appId)
    .where('group_id', '=', groupId)
    .where('user_id', 'in', doomed)
    .executeTakeFirst()
  return Number(numDeletedRows)
}
