import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runDueJobs } from '../../src/platform/jobs/jobs.ts'
import { insertJob, listJobs } from '../../src/platform/jobs/store.ts'
import { instanceKey, send } from '../builders.ts'
import type { World } from '../world.ts'
import { race, tally, twoServers } from './contenders.ts'

const servers = await twoServers()
const [{ deps }] = servers

test('of sixteen who have a parked job tried again, one does', async () => {
  const authorization = `Bearer ${await instanceKey(servers[0])}`
  const doomed = { kind: 'test/doomed', maxAttempts: 1, run: () => Promise.reject(new Error('never')) }
  for (let round = 0; round < 5; round++) {
    const id = `job_${round}`
    const row = {
      id,
      app_id: '',
      kind: doomed.kind,
      payload: 'null',
      run_at: deps.now(),
      trace: null,
      request_id: null,
    }
    await deps.transact((tx) => insertJob(tx, row))
    await runDueJobs(deps, [doomed])
    const answers = await race((i) =>
      send(servers[i % servers.length] as World, `/v2/session/jobs/${id}/retry`, {
        method: 'POST',
        headers: { authorization },
      }),
    )
    assert.deepEqual(tally(answers), { 204: 1, '404 not_found': 15 })
    const [waiting] = (await listJobs(deps.db)).filter((one) => one.id === id)
    assert.deepEqual([waiting?.parked_at, waiting?.attempts], [null, 0])
    await runDueJobs(deps, [{ ...doomed, run: async () => undefined }])
  }
})
