import type { Db, Tx } from '../../../platform/db.ts'
import type { NameColumn, NameKeys } from '../names.ts'
import { decodeUser, type User } from '../store.ts'
import type { UserRow, UserStatus, UserTables } from '../tables.ts'

/** A place in the order of making. */
export interface Moment {
  /** Unix ms. */
  readonly createdAt: number
  readonly id: string
}

/** Users made behind a moment, oldest first; of one status or of any. */
export async function listUsersSince(
  db: Db,
  appId: string,
  { createdAt, id }: Moment,
  status: UserStatus | undefined,
  limit: number,
): Promise<User[]> {
  const rows = await db
    .withTables<UserTables>()
    .selectFrom('users')
    .selectAll()
    .where('app_id', '=', appId)
    .$if(status !== undefined, (query) => query.where('status', '=', status === 'active' ? 'active' : 'blocked'))
    .where((eb) => eb(eb.refTuple('created_at', 'id'), '>', eb.tuple(createdAt, id)))
    .orderBy('created_at')
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(decodeUser)
}

/** A place in the order of a column of names. */
export interface NamePlace {
  readonly key: string
  readonly id: string
}

/** Users in the order of a column of names, behind a place and before a key. */
export async function listUsersByName(
  db: Db,
  appId: string,
  column: NameColumn,
  { behind, before }: { readonly behind: NamePlace; readonly before: string },
  limit: number,
): Promise<{ readonly user: User; readonly place: NamePlace }[]> {
  const rows = await db
    .withTables<UserTables>()
    .selectFrom('users')
    .selectAll()
    .where('app_id', '=', appId)
    .where((eb) => eb(eb.refTuple(column, 'id'), '>', eb.tuple(behind.key, behind.id)))
    .where(column, '<', before)
    .orderBy(column)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ user: decodeUser(row), place: { key: row[column] ?? '', id: row.id } }))
}

/** What of a row follows from its profile. */
export type NamedRow = Pick<UserRow, 'app_id' | 'id' | 'profile'> & NameKeys

/** Users of all applications, in the order of the table, behind one. */
export async function listNamedRows(
  db: Db,
  [appId, id]: readonly [string, string],
  limit: number,
): Promise<NamedRow[]> {
  return await db
    .withTables<UserTables>()
    .selectFrom('users')
    .select(['app_id', 'id', 'profile', 'name_key', 'given_key', 'family_key'])
    .where((eb) => eb(eb.refTuple('app_id', 'id'), '>', eb.tuple(appId, id)))
    .orderBy('app_id')
    .orderBy('id')
    .limit(limit)
    .execute()
}

/** Write the names of a user whose profile is still the one they were read from. */
export async function updateNameKeys(tx: Tx, { app_id, id, profile }: NamedRow, keys: NameKeys): Promise<void> {
  await tx
    .withTables<UserTables>()
    .updateTable('users')
    .set(keys)
    .where('app_id', '=', app_id)
    .where('id', '=', id)
    .where('profile', '=', profile)
    .execute()
}
