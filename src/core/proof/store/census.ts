import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { ImportTables } from '../../imports/tables.ts'
import type { UserTables } from '../../users/tables.ts'
import type { CountedUser } from '../census.ts'
import { canLogIn, findBound, findFederated, type Logins } from './ways-in.ts'

type Tables = UserTables & Pick<ImportTables, 'imported_users'>

/** Users by id, the first of all or those behind an id, `limit` at most. `lately`: since when a session counts as in use, Unix ms. */
export async function listCountedUsers(
  db: Db,
  appId: string,
  after: string,
  limit: number,
  lately: number,
  logins: Logins,
): Promise<CountedUser[]> {
  // No `exists`, of which PostgreSQL may make a hash of the whole table.
  const seen = sql<number | null>`(select 1 from sessions where sessions.app_id = users.app_id
    and sessions.user_id = users.id and sessions.last_seen_at >= ${lately} limit 1)`
  const rows = await db
    .withTables<Tables>()
    .selectFrom('users')
    .leftJoin('imported_users', (join) =>
      join
        .onRef('imported_users.app_id', '=', 'users.app_id')
        .onRef('imported_users.user_id', '=', 'users.id')
        // Said again, or PostgreSQL reads all of them up to the slice, for each slice.
        .on('imported_users.user_id', '>', after),
    )
    .select([
      'users.id',
      'users.external_id',
      'users.status',
      'users.created_at',
      'users.migrated_at',
      'users.first_login_at',
      'users.first_login_way',
      'imported_users.import_id',
      'imported_users.source_seen_at',
      seen.as('seen'),
      canLogIn(logins).as('can_log_in'),
    ])
    .where('users.app_id', '=', appId)
    .where('users.id', '>', after)
    .orderBy('users.id')
    .limit(limit)
    .execute()
  const others = rows.filter(({ can_log_in }) => can_log_in === null).map(({ id }) => id)
  const federated = await findFederated(db, appId, logins, others)
  const all = rows.map(({ id }) => id)
  const bound = await findBound(db, appId, logins, all)
  return rows.map((row) => ({
    id: row.id,
    externalId: row.external_id,
    isBlocked: row.status !== 'active',
    createdAt: row.created_at,
    migratedAt: row.migrated_at,
    firstLoginAt: row.first_login_at,
    firstLoginWay: row.first_login_way,
    importId: row.import_id,
    legacySeenAt: row.source_seen_at,
    isSeenLately: row.seen !== null,
    hasWayIn: bound.get(row.id) ?? (row.can_log_in !== null || federated.has(row.id)),
  }))
}
