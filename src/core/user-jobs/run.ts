import { z } from 'zod'
import type { Tx } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { orderedIds } from '../../platform/ids.ts'
import { enqueue } from '../../platform/jobs/enqueue.ts'
import { job } from '../../platform/jobs/jobs.ts'
import { SLICE_MS } from '../../platform/jobs/slice.ts'
import { sweepJob } from '../../platform/jobs/sweep.ts'
import { paced } from '../../platform/pace.ts'
import type { JobFilter } from './filter.ts'
import { takeSlice } from './slice.ts'
import {
  countUnfinishedJobs,
  deleteOldUserJobs,
  endUserJob,
  findLastUserId,
  findUserJob,
  insertUserJob,
} from './store.ts'
import type { JobAction, UserJobRow } from './tables.ts'

const RUN_JOB = 'users/run-job'
/** Jobs of an application that are under way. */
const MAX_UNFINISHED = 10
/** A job that ended is shown for so long. */
const KEEP_MS = 30 * 86_400_000

export interface NewUserJob {
  readonly action: JobAction
  readonly group: string | undefined
  readonly filter: JobFilter
  readonly isDry: boolean
  readonly expectCount: number | undefined
}

/** Begin a job. Anything but `begun` must be undone by the caller. */
export async function beginUserJob(
  tx: Tx,
  deps: Deps,
  appId: string,
  { action, group, filter, isDry, expectCount }: NewUserJob,
): Promise<{ kind: 'begun'; row: UserJobRow } | { kind: 'too_many' }> {
  if ((await countUnfinishedJobs(tx, appId)) >= MAX_UNFINISHED) return { kind: 'too_many' }
  const now = deps.now()
  const row: UserJobRow = {
    app_id: appId,
    id: orderedIds(deps)('ujob'),
    action,
    group_name: group ?? null,
    filter: JSON.stringify(filter),
    dry_run: isDry ? 1 : 0,
    expect_count: expectCount ?? null,
    status: 'counting',
    problem: null,
    until_id: await findLastUserId(tx, appId),
    cursor: '',
    matched: 0,
    done: 0,
    unchanged: 0,
    failed: 0,
    failed_ids: '[]',
    created_at: now,
    updated_at: now,
    finished_at: null,
  }
  await insertUserJob(tx, row)
  await enqueue(tx, deps, appId, RUN_JOB, { job_id: row.id })
  return { kind: 'begun', row }
}

/** End a job that is under way: nothing more is done, and what is done stays. */
export async function cancelUserJob(
  tx: Tx,
  deps: Deps,
  appId: string,
  id: string,
): Promise<{ kind: 'cancelled'; row: UserJobRow } | { kind: 'over' | 'unknown' }> {
  const now = deps.now()
  const row = await endUserJob(tx, appId, id, { status: 'cancelled', updated_at: now, finished_at: now })
  if (row) return { kind: 'cancelled', row }
  return { kind: (await findUserJob(tx, appId, id)) ? 'over' : 'unknown' }
}

/** Takes a job on, slice by slice, out of the way of people. A crash loses no slice and repeats none. */
export const runUserJob = job({
  kind: RUN_JOB,
  payload: z.object({ job_id: z.string() }),
  maxAttempts: 1_000,
  async run({ job_id }, { appId }, deps) {
    return (await takeSlices(deps, appId, job_id)) ? 'again' : undefined
  },
})

/** Whether there is more to do. */
async function takeSlices(deps: Deps, appId: string, id: string): Promise<boolean> {
  const until = deps.monotonic() + SLICE_MS
  const inPace = paced(deps)
  let row = await findUserJob(deps.db, appId, id)
  while (row && row.finished_at === null) {
    const from: UserJobRow = row
    const sliced = await inPace((count) => takeSlice(deps, from, count))
    if (sliced.kind === 'lost') return false
    row = sliced.row
    if (deps.monotonic() >= until) return row.finished_at === null
  }
  return false
}

export const sweepUserJobs = sweepJob('user-jobs', (tx, now, count) => deleteOldUserJobs(tx, now - KEEP_MS, count))
