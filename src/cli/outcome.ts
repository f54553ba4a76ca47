/** How the management API refused a call. */
export interface Answered {
  readonly status: number
  readonly code?: string | undefined
}

/** What came of a command. */
export type Outcome =
  /** For standard output: `json` for machines, `plain` for people, who read a terminal where it is `piped` as JSON. Exits with 1 when it `failed`. */
  | {
      readonly kind: 'done'
      readonly json: unknown
      readonly plain: string
      readonly failed: boolean
      readonly piped?: 'json'
    }
  /** One line on standard error, exits with 1. Of a call of the API: what it was answered. */
  | { readonly kind: 'refused'; readonly reason: string; readonly answered?: Answered }
  /** It makes no sense as it was typed. One line on standard error, exits with 64. */
  | { readonly kind: 'misused'; readonly reason: string }
  /** A line for each fault of the configuration on standard error, exits with 2. */
  | { readonly kind: 'misconfigured'; readonly faults: readonly string[] }
  /** It wrote to standard output what there is to write. */
  | { readonly kind: 'said' }
  /** The process goes on until it is told to stop; it printed what there is to say. */
  | { readonly kind: 'running' }

export const done = (json: unknown, plain: string, failed = false): Outcome => ({ kind: 'done', json, plain, failed })

/** The same, which is JSON where no terminal reads it. */
export const answered = (json: unknown, plain: string, failed = false): Outcome => ({
  kind: 'done',
  json,
  plain,
  failed,
  piped: 'json',
})

export const refused = (reason: string) => ({ kind: 'refused', reason }) as const

/** What the API refused, with its code. */
export const refusedBy = ({ reason, answered }: { readonly reason: string; readonly answered?: Answered }) =>
  ({ kind: 'refused', reason, ...(answered && { answered }) }) as const

export const misused = (reason: string) => ({ kind: 'misused', reason }) as const

export const misconfigured = (faults: readonly string[]) => ({ kind: 'misconfigured', faults }) as const

/** Rows in columns, the first row being their heads; `none` when there is no other. */
export function columns(rows: readonly (readonly string[])[], none: string): string {
  if (rows.length < 2) return none
  const cells = rows.map((row) => row.map((cell) => cell.replaceAll('\n', ' ')))
  const widths = (cells[0] ?? []).map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)))
  const line = (row: readonly string[]) => row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ')
  return cells.map((row) => line(row).trimEnd()).join('\n')
}

/** What somebody else has written must not steer a terminal: control characters and those that turn text around, as JSON escapes them. */
export const printable = (text: string): string =>
  text.replace(
    /[^\P{Cc}\n]|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/**
 * What is wrong in the world outside, in one line: an address that is taken, a database that refuses. Undefined for anything else, which
 * is a bug and keeps its stack.
 */
export function describeFault(error: unknown): string | undefined {
  const { code, message } = error as { code?: unknown; message?: unknown }
  if (typeof code !== 'string' || typeof message !== 'string') return undefined
  if (/^(ERR|FST)_/.test(code) && code !== 'ERR_SQLITE_ERROR') return undefined
  return (message || code).replace(/\s+/g, ' ')
}
