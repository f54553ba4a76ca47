import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { findGroup } from '../../core/groups/store.ts'
import { beginUserJob, cancelUserJob } from '../../core/user-jobs/run.ts'
import { findUserJob, listUserJobs } from '../../core/user-jobs/store.ts'
import type { Db } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { nextPage, pageOf, pageQuery } from '../../platform/page.ts'
import { jobObject, jobRequest, readFilter, viewJob } from './jobs-wire.ts'
import { TAG, USERS_PATH, usersParams } from './view.ts'

const PATH = `${USERS_PATH}/jobs`
const JOB_PATH = `${PATH}/{userJobID}`

const jobFailure = failures({
  too_many_user_jobs: ['conflict', 'Ten jobs of the application are under way. Wait until one is over, or cancel one.'],
  user_job_finished: ['conflict', 'The job is over.'],
})

const jobParams = usersParams.extend({ userJobID: z.string() })
const jobResponse = z.object({ job: jobObject }).meta({ id: 'UserJobResponse' })

export const beginJob = endpoint({
  method: 'POST',
  path: PATH,
  audience: 'management',
  operationId: 'createUserJob',
  permission: 'users:write',
  sudo: true,
  tag: TAG,
  summary:
    'Do one thing to many users, in the background: keep them out, let them in, end their sessions, delete them, change a group',
  access: managementKey,
  params: usersParams,
  body: jobRequest,
  response: jobResponse,
  status: 202,
  failures: [universal.invalid_request, jobFailure.too_many_user_jobs],

  async handle({ app, body, fail }, deps) {
    const filter = readFilter(body.filter)
    const unknown = await findUnknownGroup(deps.db, app.id, {
      'body.group': body.group,
      'body.filter.group': filter.group,
    })
    if (unknown) fail(universal.invalid_request, { message: `${unknown}: there is no group of this name` })
    const { action, group, dry_run: isDry, expect_count: expectCount } = body
    const begun = await deps.transact(async (tx) => {
      const outcome = await beginUserJob(tx, deps, app.id, { action, group, filter, isDry, expectCount })
      if (outcome.kind === 'begun') tellJob(deps, viewJob(outcome.row))
      return outcome
    })
    return begun.kind === 'begun' ? { body: { job: viewJob(begun.row) } } : fail(jobFailure.too_many_user_jobs)
  },
})

/** In the audit log: whom it means, but for what names a person. */
function tellJob(deps: Deps, { id, action, group, filter, dry_run, expect_count }: ReturnType<typeof viewJob>): void {
  tellChange(deps, {
    target: { userJobID: id },
    after: { action, group, filter, dry_run, expect_count },
    shown: ({ filter: { query: _, ...named }, ...rest }: { filter: { query?: unknown } }) => ({
      ...rest,
      filter: named,
    }),
  })
}

/** The place of the first name that no group has. */
async function findUnknownGroup(db: Db, appId: string, names: Readonly<Record<string, string | undefined>>) {
  for (const [place, name] of Object.entries(names))
    if (name !== undefined && !(await findGroup(db, appId, name))) return place
  return undefined
}

export const listJobs = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'listUserJobs',
  permission: 'users:read',
  tag: TAG,
  summary: 'List the jobs over users, the latest first. One that is over is kept for 30 days',
  access: managementKey,
  params: usersParams,
  query: z.object(pageQuery),
  response: z.object({ jobs: z.array(jobObject), next: nextPage }).meta({ id: 'UserJobsResponse' }),
  failures: [universal.invalid_request],

  async handle({ app, query: { limit, after } }, deps) {
    const { rows, next } = pageOf(await listUserJobs(deps.db, app.id, after, limit + 1), limit)
    return { body: { jobs: rows.map(viewJob), ...next } }
  },
})

export const getJob = endpoint({
  method: 'GET',
  path: JOB_PATH,
  audience: 'management',
  operationId: 'getUserJob',
  permission: 'users:read',
  tag: TAG,
  summary: 'Read how far a job over users is',
  access: managementKey,
  params: jobParams,
  response: jobResponse,
  failures: [notFound],

  async handle({ app, params, fail }, deps) {
    const row = (await findUserJob(deps.db, app.id, params.userJobID)) ?? fail(notFound)
    return { body: { job: viewJob(row) } }
  },
})

export const cancelJob = endpoint({
  method: 'POST',
  path: `${JOB_PATH}/cancel`,
  audience: 'management',
  operationId: 'cancelUserJob',
  permission: 'users:write',
  tag: TAG,
  summary: 'End a job over users. What it has done stays done',
  access: managementKey,
  params: jobParams,
  response: jobResponse,
  failures: [notFound, jobFailure.user_job_finished],

  async handle({ app, params, fail }, deps) {
    const cancelled = await deps.transact((tx) => cancelUserJob(tx, deps, app.id, params.userJobID))
    if (cancelled.kind === 'unknown') return fail(notFound)
    return cancelled.kind === 'cancelled'
      ? { body: { job: viewJob(cancelled.row) } }
      : fail(jobFailure.user_job_finished)
  },
})
