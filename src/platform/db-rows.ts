import { type RawBuilder, sql } from 'kysely'
import type { Db } from './db.ts'

export type ColumnValue = string | number | null

/** Columns by name, separated by commas. */
export const list = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)))
export const tuple = (parts: RawBuilder<unknown>) => sql`(${parts})`

/** Rows of any table in the order of a unique key, those behind `after`, `limit` at most. `columns`: what is read of each. */
export async function rowsBehind<Row>(
  db: Db,
  {
    table,
    key,
    columns,
  }: { readonly table: string; readonly key: readonly string[]; readonly columns: RawBuilder<unknown> },
  after: readonly ColumnValue[] | undefined,
  limit: number,
): Promise<readonly Row[]> {
  const behind = after ? sql`where ${tuple(list(key))} > ${tuple(sql.join([...after]))}` : sql``
  const { rows } = await sql<Row>`
    select ${columns} from ${sql.table(table)} ${behind} order by ${list(key)} limit ${sql.lit(limit)}`.execute(db)
  return rows
}
