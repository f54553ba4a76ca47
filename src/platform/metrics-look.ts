import { type Deps, resident } from './deps.ts'
import { countParked } from './jobs/store.ts'
import { overdueMs } from './jobs/worker.ts'

/** Sets metrics of what nobody counts, and what takes a walk through tables to find out. */
export type Look = (deps: Deps) => Promise<void>

/** Set the metrics of what is looked at when somebody asks; `seldom`: what is looked at once in five minutes. */
export async function lookForMetrics(deps: Deps, seldom: readonly Look[] = []): Promise<void> {
  lookAtProcess(deps)
  await lookAtDatabase(deps, seldom)
}

/** Tell what is this process's own, and asks nobody. */
export function lookAtProcess({ metrics: { connectionsUsed, connectionsAwaited }, databaseLoad }: Deps): void {
  const { used, waiting } = databaseLoad()
  connectionsUsed.set(used)
  connectionsAwaited.set(waiting)
}

/** Tell what all processes on one database would tell alike. Where it does not answer, that stays as it was. */
async function lookAtDatabase(deps: Deps, seldom: readonly Look[]): Promise<void> {
  const { oldestJob } = deps.metrics
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
