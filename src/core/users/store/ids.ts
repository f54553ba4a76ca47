import type { Db } from '../../../platform/db.ts'
import { idOfUuid } from '../../../platform/ids.ts'
import { decodeUser, type User } from '../store.ts'
import { readStatus, type UserStatus, type UserTables } from '../tables.ts'

export async function findUserByExternalId(db: Db, appId: string, externalId: string): Promise<User | undefined> {
  const row = await db
    .withTables<UserTables>()
    .selectFrom('users')
    .selectAll()
    .where('app_id', '=', appId)
    .where('external_id', '=', externalId)
    .executeTakeFirst()
  return row && decodeUser(row)
}

/** Who has an external id, and whether they may log in. */
export async function findStatusByExternalId(
  db: Db,
  appId: string,
  externalId: string,
): Promise<{ id: string; status: UserStatus } | undefined> {
  const row = await db
    .withTables<UserTables>()
    .selectFrom('users')
    .select(['id', 'status'])
    .where('app_id', '=', appId)
    .where('external_id', '=', externalId)
    .executeTakeFirst()
  return row && { id: row.id, status: readStatus(row.status) }
}

/** The id of the user with this internal id, in lower case. */
export async function findUserIdByInternalId(db: Db, appId: string, internalId: string): Promise<string | undefined> {
  const row = await db
    .withTables<UserTables>()
    .selectFrom('users')
    .select('id')
    .where('app_id', '=', appId)
    .where('internal_id', '=', internalId)
    .executeTakeFirst()
  return row?.id
}

/** Whether tokens call a user who was made without one by this UUID: by that of their id. It can be nobody else's internal id. */
export async function isUuidOfUser(db: Db, appId: string, uuid: string): Promise<boolean> {
  const row = await db
    .withTables<UserTables>()
    .selectFrom('users')
    .select('id')
    .where('app_id', '=', appId)
    .where('id', '=', idOfUuid('usr', uuid))
    .executeTakeFirst()
  return row !== undefined
}
