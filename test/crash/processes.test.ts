import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { pause } from '../../src/platform/clock.ts'
import { application } from '../builders.ts'
import { receiver } from '../house/webhooks.ts'
import { freshDatabase } from '../world.ts'
import { remoteWorld, startServer } from './servers.ts'

const PEOPLE = 60
const EVENTS = ['user.deleted']

test('the jobs and lanes of several processes are those of several servers: each thing is done once, and events come in their order', async () => {
  const databaseUrl = await freshDatabase('postgres')
  const server = await startServer(databaseUrl, { ANTIPHON_PROCESSES: '2', ANTIPHON_ALLOW_PRIVATE_HOOKS: 'true' })
  const world = await remoteWorld(databaseUrl, () => server.address)
  after(() => world.close())
  const app = await application(world)
  const hook = await receiver()
  const created = await app.manage('/webhooks', {
    body: { url: hook.url, verification_token: 'secret', events: EVENTS },
  })
  assert.equal(created.status, 201, JSON.stringify(created.body))
  const activated = await app.manage(`/webhooks/${created.body.webhook.id}/activate`, { method: 'POST' })
  assert.equal(activated.status, 200, JSON.stringify(activated.body))

  const users = Array.from({ length: PEOPLE }, (_, i) => ({
    external_id: `customer-${i}`,
    identifiers: [{ type: 'email_address', value: `person${i}@example.com` }],
  }))
  assert.equal((await app.manage('/users/bulk', { body: { users } })).body.counts.created, PEOPLE)
  const body = { action: 'delete', filter: { all: true }, expect_count: PEOPLE }
  const { id } = (await app.manage('/users/jobs', { body })).body.job
  while (hook.taken.length < PEOPLE) await pause(10)
  const { job } = (await app.manage(`/users/jobs/${id}`)).body
  assert.deepEqual([job.matched, job.done, job.unchanged, job.failed], [PEOPLE, PEOPLE, 0, 0])
  const sequences = hook.taken.map(({ sequence }) => sequence)
  assert.deepEqual(
    sequences,
    Array.from({ length: PEOPLE }, (_, i) => (sequences[0] ?? 0) + i),
  )
  assert.equal(await server.terminate(), 0)
  assert.equal(hook.taken.length, PEOPLE)
})
