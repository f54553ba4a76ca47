import type { Tx } from '../../platform/db.ts'
import { isTrouble } from '../../platform/db-fault.ts'
import type { Deps } from '../../platform/deps.ts'
import { pacedForSomebody } from '../../platform/pace.ts'
import type { LinkRule } from '../legacy-users/matching.ts'
import { type Raced, settle } from '../users/settle.ts'
import type { BulkMandate, BulkRow, RowOutcome } from './row.ts'
import { writeRow } from './write.ts'

/** A row with its place among those that were sent. */
export interface PlacedRow {
  readonly index: number
  readonly row: BulkRow
}

/** Write rows, some at a time and out of the way of people. Answers what has become of each, by its place. One that cannot be written holds up no other. */
export async function writeRows(
  deps: Deps,
  mandate: BulkMandate,
  rule: LinkRule,
  rows: readonly PlacedRow[],
): Promise<Map<number, RowOutcome>> {
  const outcomes = new Map<number, RowOutcome>()
  // In one order for everybody, so that two of us over the same users do not wait for each other in a circle.
  const waiting = rows.toSorted((a, b) => compare(keyOf(a.row), keyOf(b.row)))
  const inPace = pacedForSomebody(deps)
  while (waiting.length > 0) {
    await inPace(async (count) => {
      const some = waiting.splice(0, fitting(waiting, count))
      for (const [index, outcome] of await writeSlice(deps, mandate, rule, some)) outcomes.set(index, outcome)
    })
  }
  return outcomes
}

/** A row may have fifty identifiers, each a statement: of such ones fewer are written at a time. */
const MOST_IDENTIFIERS = 100

/** How many of the next rows, `count` at most and one at least, are written at a time. */
function fitting(rows: readonly PlacedRow[], count: number): number {
  let identifiers = 0
  const over = rows.slice(0, count).findIndex(({ row }, i) => {
    identifiers += row.identifiers.length
    return i > 0 && identifiers > MOST_IDENTIFIERS
  })
  return over < 0 ? count : over
}

const keyOf = ({ externalId, internalId, identifiers: [first] }: BulkRow): string =>
  externalId ?? internalId ?? first?.value ?? ''

const compare = (a: string, b: string) => (a < b ? -1 : Number(a > b))

type Written = readonly (readonly [number, RowOutcome])[]

/** All of them in one transaction; when anything unexpected comes between, one by one. */
async function writeSlice(
  deps: Deps,
  mandate: BulkMandate,
  rule: LinkRule,
  rows: readonly PlacedRow[],
): Promise<Written> {
  try {
    const done = await settle(deps, (tx) => writeAll(tx, deps, mandate, rule, rows))
    return done.written
  } catch (error) {
    // What ails the database is no fault of a row.
    if (isTrouble(error)) throw error
    const [only] = rows
    if (!only) return []
    if (rows.length > 1) {
      const written: (readonly [number, RowOutcome])[] = []
      for (const row of rows) written.push(...(await writeSlice(deps, mandate, rule, [row])))
      return written
    }
    deps.log.error({ err: error, row: only.index }, 'a row of a bulk request could not be written')
    return [[only.index, { kind: 'refused', code: 'unexpected' }]]
  }
}

async function writeAll(
  tx: Tx,
  deps: Deps,
  mandate: BulkMandate,
  rule: LinkRule,
  rows: readonly PlacedRow[],
): Promise<{ kind: 'done'; written: Written } | Raced> {
  const written: (readonly [number, RowOutcome])[] = []
  for (const { index, row } of rows) {
    const outcome = await writeRow(tx, deps, mandate, rule, row)
    if (outcome.kind === 'raced') return outcome
    written.push([index, outcome])
  }
  return { kind: 'done', written }
}
