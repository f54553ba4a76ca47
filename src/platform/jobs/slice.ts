import type { Deps } from '../deps.ts'
import { paced } from '../pace.ts'
import type { Ran } from './jobs.ts'

/** So that whoever stops the process does not wait long, and no lease runs out meanwhile. */
export const SLICE_MS = 3_000

/** Does up to so many rows of a work, in a transaction of its own. Answers how many it did: less than it was told to means that nothing is left. */
export type Piece = (count: number) => Promise<number>

/** Do a slice of long works, one after the other, piece by piece and out of the way of people. Answers `again` for a job that is to go on: something is left. */
export async function doSlice(deps: Deps, ...works: readonly Piece[]): Promise<Ran> {
  const until = deps.monotonic() + SLICE_MS
  for (const work of works) {
    const inPace = paced(deps)
    for (let isLeft = true; isLeft; ) {
      if (deps.monotonic() >= until) return 'again'
      isLeft = await inPace(async (count) => (await work(count)) >= count)
    }
  }
  return undefined
}
