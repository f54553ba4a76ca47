import assert from 'node:assert/strict'
import { test } from 'node:test'
import { emitAll } from '../../src/core/events/store.ts'
import { webhookLanes } from '../../src/core/webhooks/lane.ts'
import { readEvents } from '../../src/core/webhooks/pull.ts'
import { findWebhook } from '../../src/core/webhooks/store/webhooks.ts'
import { application, type TestApp } from '../builders.ts'
import { pulled, readWebhook, receiver, webhook } from '../house/webhooks.ts'
import { type World, world } from '../world.ts'
import { CALLERS, race } from './contenders.ts'

const open = { config: { allowPrivateHooks: true }, network: { allowPrivate: true } }
const w = await world('postgres', open)
const servers = [w, await world('postgres', { ...open, databaseUrl: w.databaseUrl })]
const server = (i: number) => servers[i % servers.length] as World

const happen = (world: World, app: TestApp, count: number) =>
  world.deps.transact((tx) =>
    emitAll(
      tx,
      world.deps,
      app.id,
      'user.created',
      Array.from({ length: count }, (_, n) => ({ user_id: `usr_${n}` })),
    ),
  )

const range = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

/** Sixteen workers of two processes look for work and do it, over and over, until there is none. */
async function workOff(): Promise<void> {
  await race(async (i) => {
    const { deps } = server(i)
    for (let idle = 0; idle < 3; ) {
      const found = await webhookLanes.find(deps, 50)
      idle = found.length === 0 ? idle + 1 : 0
      for (const lane of found) await webhookLanes.run(deps, lane)
    }
  })
}

test('sixteen workers in two processes: one lane is never doubled, and every event comes once', async () => {
  const app = await application(w)
  const there = await receiver()
  await webhook(app, there.url, ['user.created'], { options: { max_batch: 10 } })
  await race(async (i) => {
    for (let n = 0; n < 4; n++) await happen(server(i), app, 5)
  })
  await workOff()
  assert.deepEqual(
    there.taken.map(({ sequence }) => sequence),
    range(CALLERS * 20),
  )
  assert.equal(new Set(there.taken.map(({ id }) => id)).size, CALLERS * 20)
})

test('events are told while workers send: none is left behind, none is told twice, and two webhooks number on their own', async () => {
  const app = await application(w)
  const receivers = [await receiver(), await receiver()]
  for (const { url } of receivers) await webhook(app, url)
  const telling = race(async (i) => {
    for (let n = 0; n < 5; n++) await happen(server(i), app, 2)
  })
  await Promise.all([telling, workOff()])
  await telling
  await workOff()
  for (const { taken } of receivers) {
    assert.deepEqual(
      taken.map(({ sequence }) => sequence),
      range(CALLERS * 10),
    )
    assert.equal(new Set(taken.map(({ id }) => id)).size, CALLERS * 10)
  }
})

test('of sixteen who lease a lane at once, one does', async () => {
  const app = await application(w)
  const there = await receiver()
  const id = await webhook(app, there.url)
  await happen(w, app, 1)
  await race((i) => webhookLanes.run(server(i).deps, { appId: app.id, id, failing: false }))
  assert.equal(there.received.length, 1)
  assert.equal((await readWebhook(app, id)).waiting, 0)
})

test('sixteen who pull at once number each event once, and read the same', async () => {
  const app = await application(w)
  const id = await pulled(app)
  await happen(w, app, 50)
  const row = await findWebhook(w.deps.db, app.id, id)
  assert.ok(row)
  const read = await race((i) => server(i).deps.transact((tx) => readEvents(tx, server(i).deps, row, 0, 100)))
  for (const { events } of read.map((one) => one ?? assert.fail('no lane'))) {
    assert.deepEqual(
      events.map(({ sequence }) => sequence),
      range(50),
    )
    assert.deepEqual(events, read[0]?.events)
  }
})

test('of sixteen webhooks that move to the same URL, one does', async () => {
  const app = await application(w)
  const made = await race((i) =>
    app.manage('/webhooks', {
      body: { url: `https://hooks.example.com/${i}`, verification_token: 'secret', events: [] },
    }),
  )
  const body = { url: 'https://hooks.example.com/' }
  const answers = await race((i) => app.manage(`/webhooks/${made[i]?.body.webhook.id}`, { method: 'PATCH', body }))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: CALLERS - 1 }, () => 409)])
})

test('of sixteen who make a webhook with the same URL, one does', async () => {
  const app = await application(w)
  const body = { url: 'https://hooks.example.com/', verification_token: 'secret', events: ['user.created'] }
  const answers = await race(() => app.manage('/webhooks', { body }))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [201, ...Array.from({ length: CALLERS - 1 }, () => 409)])
})
