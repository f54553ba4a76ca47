import { type Expression, type SqlBool, sql } from 'kysely'
import { rfc3339 } from '../../platform/clock.ts'
import type { Db, Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { resident } from '../../platform/deps.ts'
import type { GroupedUpdate } from '../../platform/group.ts'
import { emitAll } from '../events/store.ts'
import type { EndReason, SessionRow, SessionTables } from './tables.ts'

const LIVE = 'sessions.ended_at is null and sessions.expires_at > :now and sessions.idle_expires_at > :now'

/** The scopes of a session. */
export interface HeldScopes {
  /** JSON array: scopes of the user. */
  readonly user_scopes: string
  /** Scopes granted for a time, space-separated. */
  readonly granted_scopes: string | null
}

/** What is known of the user of a session. */
export interface Standing {
  /** 1 when nothing vouches for the user: no proven identifier, no account at an identity provider, no external id. Else 0. */
  readonly unproven: number
}

export type LiveSession = SessionRow & HeldScopes & Standing

/** What a move of the counter answers. */
export type Moved = Pick<
  SessionRow,
  'id' | 'user_id' | 'counter' | 'jkt' | 'amr' | 'auth_time' | 'idle_expires_at' | 'expires_at'
> &
  HeldScopes &
  Standing

export type CounterMove = {
  app_id: string
  id: string
  presented: number
  jkt: string
  now: number
  idle_expires_at: number
}

/** For every token of the session: what rides on one token alone is not among it. */
const GRANTED = `select string_agg(grants.scope, ' ') from grants
  where grants.app_id = sessions.app_id and grants.user_id = sessions.user_id and grants.session_id in ('', sessions.id)
    and grants.jti = '' and grants.used_at is null`

/** Most users have a proven identifier: for them this is one look at an index. No `exists`, of which PostgreSQL may make a hash of the whole table. */
const unprovenOf = (appId: string, userId: string) => `coalesce(
  (select 0 from identifiers where identifiers.app_id = ${appId} and identifiers.user_id = ${userId}
    and identifiers.verified_at is not null limit 1),
  (select 0 from users as known where known.app_id = ${appId} and known.id = ${userId} and known.external_id is not null),
  (select 0 from federated_identities where federated_identities.app_id = ${appId}
    and federated_identities.user_id = ${userId} limit 1), 1)`

const MOVED = `id, user_id, counter, jkt, amr, auth_time, idle_expires_at, expires_at,
  (select users.scopes from users where users.app_id = sessions.app_id and users.id = sessions.user_id) as user_scopes,
  (${GRANTED} and grants.expires_at > :now) as granted_scopes,
  ${unprovenOf('sessions.app_id', 'sessions.user_id')} as unproven`

const counterMove = (name: string, guard: string): GroupedUpdate => ({
  name,
  table: 'sessions',
  parameters: {
    app_id: 'text',
    id: 'text',
    presented: 'bigint',
    jkt: 'text',
    now: 'bigint',
    idle_expires_at: 'bigint',
  },
  set: 'counter = :presented + 1, last_seen_at = :now, idle_expires_at = :idle_expires_at',
  where: `sessions.app_id = :app_id and sessions.id = :id and ${guard} and (sessions.jkt = '' or sessions.jkt = :jkt) and ${LIVE}`,
  returning: MOVED,
  key: 'id',
})

const rotation = resident((deps: Deps) => deps.grouped(counterMove('rotate_session', 'sessions.counter = :presented')))
const restoration = resident((deps: Deps) =>
  deps.grouped(counterMove('restore_session', 'sessions.counter < :presented')),
)

/** Move the counter from `presented` to the next, durably. Undefined when the session is not at `presented`, not live, or bound to another key. */
export async function swapCounter(deps: Deps, move: CounterMove): Promise<Moved | undefined> {
  return (await rotation(deps)(move)) as Moved | undefined
}

/** Move the counter forward past `presented`, when the row is behind it. */
export async function swapCounterForward(deps: Deps, move: CounterMove): Promise<Moved | undefined> {
  return (await restoration(deps)(move)) as Moved | undefined
}

/** A session as it stands, with its scopes and the standing of its user. */
export async function findSession(db: Db, appId: string, id: string, now: number): Promise<LiveSession | undefined> {
  return await db
    .withTables<SessionTables>()
    .selectFrom('sessions')
    .innerJoin('users', (join) =>
      join.onRef('users.app_id', '=', 'sessions.app_id').onRef('users.id', '=', 'sessions.user_id'),
    )
    .selectAll('sessions')
    .select('users.scopes as user_scopes')
    .select(sql<string | null>`(${sql.raw(GRANTED)} and grants.expires_at > ${now})`.as('granted_scopes'))
    .select(sql<number>`${sql.raw(unprovenOf('sessions.app_id', 'sessions.user_id'))}`.as('unproven'))
    .where('sessions.app_id', '=', appId)
    .where('sessions.id', '=', id)
    .executeTakeFirst()
}

/** A session that is not over, with its scopes. */
export async function findLiveSession(
  db: Db,
  appId: string,
  id: string,
  now: number,
): Promise<LiveSession | undefined> {
  const session = await findSession(db, appId, id, now)
  const lives = session?.ended_at === null && session.expires_at > now && session.idle_expires_at > now
  return lives ? session : undefined
}

/**
 * Insert a session unless its user is blocked or gone. Answers the scopes and the standing of the user. The user's row is locked until the
 * commit, so a block cannot slip between.
 */
export async function insertSession(
  tx: Tx,
  row: SessionRow,
): Promise<(Pick<HeldScopes, 'user_scopes'> & Standing) | undefined> {
  const tables = tx.withTables<SessionTables>()
  const user = await tables
    .updateTable('users')
    .set((eb) => ({ status: eb.ref('status') }))
    .where('app_id', '=', row.app_id)
    .where('id', '=', row.user_id)
    .where('status', '=', 'active')
    .returning([
      'scopes as user_scopes',
      sql<number>`${sql.raw(unprovenOf('users.app_id', 'users.id'))}`.as('unproven'),
    ])
    .executeTakeFirst()
  if (user) await tables.insertInto('sessions').values(row).execute()
  return user
}

const live = (now: number): Expression<SqlBool> =>
  sql<SqlBool>`sessions.ended_at is null and sessions.expires_at > ${now} and sessions.idle_expires_at > ${now}`

/** Live sessions of a user, most recently seen first. */
export async function listSessions(
  db: Db,
  appId: string,
  userId: string,
  now: number,
  page?: { limit: number; offset: number },
): Promise<SessionRow[]> {
  return await db
    .withTables<SessionTables>()
    .selectFrom('sessions')
    .selectAll()
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where(live(now))
    .orderBy('last_seen_at', 'desc')
    .orderBy('id')
    .$if(page !== undefined, (query) => query.limit(page?.limit ?? 0).offset(page?.offset ?? 0))
    .execute()
}

export async function countSessions(db: Db, appId: string, userId: string, now: number): Promise<number> {
  const row = await db
    .withTables<SessionTables>()
    .selectFrom('sessions')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where(live(now))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** Which sessions to end: those that meet every member given. A user or a session is always named, so no slip ends everybody's. */
export type SessionSelection = ({ userId: string; id?: string } | { userId?: never; id: string }) & {
  exceptId?: string
  /** Bound to this key, or to none. */
  jkt?: string
}

/** End live sessions, each with its event. Answers the ids that this call ended; one that had ended is not among them. */
export async function endSessions(
  tx: Tx,
  deps: Deps,
  appId: string,
  which: SessionSelection,
  reason: EndReason,
): Promise<string[]> {
  const now = deps.now()
  const { userId, id, exceptId, jkt } = which
  const ended = await tx
    .withTables<SessionTables>()
    .updateTable('sessions')
    .set({ ended_at: now, end_reason: reason })
    .where('app_id', '=', appId)
    .$if(userId !== undefined, (query) => query.where('user_id', '=', userId as string))
    .$if(id !== undefined, (query) => query.where('id', '=', id as string))
    .$if(exceptId !== undefined, (query) => query.where('id', '!=', exceptId as string))
    .$if(jkt !== undefined, (query) => query.where('jkt', 'in', ['', jkt as string]))
    .where(live(now))
    .returning(['id', 'user_id'])
    .execute()
  const revoked_at = rfc3339(now)
  const payloads = ended.map((session) => ({ user_id: session.user_id, session_id: session.id, revoked_at, reason }))
  await emitAll(tx, deps, appId, 'user.session.revoked', payloads)
  return ended.map((session) => session.id)
}

/** Remove every session of a user, ended ones too. */
export async function deleteSessionsOfUser(tx: Tx, appId: string, userId: string): Promise<void> {
  await tx
    .withTables<SessionTables>()
    .deleteFrom('sessions')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .execute()
}

/** Delete up to `count` sessions that ended or expired before `before`. */
export async function deleteDeadSessions(tx: Tx, before: number, count: number): Promise<number> {
  const tables = tx.withTables<SessionTables>()
  const doomed = tables
    .selectFrom('sessions')
    .select('id')
    .where((eb) => eb.or([eb('ended_at', '<', before), eb('idle_expires_at', '<', before)]))
    .limit(count)
  const { numDeletedRows } = await tables.deleteFrom('sessions').where('id', 'in', doomed).executeTakeFirst()
  return Number(numDeletedRows)
}
