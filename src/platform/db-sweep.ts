import { sql } from 'kysely'
import type { Tx } from './db.ts'

/** A table of rows that die by time. */
export interface Dying {
  readonly table: string
  /** Columns of its primary key. */
  readonly key: readonly string[]
  /** A time, Unix ms, with an index. */
  readonly column: string
}

/**
 * Delete up to `count` rows whose time is before `before`; answers how many. They are found by the index of the time, in its order, without which PostgreSQL
 * may look through the whole table for them, and deleted by their key. One that lives longer by then stays.
 */
export async function deleteBefore(
  tx: Tx,
  { table, key, column }: Dying,
  before: number,
  count: number,
): Promise<number> {
  const [rows, names, time] = [sql.table(table), sql.join(key.map((name) => sql.ref(name))), sql.ref(column)]
  const { numAffectedRows } = await sql`delete from ${rows} where (${names}) in
    (select ${names} from ${rows} where ${time} < ${before} order by ${time} limit ${count}) and ${time} < ${before}`.execute(
    tx,
  )
  return Number(numAffectedRows)
}

/** As `deleteBefore`, rows whose `expires_at` has come. */
export const deleteExpired = (
  tx: Tx,
  table: string,
  key: readonly string[],
  now: number,
  count: number,
): Promise<number> => deleteBefore(tx, { table, key, column: 'expires_at' }, now + 1, count)
