import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cancelUserJob, runUserJob } from '../../src/core/user-jobs/run.ts'
import { takeSlice } from '../../src/core/user-jobs/slice.ts'
import { findUserJob } from '../../src/core/user-jobs/store.ts'
import { application, login, type TestApp, user } from '../builders.ts'
import { eventsOf } from '../house/rows.ts'
import { CALLERS, race, twoServers } from './contenders.ts'

const servers = await twoServers()
const [w] = servers
const at = (i: number) => servers[i % servers.length] ?? w
const PEOPLE = 24

async function crowd(app: TestApp): Promise<string[]> {
  const ids: string[] = []
  for (let i = 0; i < PEOPLE; i++) ids.push(await user(w, app))
  return ids
}

async function begin(app: TestApp, action: string): Promise<string> {
  const body = { action, filter: { all: true }, expect_count: PEOPLE }
  return (await app.manage('/users/jobs', { body })).body.job.id
}

test('sixteen runs of one job do to each user once what it does', async () => {
  const app = await application(w)
  for (const id of await crowd(app)) await login(w, app, id)
  const job_id = await begin(app, 'block')
  await race((i) => runUserJob.run({ job_id }, { appId: app.id, jobId: `job_${i}` }, at(i).deps))
  const { job } = (await app.manage(`/users/jobs/${job_id}`)).body
  assert.deepEqual([job.status, job.matched, job.done, job.unchanged, job.failed], ['completed', PEOPLE, PEOPLE, 0, 0])
  assert.equal((await eventsOf(w, app, 'user.session.revoked')).length, PEOPLE)
})

test('of sixteen who take a job on from one place, one does', async () => {
  const app = await application(w)
  await crowd(app)
  const id = await begin(app, 'delete')
  // It is counted twice, for fewer are counted at once than there are.
  for (const left of [PEOPLE, PEOPLE, PEOPLE - 3, PEOPLE - 6]) {
    const row = await findUserJob(w.deps.db, app.id, id)
    assert.ok(row)
    const sliced = await race((i) => takeSlice(at(i).deps, row, 3))
    const won = sliced.filter(({ kind }) => kind === 'advanced')
    assert.equal(won.length, 1)
    const { users } = (await app.manage('/users')).body
    assert.equal(users.length, left)
  }
})

test('whoever cancels a job while it runs knows all that it has done', async () => {
  const app = await application(w)
  await crowd(app)
  const job_id = await begin(app, 'delete')
  const running = race((i) => runUserJob.run({ job_id }, { appId: app.id, jobId: `job_${i}` }, at(i).deps))
  const cancelled = await at(CALLERS).deps.transact((tx) => cancelUserJob(tx, w.deps, app.id, job_id))
  const left = (await app.manage('/users?limit=500')).body.users.length
  await running
  assert.equal((await app.manage('/users?limit=500')).body.users.length, left)
  if (cancelled.kind === 'cancelled') assert.equal(left, PEOPLE - cancelled.row.done)
})
