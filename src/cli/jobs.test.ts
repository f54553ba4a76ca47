import assert from 'node:assert/strict'
import { test } from 'node:test'
import { remoteOf } from '../../test/cli/remote.ts'
import { ENGINES, world } from '../../test/world.ts'
import { runDueJobs } from '../platform/jobs/jobs.ts'
import { insertJob } from '../platform/jobs/store.ts'
import { listGivenUp, retryJobs } from './jobs.ts'
import type { Outcome } from './outcome.ts'

/** What a command answers to machines. */
function jsonOf(outcome: Outcome) {
  assert.equal(outcome.kind, 'done', JSON.stringify(outcome))
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
  return (outcome as { json: any }).json
}

for (const engine of ENGINES) {
  test(`${engine}: a job that was given up is listed with its error, and runs once it is retried`, async () => {
    const w = await world(engine)
    const { deps } = w
    let isWell = false
    const runs: string[] = []
    const fickle = {
      kind: 'test/fickle',
      maxAttempts: 1,
      async run(_payload: unknown, { jobId }: { jobId: string }): Promise<undefined> {
        runs.push(jobId)
        if (!isWell) throw new Error('no answer about ada@example.com')
      },
    }
    const row = {
      app_id: 'shop',
      kind: fickle.kind,
      payload: '"of ada"',
      run_at: deps.now(),
      trace: null,
      request_id: null,
    }
    for (const id of ['job_1', 'job_2']) await deps.transact((tx) => insertJob(tx, { ...row, id }))
    const due = () => runDueJobs(deps, [fickle])
    await due()
    const parked = jsonOf(await listGivenUp(deps)).filter((one: { kind: string }) => one.kind === fickle.kind)
    assert.deepEqual(
      parked.map((one: { id: string; last_error: string; app_id: string }) => [one.app_id, one.last_error]),
      [
        ['shop', 'no answer about [redacted]'],
        ['shop', 'no answer about [redacted]'],
      ],
    )
    assert.ok(!JSON.stringify(parked).includes('ada'))

    isWell = true
    runs.length = 0
    assert.deepEqual(jsonOf(await retryJobs(deps, 'job_1', {})), { retried: ['job_1'] })
    await due()
    assert.deepEqual(runs, ['job_1'])
    assert.equal((await retryJobs(deps, 'job_1', {})).kind, 'refused')
    assert.deepEqual(jsonOf(await retryJobs(deps, undefined, { all: true })).retried, ['job_2'])
    for (const [id, all] of [
      [undefined, false],
      ['job_1', true],
    ] as const)
      assert.equal((await retryJobs(deps, id, { all })).kind, 'misused')
    const entries = await (await remoteOf(w)).json('audit', 'list', '--instance', '--operation', 'retryJobs')
    assert.deepEqual(
      entries.map(({ actor, target }: { actor: string; target: object }) => [actor, target]),
      [
        ['cli', { jobID: 'all' }],
        ['cli', { jobID: 'job_1' }],
      ],
    )
  })

  test(`${engine}: jobs that were given up are listed kind by kind`, async () => {
    const { deps } = await world(engine)
    const kinds = ['test/b', 'test/a', 'test/b', 'test/a']
    const doomed = { maxAttempts: 1, run: () => Promise.reject(new Error('never')) }
    const row = { app_id: '', payload: 'null', run_at: deps.now(), trace: null, request_id: null }
    for (const [i, kind] of kinds.entries())
      await deps.transact((tx) => insertJob(tx, { ...row, kind, id: `job_${i}` }))
    await runDueJobs(deps, [
      { ...doomed, kind: 'test/a' },
      { ...doomed, kind: 'test/b' },
    ])
    assert.deepEqual(
      jsonOf(await listGivenUp(deps)).map(({ id }: { id: string }) => id),
      ['job_1', 'job_3', 'job_0', 'job_2'],
    )
  })
}
