import type { ReportedLine } from '../../core/imports/lines.ts'
import type { ImportLineRow } from '../../core/imports/tables.ts'
import type { Calls } from './calls.ts'
import type { PrivateFile } from './private-file.ts'

export type ReportedOutcome = ImportLineRow['outcome']
export const REPORTED: readonly ReportedOutcome[] = ['refused', 'conflict', 'skipped', 'left_out', 'kept']

/** As many as there are on a page; of lines as they were sent it has fewer. */
const PAGE = 500

/** Lines with an outcome as they were sent, in the order of the file, page by page. */
export async function* pagesOfLines(
  calls: Calls,
  importId: string,
  outcome: ReportedOutcome,
): AsyncGenerator<ReportedLine[]> {
  for (let cursor = 0; ; ) {
    const { lines, next } = await calls.lines(importId, { outcome, text: true, limit: PAGE, cursor })
    if (lines.length > 0) yield lines
    if (next === undefined || next <= cursor) return
    cursor = next
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
  calls: Calls,
  importId: string,
  outcomes: readonly ReportedOutcome[],
  file: PrivateFile,
): Promise<number> {
  let count = 0
  for (const outcome of outcomes) {
    for await (const lines of pagesOfLines(calls, importId, outcome)) {
      count += lines.length
      for (const line of lines) file.write(`${JSON.stringify(readReported(line).record)}\n`)
    }
  }
  return count
}

/** Write down which user here is which there, as JSON, one a line: in a table an id could begin as a formula does. */
export async function writeIds(calls: Calls, importId: string, file: PrivateFile): Promise<void> {
  for (let after: string | undefined; ; ) {
    const { ids, next } = await calls.ids(importId, { limit: PAGE, ...(after !== undefined && { after }) })
    for (const { id, external_id } of ids) file.write(`${JSON.stringify({ external_id, id })}\n`)
    if (next === undefined || next === after) return
    after = next
  }
}
