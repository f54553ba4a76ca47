import { rfc3339 } from '../../platform/clock.ts'
import { type CanaryResult, type ImportOptions, importOptions } from './options.ts'
import type { ImportRow } from './tables.ts'
import { readTally, type Tally } from './tally.ts'

export const optionsOf = (row: ImportRow): ImportOptions => importOptions.parse(JSON.parse(row.options))

/** How the test accounts fared last, in the order in which they were given. */
export const canaryResultsOf = (row: ImportRow): CanaryResult[] => JSON.parse(row.canary_results ?? '[]')

export interface Progress {
  readonly lines: number
  readonly outcomes: Tally['outcomes']
  readonly received_bytes: number
  readonly loaded_bytes: number
  /** Since loading began, pauses of the import not counted; missing before. */
  readonly lines_per_second?: number
  /** Of loading on as so far; missing when nothing is loading. */
  readonly seconds_left?: number
}

/** How far an import is. */
export function progressOf(row: ImportRow): Progress {
  const { done_lines, done_bytes, received_bytes, loading_ms, status } = row
  const rate = loading_ms > 0 ? done_lines / (loading_ms / 1000) : undefined
  const isUnderWay = status === 'loading' || status === 'paused'
  const left =
    isUnderWay && done_bytes > 0 ? ((received_bytes - done_bytes) / done_bytes) * (loading_ms / 1000) : undefined
  return {
    lines: done_lines,
    outcomes: readTally(row.tally).outcomes,
    received_bytes,
    loaded_bytes: done_bytes,
    ...(rate !== undefined && { lines_per_second: Math.round(rate) }),
    ...(left !== undefined && { seconds_left: Math.ceil(left) }),
  }
}

/** What came of an import: numbers, and nothing of anybody. */
export function reportOf(row: ImportRow) {
  const { outcomes, ...tally } = readTally(row.tally)
  const { expect } = optionsOf(row)
  return {
    source: row.source,
    status: row.status,
    ...(row.problem !== null && { problem: row.problem }),
    ...(row.file_sha256 !== null && { file_sha256: row.file_sha256 }),
    dry_run: optionsOf(row).dry_run,
    lines: row.done_lines,
    ...(expect !== undefined && { expected_lines: expect }),
    outcomes,
    ...tally,
    canaries: canaryResultsOf(row),
    ...(row.started_at !== null && { started_at: rfc3339(row.started_at) }),
    ...(row.finished_at !== null && { finished_at: rfc3339(row.finished_at) }),
  }
}
