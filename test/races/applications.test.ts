import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, instanceKey, send } from '../builders.ts'
import { world } from '../world.ts'

const CALLERS = 16

const race = <T>(call: (i: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: CALLERS }, (_, i) => call(i)))

const w = await world('postgres')

test('of sixteen applications created with one id, one is', async () => {
  const authorization = `Bearer ${await instanceKey(w)}`
  const answers = await race((i) =>
    send(w, '/v2/session/apps', { headers: { authorization }, body: { id: 'wanted', name: `caller ${i}` } }),
  )
  assert.equal(answers.filter(({ status }) => status === 201).length, 1)
  assert.equal(answers.filter(({ body }) => body.code === 'application_already_exists').length, CALLERS - 1)
  const winner = answers.find(({ status }) => status === 201)
  const keys = await send(w, '/v2/session/apps/wanted/keys', {
    headers: { authorization: `Bearer ${winner?.body.management_key}` },
  })
  assert.equal(keys.body.keys.length, 1)
})

test('sixteen changes of different kinds of one application are all kept', async () => {
  const app = await application(w)
  const members = [
    'idle_lifetime_seconds',
    'absolute_lifetime_seconds',
    'refresh_grace_seconds',
    'access_token_lifetime_seconds',
  ]
  const answers = await race((i) => {
    if (i === 14) return app.manage('', { method: 'PATCH', body: { name: 'renamed' } })
    if (i === 15) return app.manage('/mode', { method: 'PUT', body: { mode: 'prod' } })
    const settings = { sessions: { [members[i % 4] as string]: 100 } }
    return app.manage('/settings', { method: 'PATCH', body: { settings } })
  })
  for (const { status } of answers) assert.ok(status === 200 || status === 204, String(status))
  const { settings } = (await app.manage('/settings')).body
  for (const member of members) assert.equal(settings.sessions[member], 100, member)
  const read = (await app.manage('')).body.application
  assert.equal(read.name, 'renamed')
  assert.equal(read.mode, 'prod')
})

test('of sixteen applications that claim the same hosts in different orders, one gets them all', async () => {
  const apps = await race(() => application(w))
  const hosts = Array.from({ length: 26 }, (_, i) => `https://${String.fromCharCode(97 + i)}.example.com`)
  const answers = await race(async (i) => {
    const body = { public_origins: i % 2 ? hosts : hosts.toReversed() }
    return await (apps[i] as (typeof apps)[number]).operate('', { method: 'PATCH', body })
  })
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  assert.equal(answers.filter(({ body }) => body.code === 'host_already_taken').length, CALLERS - 1)
  for (const [i, app] of apps.entries()) {
    const { public_origins } = (await app.manage('')).body.application
    assert.equal(public_origins.length, answers[i]?.status === 200 ? hosts.length : 0)
  }
})

test('of sixteen deletions of one application, one finds it', async () => {
  const app = await application(w)
  const headers = { authorization: `Bearer ${await instanceKey(w)}` }
  const answers = await race(() => send(w, `/v2/session/apps/${app.id}`, { method: 'DELETE', headers }))
  assert.equal(answers.filter(({ status }) => status === 204).length, 1)
  assert.equal(answers.filter(({ status }) => status === 404).length, CALLERS - 1)
})
