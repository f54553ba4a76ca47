import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { Identifier } from '../../identifiers/identifier.ts'
import type { IdentifierType } from '../../identifiers/tables.ts'
import { type HeldScopes, type Standing, unprovenOf } from '../store.ts'
import type { SessionTables } from '../tables.ts'

/** A user about to get a session. */
export interface SessionHolder extends Pick<HeldScopes, 'user_scopes'>, Standing {
  readonly external_id: string | null
  readonly sessions_ended_at: number | null
  readonly first_login_at: number | null
  /** Of the groups that the user is in, space-separated; null without any. */
  readonly group_ids: string | null
}

const GROUP_IDS = `select string_agg(group_members.group_id, ' ' order by group_members.created_at, group_members.group_id)
  from group_members where group_members.app_id = users.app_id and group_members.user_id = users.id`

const HOLDER = [
  'scopes as user_scopes',
  sql<number>`${sql.raw(unprovenOf('users.app_id', 'users.id'))}`.as('unproven'),
  'external_id',
  'sessions_ended_at',
  'first_login_at',
  sql<string | null>`(${sql.raw(GROUP_IDS)})`.as('group_ids'),
] as const

/** A user who is held for the session that they get now. */
export interface HeldHolder extends SessionHolder {
  /** Scopes granted for every session of theirs, space-separated. */
  readonly granted_scopes: string | null
  /** The one that they have proven longest. */
  readonly proven_identifier: Identifier | undefined
}

const GRANTED_TO_USER = `select string_agg(grants.scope, ' ') from grants
  where grants.app_id = users.app_id and grants.user_id = users.id and grants.session_id = '' and grants.jti = ''
    and grants.used_at is null`

const PROVEN_IDENTIFIER = `select identifiers.type || ' ' || identifiers.value from identifiers
  where identifiers.app_id = users.app_id and identifiers.user_id = users.id and identifiers.verified_at is not null
  order by identifiers.created_at, identifiers.type, identifiers.value limit 1`

/** The user of a session that is to start; undefined when blocked or gone. The row is locked until the commit, so that a block cannot slip between. */
export async function holdActiveUser(
  tx: Tx,
  appId: string,
  userId: string,
  now: number,
): Promise<HeldHolder | undefined> {
  const row = await tx
    .withTables<SessionTables>()
    .updateTable('users')
    .set((eb) => ({ sessions_ended_at: eb.ref('sessions_ended_at') }))
    .where('app_id', '=', appId)
    .where('id', '=', userId)
    .where('status', '=', 'active')
    .returning([
      ...HOLDER,
      sql<string | null>`(${sql.raw(GRANTED_TO_USER)} and grants.expires_at > ${now})`.as('granted_scopes'),
      sql<string | null>`(${sql.raw(PROVEN_IDENTIFIER)})`.as('proven_identifier'),
    ])
    .executeTakeFirst()
  return row && { ...row, proven_identifier: readIdentifier(row.proven_identifier) }
}

/** As `PROVEN_IDENTIFIER` writes it. */
function readIdentifier(typeAndValue: string | null): Identifier | undefined {
  if (typeAndValue === null) return undefined
  const space = typeAndValue.indexOf(' ')
  return { type: typeAndValue.slice(0, space) as IdentifierType, value: typeAndValue.slice(space + 1) }
}

/** A user as their next session would find them, active or not. */
export async function findHolder(db: Db, appId: string, userId: string): Promise<SessionHolder | undefined> {
  return await db
    .withTables<SessionTables>()
    .selectFrom('users')
    .select(HOLDER)
    .where('app_id', '=', appId)
    .where('id', '=', userId)
    .executeTakeFirst()
}
