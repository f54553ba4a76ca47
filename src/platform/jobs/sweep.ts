import { z } from 'zod'
import type { Tx } from '../db.ts'
import { trustedTime } from '../time/trusted.ts'
import { job } from './jobs.ts'
import { doSlice } from './slice.ts'

const EVERY_SECONDS = 300

/**
 * A job that deletes rows which died by time, few at a time: each few in their own transaction, so that nobody waits long for its locks. What is deleted
 * is so for good: while the clocks contradict each other it waits for its next round.
 */
export const sweepJob = (name: string, sweep: (tx: Tx, now: number, count: number) => Promise<number>) =>
  job({
    kind: `sweep/${name}`,
    payload: z.null(),
    everySeconds: EVERY_SECONDS,
    async run(_payload, _context, deps) {
      const now = await trustedTime(deps).forDeletion()
      if (now === undefined) return
      return await doSlice(deps, (count) => deps.transact((tx) => sweep(tx, now, count)))
    },
  })
