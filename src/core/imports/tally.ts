import { z } from 'zod'

export const OUTCOMES = ['created', 'updated', 'unchanged', 'conflict', 'refused', 'skipped'] as const

export type LineOutcome = (typeof OUTCOMES)[number]

const counts = z.record(z.string(), z.int())

/** What has become of the lines so far, in numbers alone. */
const tallyShape = z.object({
  outcomes: z.record(z.enum(OUTCOMES), z.int()),
  /** Why lines were refused, in conflict or skipped. */
  codes: counts,
  /** Algorithms of the password hashes. */
  hash_forms: counts,
  without_password: z.int(),
  /** Members that were left out of lines that were loaded. */
  left_out: counts,
  /** Kinds that are kept until they can be used. */
  leftovers: counts,
  /** Groups that people were in and that there are none of here, by name. */
  unknown_groups: counts.default({}),
  /** Of a rollback. */
  deleted: z.int(),
  kept: z.int(),
})

export type Tally = z.output<typeof tallyShape>

export const readTally = (stored: string): Tally => tallyShape.parse(JSON.parse(stored))

export const emptyTally = (): Tally => ({
  outcomes: { created: 0, updated: 0, unchanged: 0, conflict: 0, refused: 0, skipped: 0 },
  codes: {},
  hash_forms: {},
  without_password: 0,
  left_out: {},
  leftovers: {},
  unknown_groups: {},
  deleted: 0,
  kept: 0,
})

/** One more of a name. Names beyond a hundred are counted as one, for they come from the file, and so is what is no name of a member. */
export function count(counters: Record<string, number>, name: string): void {
  const isRoom = Object.hasOwn(counters, name) || Object.keys(counters).length < 100
  const known = isRoom && name !== '__proto__' ? name : 'other'
  counters[known] = (counters[known] ?? 0) + 1
}

/** Whether every line has become something. */
export const addsUp = ({ outcomes }: Tally, lines: number): boolean =>
  Object.values(outcomes).reduce((sum, one) => sum + one, 0) === lines
