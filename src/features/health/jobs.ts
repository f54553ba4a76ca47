import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { instanceKey } from '../../core/access/management-key.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { afterCommit } from '../../platform/db-context.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { timeOf } from '../../platform/jobs/jobs.ts'
import { type JobRow, listParked, retryParked } from '../../platform/jobs/store.ts'
import { worker } from '../../platform/jobs/worker.ts'
import { nextPage, pageOf, pageQuery } from '../../platform/page.ts'

const PATH = '/v2/session/jobs'
const TAG = 'Health'

const parkedJob = z
  .object({
    id: z.string(),
    kind: z.string(),
    app_id: z.string().nullable().meta({ description: 'Null: it is of no application.' }),
    attempts: z.int().meta({ description: 'How often it was tried.' }),
    last_error: z.string().nullable().meta({ description: 'Why its last try failed. Addresses are taken out.' }),
    request_id: z.string().nullable().meta({ description: 'Of the request that caused it, which the log names.' }),
    since: z.iso.datetime().meta({ description: 'When it was given up.' }),
  })
  .meta({ id: 'ParkedJob' })

const viewOf = ({ id, kind, app_id, attempts, last_error, request_id, parked_at }: JobRow) => ({
  ...{ id, kind, attempts, last_error, request_id },
  app_id: app_id || null,
  since: rfc3339(parked_at ?? 0),
})

const list = endpoint({
  method: 'GET',
  path: `${PATH}/parked`,
  audience: 'management',
  operationId: 'listParkedJobs',
  permission: 'health:read',
  tag: TAG,
  summary: 'List background jobs that were given up after their last try, and why',
  access: instanceKey,
  query: z.object(pageQuery),
  response: z.object({ jobs: z.array(parkedJob), next: nextPage }).meta({ id: 'ListParkedJobsResponse' }),
  failures: [universal.invalid_request],

  async handle({ query: { limit, after } }, deps) {
    const { rows, next } = pageOf(await listParked(deps.db, limit + 1, after), limit)
    return { body: { jobs: rows.map(viewOf), ...next } }
  },
})

const retry = endpoint({
  method: 'POST',
  path: `${PATH}/{jobID}/retry`,
  audience: 'management',
  operationId: 'retryJob',
  permission: 'health:write',
  tag: TAG,
  summary: 'Have a job tried again that was given up, with as many tries as a new one',
  access: instanceKey,
  params: z.object({ jobID: z.string() }),
  response: noContent,
  failures: [notFound],

  async handle({ params: { jobID }, fail }, deps) {
    const retried = await deps.transact(async (tx) => {
      afterCommit(() => worker(deps).nudge())
      return await retryParked(tx, timeOf(deps), jobID)
    })
    return retried.length > 0 ? {} : fail(notFound)
  },
})

export const jobOperations = [list, retry]
