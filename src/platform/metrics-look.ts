import { type Deps, resident } from './deps.ts'
import { overdueMs } from './jobs/jobs.ts'
import { countParked } from './jobs/store.ts'

/** Sets metrics of what nobody counts, and what takes a walk through tables to find out. */
export type Look = (deps: Deps) => Promise<void>

/**
 * Set the metrics of what is looked at when somebody asks; `seldom`: what is looked at once in five minutes. Where the database does not answer,
 * what it would tell stays as it was.
 */
export async function lookForMetrics(deps: Deps, seldom: readonly Look[] = []): Promise<void> {
  const { connectionsUsed, connectionsAwaited, oldestJob } = deps.metrics
  const { used, waiting } = deps.databaseLoad()
  connectionsUsed.set(used)
  connectionsAwaited.set(waiting)
  const overdue = await overdueMs(deps).catch(() => undefined)
  if (overdue !== undefined) oldestJob.set(overdue / 1000)
  await lookSeldom(deps)(seldom)
}

/** Tell how many jobs are parked; a kind of which none is any more has no series. */
export async function lookAtParked({ db, metrics: { parkedNow } }: Deps): Promise<void> {
  const found = await countParked(db)
  parkedNow.reset()
  for (const { kind, count } of found) parkedNow.set({ kind }, count)
}

const SELDOM_MS = 300_000

const lookSeldom = resident((deps: Deps) => {
  let at = Number.NEGATIVE_INFINITY
  return async (looks: readonly Look[]): Promise<void> => {
    if (looks.length === 0 || deps.monotonic() - at < SELDOM_MS) return
    at = deps.monotonic()
    await Promise.allSettled(looks.map((look) => look(deps)))
  }
})
