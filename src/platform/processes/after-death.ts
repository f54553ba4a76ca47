/** A process that ended without being asked to. */
export interface Death {
  /** Undefined where a signal ended it. */
  readonly code: number | undefined
  /** For how long it had served, ms; undefined when it never came so far. */
  readonly servedMs: number | undefined
  /** How many in a row died before they served, this one too. */
  readonly failedStarts: number
  /** How many in a row died young, this one too. */
  readonly youngDeaths: number
  /** Whether others serve. */
  readonly isServed: boolean
}

export type Consequence =
  | { readonly kind: 'replace'; readonly afterMs: number }
  /** The whole ends with this code. */
  | { readonly kind: 'end'; readonly code: number }

/** Who lived so long did not die of its start. */
export const YOUNG_MS = 10_000
const STARTS = 3
const FIRST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 30_000
/** What it was given is wrong: see `cli/report.ts`. */
const NOT_MENDED_BY_ITSELF = [2, 64]

/**
 * What to do about it. Where nobody serves, a fault of the configuration ends the whole at once, and any other after three starts: whoever supervises the
 * supervisor goes on from there. Where others serve, they go on, and it is tried for as long as they do.
 */
export function decideAfterDeath({ code, servedMs, failedStarts, youngDeaths, isServed }: Death): Consequence {
  const isHopeless = NOT_MENDED_BY_ITSELF.includes(code ?? 0) || failedStarts >= STARTS
  if (servedMs === undefined && !isServed && isHopeless) return { kind: 'end', code: code || 1 }
  const afterMs = youngDeaths === 0 ? 0 : FIRST_PAUSE_MS * 2 ** Math.min(youngDeaths - 1, 10)
  return { kind: 'replace', afterMs: Math.min(afterMs, LONGEST_PAUSE_MS) }
}
