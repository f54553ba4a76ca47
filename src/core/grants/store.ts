import { sql } from 'kysely'
import type { Db, Tx } from '../../platform/db.ts'
import { deleteExpired } from '../../platform/db-sweep.ts'
import type { Deps } from '../../platform/deps.ts'
import { newId } from '../../platform/ids.ts'
import type { GrantRow, GrantTables } from './tables.ts'

export type NewGrant = Pick<GrantRow, 'app_id' | 'user_id' | 'session_id' | 'jti' | 'scope' | 'expires_at'>

export async function insertGrants(tx: Tx, deps: Deps, grants: readonly NewGrant[]): Promise<void> {
  if (grants.length === 0) return
  const created_at = deps.now()
  const rows = grants.map((grant) => ({ ...grant, id: newId('grt', deps), created_at, used_at: null }))
  await tx.withTables<GrantTables>().insertInto('grants').values(rows).execute()
}

/** Whoever presents an access token. */
export interface GrantHolder {
  readonly userId: string
  readonly sessionId: string
  /** Of the access token. */
  readonly jti: string
}

/** The scopes that this token carries by grants, space-separated; null without any. */
export async function findGrantedScopes(
  db: Db,
  appId: string,
  { userId, sessionId, jti }: GrantHolder,
  now: number,
): Promise<string | null> {
  const row = await db
    .withTables<GrantTables>()
    .selectFrom('grants')
    .select(sql<string | null>`string_agg(scope, ' ')`.as('scopes'))
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where('session_id', 'in', ['', sessionId])
    .where('jti', 'in', ['', jti])
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirstOrThrow()
  return row.scopes
}

/** Use up a scope: the narrowest grant of it that this token carries. True for exactly one caller of each grant. */
export async function consumeGrant(
  tx: Tx,
  appId: string,
  { userId, sessionId, jti }: GrantHolder,
  scope: string,
  now: number,
): Promise<boolean> {
  const row = await tx
    .withTables<GrantTables>()
    .updateTable('grants')
    .set({ used_at: now })
    .where('app_id', '=', appId)
    .where('used_at', 'is', null)
    .where('id', '=', (eb) =>
      eb
        .selectFrom('grants as held')
        .select('held.id')
        .where('held.app_id', '=', appId)
        .where('held.user_id', '=', userId)
        .where('held.session_id', 'in', ['', sessionId])
        .where('held.jti', 'in', ['', jti])
        .where('held.scope', '=', scope)
        .where('held.used_at', 'is', null)
        .where('held.expires_at', '>', now)
        .orderBy('held.jti', 'desc')
        .orderBy('held.session_id', 'desc')
        .orderBy('held.id')
        .limit(1),
    )
    .returning('id')
    .executeTakeFirst()
  return row !== undefined
}

/** Remove the grants of a user; if told so, only those made before a time, Unix ms. */
export async function deleteGrantsOfUser(tx: Tx, appId: string, userId: string, madeBefore?: number): Promise<void> {
  await tx
    .withTables<GrantTables>()
    .deleteFrom('grants')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .$if(madeBefore !== undefined, (query) => query.where('created_at', '<', madeBefore as number))
    .execute()
}

/** Remove what was granted to a user for every session. */
export async function deleteGrantsOfProfile(tx: Tx, appId: string, userId: string): Promise<void> {
  await tx
    .withTables<GrantTables>()
    .deleteFrom('grants')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where('session_id', '=', '')
    .execute()
}

/** Delete up to `count` grants that have run out. */
export const deleteExpiredGrants = (tx: Tx, now: number, count: number): Promise<number> =>
  deleteExpired(tx, 'grants', ['app_id', 'id'], now, count)
