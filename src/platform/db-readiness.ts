import type { Bounds } from './db-bounds.ts'
import { within } from './db-fault.ts'

/** Without a write that succeeded for so long, one is made. */
const WRITE_EVERY_MS = 5_000
/** Shared updates that wait for longer are not being written. */
const MAX_WAITED_MS = 2_000

interface Signs {
  /** Read something. */
  read(): Promise<unknown>
  /** Write something, as a request would. */
  write(): Promise<unknown>
  /** For how long the oldest shared update waits, ms. */
  waitedMs(): number
}

export interface Readiness {
  /** Whether requests can be answered, that is read and write; answers within two seconds. */
  judge(): Promise<boolean>
  /** A write reached the disk. */
  wrote(): void
  /** One did not, through nobody's fault: it is tried again before the next yes. */
  failed(): void
}

/** Judges by what requests meet: what they wrote lately counts, and where nothing was written a write is tried, now and then. */
export function watchReadiness({ read, write, waitedMs }: Signs, { readinessMs, verdictMs }: Bounds): Readiness {
  let wroteAt = Number.NEGATIVE_INFINITY
  let verdict: Promise<boolean> | undefined
  let judgedAt = 0
  let underWay: Promise<void> | undefined

  const probe = async () => {
    if (performance.now() - wroteAt > WRITE_EVERY_MS) {
      await write()
      wroteAt = performance.now()
    } else await read()
  }
  // One that does not come back is not joined by others: they would take all the connections there are.
  const ask = () => {
    underWay ??= probe().finally(() => {
      underWay = undefined
    })
    return within(readinessMs, underWay, () => new Error('no answer')).then(
      () => true,
      () => false,
    )
  }
  return {
    async judge() {
      if (waitedMs() > MAX_WAITED_MS) return false
      const now = performance.now()
      if (!verdict || now - judgedAt >= verdictMs) {
        judgedAt = now
        verdict = ask()
      }
      return await verdict
    },
    wrote() {
      wroteAt = performance.now()
    },
    failed() {
      wroteAt = Number.NEGATIVE_INFINITY
    },
  }
}
