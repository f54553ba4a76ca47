import type { Db, Tx } from '../../platform/db.ts'
import type { GroupTables } from '../groups/tables.ts'
import type { ImportTables } from '../imports/tables.ts'
import { readStatus, type UserTables } from '../users/tables.ts'
import type { FilteredUser } from './filter.ts'
import type { UserJobRow, UserJobTables } from './tables.ts'

export async function insertUserJob(tx: Tx, row: UserJobRow): Promise<void> {
  await tx.withTables<UserJobTables>().insertInto('user_jobs').values(row).execute()
}

export async function findUserJob(db: Db, appId: string, id: string): Promise<UserJobRow | undefined> {
  return await db
    .withTables<UserJobTables>()
    .selectFrom('user_jobs')
    .selectAll()
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .executeTakeFirst()
}

/** Jobs of an application, the latest first; the first of all, or those behind one. */
export async function listUserJobs(
  db: Db,
  appId: string,
  after: string | undefined,
  limit: number,
): Promise<UserJobRow[]> {
  return await db
    .withTables<UserJobTables>()
    .selectFrom('user_jobs')
    .selectAll()
    .where('app_id', '=', appId)
    .$if(after !== undefined, (query) => query.where('id', '<', after as string))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

export async function countUnfinishedJobs(db: Db, appId: string): Promise<number> {
  const row = await db
    .withTables<UserJobTables>()
    .selectFrom('user_jobs')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('app_id', '=', appId)
    .where('finished_at', 'is', null)
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

export type UserJobChange = Partial<Omit<UserJobRow, 'app_id' | 'id' | 'created_at'>> & { readonly updated_at: number }

/** Take a job on from where it was. Undefined when somebody else has, or it was ended. */
export async function advanceUserJob(tx: Tx, from: UserJobRow, change: UserJobChange): Promise<UserJobRow | undefined> {
  return await tx
    .withTables<UserJobTables>()
    .updateTable('user_jobs')
    .set(change)
    .where('app_id', '=', from.app_id)
    .where('id', '=', from.id)
    .where('status', '=', from.status)
    .where('cursor', '=', from.cursor)
    .where('finished_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** End a job that is under way. Undefined when it is not. */
export async function endUserJob(
  tx: Tx,
  appId: string,
  id: string,
  change: UserJobChange & { readonly finished_at: number },
): Promise<UserJobRow | undefined> {
  return await tx
    .withTables<UserJobTables>()
    .updateTable('user_jobs')
    .set(change)
    .where('app_id', '=', appId)
    .where('id', '=', id)
    .where('finished_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** Delete up to `count` jobs that ended before then. */
export async function deleteOldUserJobs(tx: Tx, before: number, count: number): Promise<number> {
  const tables = tx.withTables<UserJobTables>()
  const old = await tables
    .selectFrom('user_jobs')
    .select(['app_id', 'id'])
    .where('finished_at', 'is not', null)
    .where('finished_at', '<', before)
    .orderBy('finished_at')
    .limit(count)
    .execute()
  for (const [appId, rows] of Map.groupBy(old, (row) => row.app_id)) {
    const ids = rows.map(({ id }) => id)
    await tables.deleteFrom('user_jobs').where('app_id', '=', appId).where('id', 'in', ids).execute()
  }
  return old.length
}

/** The id of the user who was made last; empty when there is none. */
export async function findLastUserId(db: Db, appId: string): Promise<string> {
  const row = await db
    .withTables<UserTables>()
    .selectFrom('users')
    .select('id')
    .where('app_id', '=', appId)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.id ?? ''
}

/** Which users to look at, by id: those behind one and up to another, or these. */
export type Range = { readonly after: string; readonly until: string } | { readonly ids: readonly string[] }

export interface Reading {
  readonly limit: number
  /** Whether they stay as they are until the commit. */
  readonly isHeld: boolean
  /** Whether their profiles are read: they may be large. */
  readonly withProfile: boolean
}

export async function listFilteredUsers(
  db: Db | Tx,
  appId: string,
  range: Range,
  { limit, isHeld, withProfile }: Reading,
): Promise<FilteredUser[]> {
  const rows = await db
    .withTables<UserTables>()
    .selectFrom('users')
    .select(['id', 'status', 'created_at', 'migrated_at'])
    .$if(withProfile, (query) => query.select('profile'))
    .where('app_id', '=', appId)
    .$if('after' in range, (query) =>
      'after' in range ? query.where('id', '>', range.after).where('id', '<=', range.until) : query,
    )
    .$if('ids' in range, (query) => ('ids' in range ? query.where('id', 'in', range.ids) : query))
    .orderBy('id')
    .limit(limit)
    .$if(isHeld, (query) => query.forUpdate())
    .execute()
  return rows.map(({ id, status, created_at, migrated_at, profile }) => ({
    id,
    status: readStatus(status),
    createdAt: created_at,
    isMigrated: migrated_at !== null,
    profile: profile === undefined ? {} : (JSON.parse(profile) as Record<string, unknown>),
  }))
}

/** Which of these users an import wrote last. */
export async function listImportedAmong(
  db: Db,
  appId: string,
  importId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = await db
    .withTables<ImportTables>()
    .selectFrom('imported_users')
    .select('user_id')
    .where('app_id', '=', appId)
    .where('user_id', 'in', ids)
    .where('import_id', '=', importId)
    .execute()
  return new Set(rows.map(({ user_id }) => user_id))
}

/** Which of these users are in a group, by its id. */
export async function listMembersAmong(
  db: Db,
  appId: string,
  groupId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = await db
    .withTables<GroupTables>()
    .selectFrom('group_members')
    .select('user_id')
    .where('app_id', '=', appId)
    .where('user_id', 'in', ids)
    .where('group_id', '=', groupId)
    .execute()
  return new Set(rows.map(({ user_id }) => user_id))
}
