import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import type { ColumnValue, SealedColumn, SealedRow } from '../../../platform/sealed-column.ts'

type Rows = Pick<SealedColumn, 'table' | 'column' | 'key' | 'needs'>

const list = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)))
const tuple = (parts: RawBuilder<unknown>) => sql`(${parts})`

export const keyOfRow = ({ key }: Rows, row: SealedRow): ColumnValue[] => key.map((name) => row[name] ?? null)

/** Rows in the order of their key, those behind `after`, each with the column as `box`. */
export async function listRows(
  db: Db,
  { table, column, key, needs = [] }: Rows,
  after: readonly ColumnValue[] | undefined,
  limit: number,
): Promise<SealedRow[]> {
  const behind = after ? sql`where ${tuple(list(key))} > ${tuple(sql.join([...after]))}` : sql``
  const { rows } = await sql<SealedRow>`
    select ${list([...key, ...needs])}, ${sql.ref(column)} as box from ${sql.table(table)}
    ${behind} order by ${list(key)} limit ${sql.lit(limit)}`.execute(db)
  return rows
}

/** Put something else in the place of what was read. False when somebody has written it meanwhile. */
export async function swapBox(tx: Tx, { table, column, key }: Rows, row: SealedRow, next: string): Promise<boolean> {
  const isRow = sql.join(
    key.map((name) => sql`${sql.ref(name)} = ${row[name]}`),
    sql` and `,
  )
  const { numAffectedRows } = await sql`
    update ${sql.table(table)} set ${sql.ref(column)} = ${next} where ${isRow} and ${sql.ref(column)} = ${row.box}`.execute(
    tx,
  )
  return numAffectedRows === 1n
}
