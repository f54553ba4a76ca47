import { type Expression, type SqlBool, sql } from 'kysely'
import type { Db, Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { resident } from '../../platform/deps.ts'
import type { GroupedUpdate, Row } from '../../platform/group.ts'
import { FACTS, type Fact, type FactRow, factColumns } from '../claims-mapping/store/facts.ts'
import { MAX_SESSIONS } from './settings.ts'
import type { SessionRow, SessionTables } from './tables.ts'

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

/** What a move of the counter answers, with those facts that it was asked for. */
export type Moved = Pick<
  SessionRow,
  'id' | 'user_id' | 'counter' | 'jkt' | 'amr' | 'group_ids' | 'auth_time' | 'idle_expires_at' | 'expires_at'
> &
  HeldScopes &
  Standing &
  Partial<FactRow>

export type CounterMove = {
  app_id: string
  id: string
  presented: number
  jkt: string
  now: number
  idle_expires_at: number
  /** Of the proof, by the client's clock; null without one. */
  proof_issued_at: number | null
  /** Id of the master key that the presented token hangs on. */
  token_key: string
}

/** For every token of the session: what rides on one token alone is not among it. */
const GRANTED = `select string_agg(grants.scope, ' ') from grants
  where grants.app_id = sessions.app_id and grants.user_id = sessions.user_id and grants.session_id in ('', sessions.id)
    and grants.jti = '' and grants.used_at is null`

/** Most users have a proven identifier: for them this is one look at an index. No `exists`, of which PostgreSQL may make a hash of the whole table. */
export const unprovenOf = (appId: string, userId: string) => `coalesce(
  (select 0 from identifiers where identifiers.app_id = ${appId} and identifiers.user_id = ${userId}
    and identifiers.verified_at is not null limit 1),
  (select 0 from users as known where known.app_id = ${appId} and known.id = ${userId} and known.external_id is not null),
  (select 0 from federated_identities where federated_identities.app_id = ${appId}
    and federated_identities.user_id = ${userId} limit 1), 1)`

const MOVED = `id, user_id, counter, jkt, amr, group_ids, auth_time, idle_expires_at, expires_at,
  (select users.scopes from users where users.app_id = sessions.app_id and users.id = sessions.user_id) as user_scopes,
  (${GRANTED} and grants.expires_at > :now) as granted_scopes,
  ${unprovenOf('sessions.app_id', 'sessions.user_id')} as unproven`

const counterMove = (name: string, guard: string, facts: readonly Fact[] = []): GroupedUpdate => ({
  name,
  table: 'sessions',
  parameters: {
    app_id: 'text',
    id: 'text',
    presented: 'bigint',
    jkt: 'text',
    now: 'bigint',
    idle_expires_at: 'bigint',
    proof_issued_at: 'bigint',
    token_key: 'text',
  },
  set: `counter = :presented + 1, last_seen_at = :now, idle_expires_at = :idle_expires_at, proof_issued_at = :proof_issued_at,
    token_key = :token_key`,
  where: `sessions.app_id = :app_id and sessions.id = :id and ${guard} and (sessions.jkt = '' or sessions.jkt = :jkt) and ${LIVE}`,
  returning: facts.length === 0 ? MOVED : `${MOVED}, ${factColumns(facts, 'sessions.app_id', 'sessions.user_id')}`,
  key: 'id',
})

type Move = (row: CounterMove) => Promise<Row | undefined>

/** The rotation that answers these facts, too: for every choice of them a statement of its own. */
const rotations = resident((deps: Deps) => {
  const known = new Map<string, Move>()
  return (facts: readonly Fact[]): Move => {
    const name = ['rotate_session', ...facts.map((fact) => FACTS.indexOf(fact))].join('_')
    const found = known.get(name) ?? deps.grouped(counterMove(name, 'sessions.counter = :presented', facts))
    known.set(name, found)
    return found
  }
})

const restoration = resident((deps: Deps) =>
  deps.grouped(counterMove('restore_session', 'sessions.counter < :presented')),
)

/**
 * Move the counter from `presented` to the next, durably. Undefined when the session is not at `presented`, not live, or bound to another key.
 * `facts`: what to answer of the user besides.
 */
export async function swapCounter(
  deps: Deps,
  move: CounterMove,
  facts: readonly Fact[] = [],
): Promise<Moved | undefined> {
  return (await rotations(deps)(facts)(move)) as Moved | undefined
}

/** Move the counter forward past `presented`, when the row is behind it. */
export async function swapCounterForward(deps: Deps, move: CounterMove): Promise<Moved | undefined> {
  return (await restoration(deps)(move)) as Moved | undefined
}

/** Give a session to another key. Undefined when it was refreshed or moved before, has no key, has this one, or is over. */
export async function swapKey(
  tx: Tx,
  { app_id, id, jkt, now }: Pick<CounterMove, 'app_id' | 'id' | 'jkt' | 'now'>,
): Promise<SessionRow | undefined> {
  return await tx
    .withTables<SessionTables>()
    .updateTable('sessions')
    .set({ jkt, rebound_at: now })
    .where('app_id', '=', app_id)
    .where('id', '=', id)
    .where('rebound_at', 'is', null)
    .where('jkt', 'not in', ['', jkt])
    .where('counter', '=', 0)
    .where(live(now))
    .returningAll()
    .executeTakeFirst()
}

/** Spend the first token of a session and give the session to another key. Undefined when it was refreshed before, has no key, has this one, or is over. */
export async function swapKeyAndCounter(tx: Tx, move: CounterMove): Promise<SessionRow | undefined> {
  const { app_id, id, jkt, now, idle_expires_at, proof_issued_at, token_key } = move
  return await tx
    .withTables<SessionTables>()
    .updateTable('sessions')
    .set({ jkt, counter: 1, last_seen_at: now, idle_expires_at, proof_issued_at, token_key })
    .where('app_id', '=', app_id)
    .where('id', '=', id)
    .where('jkt', 'not in', ['', jkt])
    .where('counter', '=', 0)
    .where(live(now))
    .returningAll()
    .executeTakeFirst()
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

export async function insertSession(tx: Tx, row: SessionRow): Promise<void> {
  await tx.withTables<SessionTables>().insertInto('sessions').values(row).execute()
}

/** That a session is not over. */
export const live = (now: number): Expression<SqlBool> =>
  sql<SqlBool>`sessions.ended_at is null and sessions.expires_at > ${now} and sessions.idle_expires_at > ${now}`

/** Live sessions of a user, most recently seen first; of more than anybody can have, some. */
export async function listSessions(
  db: Db,
  appId: string,
  userId: string,
  now: number,
  page: { limit: number; offset: number } = { limit: MAX_SESSIONS, offset: 0 },
): Promise<SessionRow[]> {
  return await db
    .withTables<SessionTables>()
    .selectFrom(liveOf(db, appId, userId, now).selectAll().as('lives'))
    .selectAll()
    .orderBy('last_seen_at', 'desc')
    .orderBy('id')
    .limit(page.limit)
    .offset(page.offset)
    .execute()
}

/** How many live sessions a user has, as far as anybody can have. */
export async function countSessions(db: Db, appId: string, userId: string, now: number): Promise<number> {
  const row = await db
    .withTables<SessionTables>()
    .selectFrom(liveOf(db, appId, userId, now).select('id').as('lives'))
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(row.count)
}

/** Looked up by one index, and bounded before it is sorted. */
const liveOf = (db: Db, appId: string, userId: string, now: number) =>
  db
    .withTables<SessionTables>()
    .selectFrom('sessions')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .where(live(now))
    .limit(MAX_SESSIONS)

/** Whether a user has had a session, as long as it is kept. */
export async function hasHadSession(db: Db, appId: string, userId: string): Promise<boolean> {
  const row = await db
    .withTables<SessionTables>()
    .selectFrom('sessions')
    .select('id')
    .where('app_id', '=', appId)
    .where('user_id', '=', userId)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
