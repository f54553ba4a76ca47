import { z } from 'zod'

const keyShape = z.object({
  /** Sealed values, by table. */
  sealed: z.record(z.string(), z.number()),
  sessions: z.number(),
  /** When the last of the sessions is over at the latest, Unix ms; null without any. */
  until: z.number().nullable(),
})

/** What hangs on a master key. */
export type Hanging = z.output<typeof keyShape>

/** The same of every master key, by its id. */
export const countsShape = z.record(z.string(), keyShape)
export type Counts = z.output<typeof countsShape>

const NOTHING: Hanging = { sealed: {}, sessions: 0, until: null }

export const hangingOn = (counts: Counts, keyId: string): Hanging => counts[keyId] ?? NOTHING

export const sealedIn = ({ sealed }: Pick<Hanging, 'sealed'>): number =>
  Object.values(sealed).reduce((sum, count) => sum + count, 0)

/** Whether something hangs on a key. */
export const isNeeded = (hanging: Hanging): boolean => sealedIn(hanging) + hanging.sessions > 0

/** With a sealed value more in a table. */
export function withBox(counts: Counts, keyId: string, table: string): Counts {
  const hanging = hangingOn(counts, keyId)
  return {
    ...counts,
    [keyId]: { ...hanging, sealed: { ...hanging.sealed, [table]: (hanging.sealed[table] ?? 0) + 1 } },
  }
}

/** With a key on which whatever there is may hang, until somebody counts. */
export const withUncounted = (counts: Counts, keyId: string): Counts => withSession(counts, keyId, 0)

/** What the row of a rotation has noted; undefined for nothing. */
export const readCounts = (found: string | null): Counts | undefined =>
  found === null ? undefined : countsShape.parse(JSON.parse(found))

/** With a session more, that is over at `until` at the latest. */
export function withSession(counts: Counts, keyId: string, until: number): Counts {
  const hanging = hangingOn(counts, keyId)
  return {
    ...counts,
    [keyId]: { ...hanging, sessions: hanging.sessions + 1, until: Math.max(until, hanging.until ?? 0) },
  }
}
