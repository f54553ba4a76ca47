import { z } from 'zod'
import type { Tx } from '../db.ts'
import { trustedTime } from '../time/trusted.ts'
import { job } from './jobs.ts'

const BATCH = 1000
const EVERY_SECONDS = 300

/**
 * A job that deletes rows which died by time, in batches: each in its own transaction, so that nobody waits long for its locks. What is deleted
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
      for (;;) {
        const deleted = await deps.transact((tx) => sweep(tx, now, BATCH))
        if (deleted < BATCH) return
      }
    },
  })
