import { sql } from 'kysely'
import type { Db, Tx } from '../../../platform/db.ts'
import { type ColumnValue, list, rowsBehind } from '../../../platform/db-rows.ts'
import type { SealedColumn, SealedRow } from '../../../platform/sealed-column.ts'

type Rows = Pick<SealedColumn, 'table' | 'column' | 'key' | 'needs'>

export const keyOfRow = ({ key }: Rows, row: SealedRow): ColumnValue[] => key.map((name) => row[name] ?? null)

/** Rows in the order of their key, those behind `after`, each with the column as `box`. */
export async function listRows(
  db: Db,
  { table, column, key, needs = [] }: Rows,
  after: readonly ColumnValue[] | undefined,
  limit: number,
): Promise<readonly SealedRow[]> {
  const columns = sql`${list([...key, ...needs])}, ${sql.ref(column)} as box`
  return await rowsBehind<SealedRow>(db, { table, key, columns }, after, limit)
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
