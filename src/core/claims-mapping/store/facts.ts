import { sql } from 'kysely'
import type { Db } from '../../../platform/db.ts'
import type { UserTables } from '../../users/tables.ts'

/** What the database knows of a user, as far as a mapping may ask for it. */
export const FACTS = ['profile', 'internal_id', 'external_id', 'identifiers', 'has_passkey'] as const

export type Fact = (typeof FACTS)[number]

/** The answer of the database, as far as it was asked. */
export type FactRow = {
  /** Those of the row of the user, one a line in the order of `FACTS`, each behind a `=`; an empty line for null. No profile has a line break, and the last is the rest. */
  readonly of_user: string
  /** Those that are proven, as `created_at type value`, one a line; null without any. */
  readonly identifiers: string | null
  /** 1 or 0. */
  readonly has_passkey: number
}

const OF_USER: readonly Fact[] = ['profile', 'internal_id', 'external_id']

/** Those facts of them that are in the row of the user. */
export const ofUser = (facts: readonly Fact[]): readonly Fact[] => OF_USER.filter((fact) => facts.includes(fact))

/** Where the answer to a question is. */
export const columnOf = (fact: Fact): keyof FactRow =>
  fact === 'identifiers' || fact === 'has_passkey' ? fact : 'of_user'

type Query = readonly [column: keyof FactRow, text: string]

/** One query for each column: what is of one row is read at once. */
function queriesOf(facts: readonly Fact[], appId: string, userId: string): Query[] {
  const columns = ofUser(facts)
  const lines = columns.map((column) => `coalesce('=' || asked.${column}, '')`).join(` || '\n' || `)
  const queries: readonly (Query | false)[] = [
    columns.length > 0 && [
      'of_user',
      `select ${lines} from users as asked where asked.app_id = ${appId} and asked.id = ${userId}`,
    ],
    facts.includes('identifiers') && [
      'identifiers',
      `select string_agg(proven.created_at || ' ' || proven.type || ' ' || proven.value, '\n') from identifiers as proven
        where proven.app_id = ${appId} and proven.user_id = ${userId} and proven.verified_at is not null`,
    ],
    facts.includes('has_passkey') && [
      'has_passkey',
      `select coalesce((select 1 from passkeys
        where passkeys.app_id = ${appId} and passkeys.user_id = ${userId} and passkeys.blocked_at is null limit 1), 0)`,
    ],
  ]
  return queries.filter((query) => query !== false)
}

/** Columns with these facts of the user whom two columns name. */
export const factColumns = (facts: readonly Fact[], appId: string, userId: string): string =>
  queriesOf(facts, appId, userId)
    .map(([column, text]) => `(${text}) as ${column}`)
    .join(', ')

/** These facts of a user; undefined when the user is gone. */
export async function findFacts(
  db: Db,
  appId: string,
  userId: string,
  facts: readonly Fact[],
): Promise<Partial<FactRow> | undefined> {
  const row = await db
    .withTables<UserTables>()
    .selectFrom('users')
    .select(queriesOf(facts, 'users.app_id', 'users.id').map(([column, text]) => sql`(${sql.raw(text)})`.as(column)))
    .where('app_id', '=', appId)
    .where('id', '=', userId)
    .executeTakeFirst()
  return row as Partial<FactRow> | undefined
}
