import { type Deps, resident } from '../../platform/deps.ts'
import { listOldest } from './store/lanes.ts'

const EVERY_MS = 10_000

/** Measures how old the oldest event that waits is, now and then: each process for itself, as each is asked for its metrics. */
export const ageWatch = resident((deps: Deps) => {
  let at = Number.NEGATIVE_INFINITY
  return async (): Promise<void> => {
    if (deps.monotonic() - at < EVERY_MS) return
    at = deps.monotonic()
    const oldest = Math.min(...(await listOldest(deps.db)))
    deps.metrics.webhookOldest.set(Number.isFinite(oldest) ? Math.max(0, (deps.now() - oldest) / 1000) : 0)
  }
})
