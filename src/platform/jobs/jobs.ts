import type { z } from 'zod'
import { type Deps, onBehalfOf } from '../deps.ts'
import { scrub } from '../log.ts'
import { logSampled } from '../sampled-log.ts'
import { trustedTime } from '../time/trusted.ts'
import { inSpanOfCause } from '../traces/cause.ts'
import { bringForward, deleteJob, insertJob, type JobRow, leaseJobs, updateJob } from './store.ts'

/** What a run answers: `again` when there is more to do, and the job is due again at once, with all its attempts. */
export type Ran = 'again' | undefined

/** Work that survives a crash. It may run more than once, so `run` is idempotent; a throw means: again later. */
export interface Job {
  readonly kind: string
  /** Present for jobs that come round by themselves; they are never parked. */
  readonly everySeconds?: number
  /** After this many failed runs the job is parked: kept, shown, not tried again. */
  readonly maxAttempts: number
  run(payload: unknown, context: { appId: string; jobId: string }, deps: Deps): Promise<Ran>
}

interface JobSpec<P extends z.ZodType> {
  kind: string
  payload: P
  everySeconds?: number
  maxAttempts?: number
  run(payload: z.output<P>, context: { appId: string; jobId: string }, deps: Deps): Promise<void> | Promise<Ran>
}

/** Declare a job. Default: 12 attempts, the last about six hours after the first. */
export function job<P extends z.ZodType>(spec: JobSpec<P>): Job {
  const { payload: schema, ...rest } = spec
  return {
    maxAttempts: 12,
    ...rest,
    run: async (payload, context, deps) => (await spec.run(schema.parse(payload), context, deps)) || undefined,
  }
}

/** No job waits for longer than this: what is due later was put there by a clock that was wrong. */
export const MOST_DELAY_MS = 3_600_000
const LEASE_MS = 60_000
export const SCHEDULE_EVERY_MS = 300_000
/** Jobs under way in one process, and of one application: a provider that answers slowly holds up nobody else’s messages. */
export const SLOTS = 40
export const SLOTS_PER_APP = 20
const UNKNOWN_KIND_WAIT_MS = 60_000

/** Jobs are stored for this server alone, so they live by the time that its processes agree on: a clock that is set brings none forward or back. */
export const timeOf = (deps: Deps) => trustedTime(deps).now()

export const lease = (deps: Deps, count: number, except?: readonly string[]) =>
  deps.transact((tx) => leaseJobs(tx, timeOf(deps), LEASE_MS, count, except))

/** Run every job that is due, once. Answers how many ran. */
export async function runDueJobs(deps: Deps, jobs: readonly Job[]): Promise<number> {
  const leased = await lease(deps, SLOTS_PER_APP)
  // All of them are waited for, whatever becomes of one: whoever stops the worker must not leave runs behind.
  const runs = await Promise.allSettled(leased.map((row) => runJob(deps, jobs, row)))
  for (const run of runs) if (run.status === 'rejected') throw run.reason
  return leased.length
}

export const runJob = (deps: Deps, jobs: readonly Job[], row: JobRow): Promise<void> =>
  inSpanOfCause(deps, row.trace, jobSpan(row), async (fail) => {
    const own = row.request_id === null ? deps : onBehalfOf(deps, row.request_id)
    const error = await runOnce(own, jobs, row)
    if (error) fail(error.name)
  })

const jobSpan = ({ kind, app_id, attempts }: JobRow) => ({
  name: `job ${kind}`,
  attributes: { 'antiphon.job': kind, 'antiphon.app': app_id, 'antiphon.attempts': attempts },
})

/** Run a leased job and note what came of it. Answers the error of a run that failed. */
async function runOnce(deps: Deps, jobs: readonly Job[], row: JobRow): Promise<Error | undefined> {
  const known = jobs.find((candidate) => candidate.kind === row.kind)
  if (!known) return void (await leaveJob(deps, row))
  const { error, isMore } = await attempt(deps, known, row)
  const last_error = error ? scrub(error) : null
  deps.metrics.jobs.inc({ kind: row.kind, outcome: error ? 'failed' : 'done' })
  if (error) deps.log.warn({ ...namesOf(row), err: error }, 'job failed')
  const now = timeOf(deps)
  const isSpent = !known.everySeconds && error !== undefined && row.attempts >= known.maxAttempts
  if (isSpent) deps.metrics.parked.inc({ kind: row.kind })
  await deps.transact(async (tx) => {
    if (isMore) await updateJob(tx, row, { run_at: now, attempts: 0, last_error })
    else if (known.everySeconds) {
      await updateJob(tx, row, {
        run_at: now + known.everySeconds * 1000,
        attempts: 0,
        last_error,
      })
    } else if (!error) await deleteJob(tx, row)
    else if (isSpent) await updateJob(tx, row, { parked_at: now, last_error })
    else await updateJob(tx, row, { run_at: now + backoffMs(row.attempts), last_error })
  })
  return error
}

/** By what a line of the log names a job; one that comes round by itself is of no application. */
const namesOf = ({ id, app_id, kind, attempts }: JobRow) => ({ job: id, app: app_id || undefined, kind, attempts })

/** A kind of another release waits for a process that knows it, which is no failure and costs no attempt. */
async function leaveJob(deps: Deps, row: JobRow): Promise<void> {
  const { attempts: _, ...names } = namesOf(row)
  logSampled(deps, 'info', [row.kind], names, 'a job was left to another release')
  const outcome = { run_at: timeOf(deps) + UNKNOWN_KIND_WAIT_MS, attempts: row.attempts - 1 }
  await deps.transact((tx) => updateJob(tx, row, { ...outcome, last_error: `no job of kind ${row.kind} here` }))
}

async function attempt(deps: Deps, known: Job, row: JobRow): Promise<{ error?: Error; isMore?: boolean }> {
  try {
    const ran = await known.run(JSON.parse(row.payload), { appId: row.app_id, jobId: row.id }, deps)
    return { isMore: ran === 'again' }
  } catch (thrown) {
    return { error: thrown instanceof Error ? thrown : new Error(String(thrown)) }
  }
}

/** 2 s, 4 s, 8 s … at most one hour. */
export const backoffMs = (attempts: number): number => Math.min(MOST_DELAY_MS, 1000 * 2 ** Math.min(attempts, 22))

/** See to it that every recurring job has its row, and that no job is due later than it can be. */
export async function scheduleJobs(deps: Deps, jobs: readonly Job[]): Promise<void> {
  const now = timeOf(deps)
  await deps.transact(async (tx) => {
    for (const { kind, everySeconds } of jobs) {
      if (!everySeconds) continue
      const id = `job_${kind}`
      await insertJob(tx, { id, app_id: '', kind, payload: 'null', run_at: now, trace: null, request_id: null })
      await bringForward(tx, now, everySeconds * 1000, id)
    }
    await bringForward(tx, now, MOST_DELAY_MS)
  })
}
