import { isTrouble } from '../db-fault.ts'
import { reportTrouble } from '../db-trouble.ts'
import { type Deps, resident } from '../deps.ts'
import { trustedTime } from '../time/trusted.ts'
import { type Job, lease, runJob, SCHEDULE_EVERY_MS, SLOTS, SLOTS_PER_APP, scheduleJobs, timeOf } from './jobs.ts'
import { newRest } from './rest.ts'
import { findNextRun, type JobRow } from './store.ts'

const POLL_MS = 5_000
/** While an application has as many under way as it may, its due jobs are passed over: the next of the others is not looked for. */
const POLL_BESIDE_FULL_MS = 1_000

/**
 * The loop that runs due jobs: woken by `nudge`, by the clock, by a job that ends, and at least every five seconds for what other processes
 * enqueue. A slow job holds up nobody but the slot it runs in, and the jobs of one application take no more than half of the slots.
 */
export const worker = resident((deps) => {
  const rest = newRest()
  let loop: Promise<void> = Promise.resolve()
  let scheduledAt = deps.monotonic()
  const running = new Map<Promise<void>, JobRow>()

  async function run(jobs: readonly Job[]) {
    while (!rest.isStopped) {
      rest.begin()
      if (isScheduleOld()) await scheduleJobs(deps, jobs).catch(unable)
      if (rest.isStopped) break
      const { free, full } = decideLease([...running.values()].map((row) => row.app_id))
      const leased = free === 0 ? [] : await lease(deps, free, full).catch(unable)
      for (const row of leased) start(jobs, row)
      if (leased.length > 0) continue
      if (free === 0) await rest.take(POLL_MS)
      else await rest.take(full.length > 0 ? POLL_BESIDE_FULL_MS : await waitMs(deps))
    }
    await Promise.all(running.keys())
  }
  /** A clock that was set is noticed here; what it left too far ahead is brought forward now and then. */
  function isScheduleOld(): boolean {
    trustedTime(deps).isBelieved()
    if (deps.monotonic() - scheduledAt < SCHEDULE_EVERY_MS) return false
    scheduledAt = deps.monotonic()
    return true
  }
  function start(jobs: readonly Job[], row: JobRow) {
    const ended: Promise<void> = runJob(deps, jobs, row)
      .catch((error: unknown) => void unable(error))
      .then(() => {
        running.delete(ended)
        rest.wake()
      })
    running.set(ended, row)
  }
  function unable(error: unknown): JobRow[] {
    if (isTrouble(error)) reportTrouble(deps)(error)
    else deps.log.error({ err: error }, 'jobs cannot be run')
    return []
  }
  return {
    start(jobs: readonly Job[]) {
      loop = run(jobs)
    },
    nudge: rest.wake,
    /** Resolves when the jobs under way are done and their leases are settled. */
    async stop() {
      rest.stop()
      await loop
    },
  }
})

/** How many jobs to lease beside those of `underWay`, one application each: `full` ones have as many as they may, and no other gets more. */
function decideLease(underWay: readonly string[]): { free: number; full: string[] } {
  const counts = [...Map.groupBy(underWay, (app) => app)].map(([app, { length }]) => ({ app, length }))
  const full = counts.filter(({ length }) => length >= SLOTS_PER_APP).map(({ app }) => app)
  const most = Math.max(0, ...counts.map(({ length }) => (length < SLOTS_PER_APP ? length : 0)))
  return { free: Math.min(SLOTS - underWay.length, SLOTS_PER_APP - most), full }
}

/** For how long the oldest job that nobody has begun has been due, ms; 0 when none is. */
export const overdueMs = async (deps: Deps): Promise<number> =>
  Math.max(0, timeOf(deps) - ((await findNextRun(deps.db)) ?? Number.POSITIVE_INFINITY))

async function waitMs(deps: Deps): Promise<number> {
  const next = await findNextRun(deps.db).catch(() => undefined)
  return Math.max(10, Math.min(POLL_MS, (next ?? Number.POSITIVE_INFINITY) - timeOf(deps)))
}
