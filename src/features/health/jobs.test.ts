import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, instanceKey, send } from '../../../test/builders.ts'
import { remoteOf } from '../../../test/cli/remote.ts'
import { assertDenied, assertInvalid, assertNotFound } from '../../../test/house/management.ts'
import { ENGINES, START, type World, world } from '../../../test/world.ts'
import { rfc3339 } from '../../platform/clock.ts'
import { runDueJobs } from '../../platform/jobs/jobs.ts'
import { insertJob, listJobs } from '../../platform/jobs/store.ts'
import { worker } from '../../platform/jobs/worker.ts'

const KIND = 'test/fickle'

/** A world with parked jobs of these ids, of an application; what they run from now on is `run`. */
async function parkedIn(w: World, ids: readonly string[]) {
  const fickle = {
    kind: KIND,
    maxAttempts: 2,
    run: () => Promise.reject(new Error('no answer about ada@example.com')),
  }
  const row = { app_id: 'shop', kind: KIND, payload: '"of ada"', trace: null, request_id: 'req_1' }
  for (const id of ids) await w.deps.transact((tx) => insertJob(tx, { ...row, id, run_at: START }))
  await runDueJobs(w.deps, [fickle])
  w.advance(10_000)
  await runDueJobs(w.deps, [fickle])
  return fickle
}

async function operatorOf(w: World) {
  const headers = { authorization: `Bearer ${await instanceKey(w)}` }
  return {
    list: (query = '') => send(w, `/v2/session/jobs/parked${query}`, { headers }),
    retry: (id: string) => send(w, `/v2/session/jobs/${id}/retry`, { method: 'POST', headers }),
  }
}

for (const engine of ENGINES) {
  test(`${engine}: a job that was given up is told with its error and without what it carries, page by page`, async () => {
    const w = await world(engine)
    const { list } = await operatorOf(w)
    assert.deepEqual((await list()).body, { jobs: [] })
    await parkedIn(w, ['job_b', 'job_c', 'job_a'])
    const first = await list('?limit=2')
    assert.equal(first.status, 200)
    const told = {
      kind: KIND,
      app_id: 'shop',
      attempts: 2,
      last_error: 'no answer about [redacted]',
      request_id: 'req_1',
    }
    const since = rfc3339(w.deps.now())
    assert.deepEqual(first.body, {
      jobs: [
        { id: 'job_a', ...told, since },
        { id: 'job_b', ...told, since },
      ],
      next: 'job_b',
    })
    const last = await list('?limit=2&after=job_b')
    assert.deepEqual([last.body.jobs.map(({ id }: { id: string }) => id), last.body.next], [['job_c'], undefined])
    assertInvalid(await list('?limit=0'), 'query.limit')
  })

  test(`${engine}: a job is tried again once it is asked for, with all its tries, and only that one`, async () => {
    const w = await world(engine)
    const { list, retry } = await operatorOf(w)
    const fickle = await parkedIn(w, ['job_1', 'job_2'])
    assert.equal((await retry('job_1')).status, 204)
    assert.deepEqual(
      (await list()).body.jobs.map(({ id }: { id: string }) => id),
      ['job_2'],
    )
    const [row] = await listJobs(w.deps.db)
    assert.deepEqual([row?.id, row?.attempts, row?.run_at, row?.parked_at], ['job_1', 0, w.deps.now(), null])
    assertNotFound(await retry('job_1'))
    assertNotFound(await retry('job_of_nobody'))
    const ran: string[] = []
    await runDueJobs(w.deps, [
      {
        ...fickle,
        async run(_payload, { jobId }): Promise<undefined> {
          ran.push(jobId)
        },
      },
    ])
    assert.deepEqual(ran, ['job_1'])
    const entries = await (await remoteOf(w)).json('audit', 'list', '--instance', '--operation', 'retryJob')
    assert.deepEqual(
      entries.map(({ target }: { target: object }) => target),
      [{ jobID: 'job_1' }],
    )
  })

  // By itself it looks every five seconds.
  test(`${engine}: a worker that rests is woken by a retry`, { timeout: 4_500 }, async () => {
    const w = await world(engine)
    const { retry } = await operatorOf(w)
    const fickle = await parkedIn(w, ['job_1'])
    const ran = Promise.withResolvers<void>()
    worker(w.deps).start([
      {
        ...fickle,
        async run(): Promise<undefined> {
          ran.resolve()
        },
      },
    ])
    await new Promise((resolve) => setTimeout(resolve, 100))
    assert.equal((await retry('job_1')).status, 204)
    await ran.promise
    await worker(w.deps).stop()
  })

  test(`${engine}: the key of an application does neither`, async () => {
    const w = await world(engine)
    const { managementKey } = await application(w)
    const headers = { authorization: `Bearer ${managementKey}` }
    for (const [method, path] of [
      ['GET', 'parked'],
      ['POST', 'job_1/retry'],
    ] as const)
      assertDenied(await send(w, `/v2/session/jobs/${path}`, { method, headers }), 'invalid_api_token', 'unauthorized')
  })
}

test('the command line tells parked jobs as people read them, and has one tried again', async () => {
  const w = await world('sqlite')
  await parkedIn(w, ['job_1'])
  const remote = await remoteOf(w)
  assert.match(await remote.plain('instance', 'jobs'), /^ID +APP ID +KIND .*\njob_1 +shop +test\/fickle +2 /)
  assert.equal(await remote.plain('instance', 'retry-job', 'job_1'), 'Done.')
  assert.match(await remote.refusal('instance', 'retry-job', 'job_1'), /not here|not found|no such|nothing/i)
  assert.match(await remote.plain('instance', 'health'), /^version +\S+\nnode /)
})
