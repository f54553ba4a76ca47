import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { UserTables } from '../../users/tables.ts'

/** What the database knows of a user, as far as a mapping may ask for it. */
export type Facts = {
  /** JSON object. */
  readonly profile: string
  readonly external_id: string | null
  readonly internal_id: string | null
  /** Those that are proven, as `type value`, oldest first, one a line; null without any. */
  readonly identifiers: string | null
  /** 1 or 0. */
  readonly has_passkey: number
}

export type Fact = keyof Facts

const ofUser = (column: string) => (appId: string, userId: string) =>
  `select asked.${column} from users as asked where asked.app_id = ${appId} and asked.id = ${userId}`

/** A query for each, of the user whom two columns name. */
const QUERIES: Readonly<Record<Fact, (appId: string, userId: string) => string>> = {
  profile: ofUser('profile'),
  external_id: ofUser('external_id'),
  internal_id: ofUser('internal_id'),
  identifiers: (appId, userId) => `select string_agg(proven.type || ' ' || proven.value, '\n'
      order by proven.created_at, proven.type, proven.value)
    from identifiers as proven
    where proven.app_id = ${appId} and proven.user_id = ${userId} and proven.verified_at is not null`,
  has_passkey: (appId, userId) => `select coalesce((select 1 from passkeys
    where passkeys.app_id = ${appId} and passkeys.user_id = ${userId} and passkeys.blocked_at is null limit 1), 0)`,
}

export const FACTS = Object.keys(QUERIES) as readonly Fact[]

/** Columns with these facts of the user whom two columns name. */
export const factColumns = (facts: readonly Fact[], appId: string, userId: string): string =>
  facts.map((fact) => `(${QUERIES[fact](appId, userId)}) as ${fact}`).join(', ')

/** These facts of a user; undefined when the user is gone. */
export async function findFacts(
  db: Db,
  appId: string,
  userId: string,
  facts: readonly Fact[],
): Promise<Partial<Facts> | undefined> {
  const row = await db
    .withTables<UserTables>()
    .selectFrom('users')
    .select(facts.map((fact) => sql`(${sql.raw(QUERIES[fact]('users.app_id', 'users.id'))})`.as(fact)))
    .where('app_id', '=', appId)
    .where('id', '=', userId)
    .executeTakeFirst()
  return row as Partial<Facts> | undefined
}
