import type { Db } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { openAt, sealAt } from './sealed.ts'
import { type LinePlace, listLines } from './store.ts'
import type { ImportLineRow } from './tables.ts'

export interface ReportedLine {
  readonly line: number
  readonly offset: number
  readonly external_id?: string
  readonly field?: string
  readonly code: string
  /** The line as it was sent, to be corrected and sent again; missing when it was too long, and of users. */
  readonly text?: string
}

const placeOf = ({ app_id, import_id, line }: Pick<ImportLineRow, 'app_id' | 'import_id' | 'line'>) => [
  app_id,
  import_id,
  'line',
  line,
]

type Unsealed = Omit<ImportLineRow, 'sealed'>

/** The row of a line, with its text. */
export const lineRow = (deps: Deps, row: Unsealed, text: string | Uint8Array | undefined): ImportLineRow => ({
  ...row,
  sealed: text === undefined ? null : sealAt(deps, placeOf(row), text),
})

/** Lines with an outcome, in the order of the file. */
export async function readLines(
  db: Db,
  deps: Deps,
  place: LinePlace,
  after: number,
  limit: number,
): Promise<ReportedLine[]> {
  const rows = await listLines(db, place, after, limit)
  return rows.map((row) => ({
    line: row.line,
    offset: row.start,
    ...(row.external_id !== null && { external_id: row.external_id }),
    ...(row.field !== null && { field: row.field }),
    code: row.code,
    ...(row.sealed && { text: openAt(deps, placeOf(row), row.sealed).toString('utf8') }),
  }))
}
