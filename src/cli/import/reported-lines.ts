import { type ReportedLine, readLines } from '../../core/imports/lines.ts'
import { listImportedIds } from '../../core/imports/store.ts'
import type { ImportLineRow, ImportRow } from '../../core/imports/tables.ts'
import type { Deps } from '../../platform/deps.ts'
import type { PrivateFile } from './private-file.ts'

export type ReportedOutcome = ImportLineRow['outcome']
export const REPORTED: readonly ReportedOutcome[] = ['refused', 'conflict', 'skipped', 'left_out', 'kept']

const PAGE = 500

/** Lines with an outcome, in the order of the file. */
export async function* pagesOfLines(
  deps: Deps,
  row: ImportRow,
  outcome: ReportedOutcome,
): AsyncGenerator<ReportedLine[]> {
  const place = { appId: row.app_id, importId: row.id, outcome, withText: true }
  for (let after = 0; ; ) {
    const lines = await readLines(deps.db, deps, place, after, PAGE)
    if (lines.length > 0) yield lines
    if (lines.length < PAGE) return
    after = lines.at(-1)?.line ?? after
  }
}

/** Where a line comes from, as whoever read the file has noted. */
export interface Origin {
  readonly file?: string
  readonly line?: number
  readonly byte?: number
}

/** What is known of a line that was reported: the record as it was sent, with `error` beside its members. */
export function readReported({ text, code, field, line, external_id }: ReportedLine): {
  readonly record: Readonly<Record<string, unknown>>
  readonly at: Origin
} {
  const sent = parse(text)
  const at: Origin = typeof sent.at === 'object' && sent.at !== null ? sent.at : {}
  const error = { code, ...(field !== undefined && { field }), line }
  return { record: { error, ...(external_id !== undefined && { external_id }), ...sent }, at }
}

function parse(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '{}')
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : { text }
  } catch {
    return { text }
  }
}

/** Write lines down so that they can be corrected and imported again. */
export async function writeReported(
  deps: Deps,
  row: ImportRow,
  outcomes: readonly ReportedOutcome[],
  file: PrivateFile,
): Promise<number> {
  let count = 0
  for (const outcome of outcomes) {
    for await (const lines of pagesOfLines(deps, row, outcome)) {
      count += lines.length
      for (const line of lines) file.write(`${JSON.stringify(readReported(line).record)}\n`)
    }
  }
  return count
}

/** Write down which user here is which there, as JSON, one a line: in a table an id could begin as a formula does. */
export async function writeIds(deps: Deps, row: ImportRow, file: PrivateFile): Promise<void> {
  for (let after: string | undefined; ; ) {
    const ids = await listImportedIds(deps.db, row.app_id, row.id, after, PAGE)
    for (const { id, external_id } of ids) file.write(`${JSON.stringify({ external_id, id })}\n`)
    if (ids.length < PAGE) return
    after = ids.at(-1)?.id
  }
}
