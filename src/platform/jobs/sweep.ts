import { z } from 'zod'
import type { Tx } from '../db.ts'
import { job } from './jobs.ts'

const BATCH = 1000
const EVERY_SECONDS = 300

/** A job that deletes rows which died by time, in batches: each in its own transaction, so that nobody waits long for its locks. */
export const sweepJob = (name: string, sweep: (tx: Tx, now: number, count: number) => Promise<number>) =>
  job({
    kind: `sweep/${name}`,
    payload: z.null(),
    everySeconds: EVERY_SECONDS,
    async run(_payload, _context, deps) {
      for (;;) {
        const deleted = await deps.transact((tx) => sweep(tx, deps.now(), BATCH))
        if (deleted < BATCH) return
      }
    },
  })
