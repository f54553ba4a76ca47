import assert from 'node:assert/strict'
import { test } from 'node:test'
import { world } from '../../test/world.ts'
import { changeApplication } from '../core/applications/change.ts'
import { findApplication, findApplicationIdByHost, updateApplicationHosts } from '../core/applications/store.ts'
import { DEMO, ensureApps, GUIDE } from './dev-app.ts'

const { deps } = await world('sqlite')
const originsOf = async (id: string) => (await findApplication(deps.db, id))?.publicOrigins
const hosts = () => Promise.all(['localhost', '127.0.0.1'].map((host) => findApplicationIdByHost(deps.db, host)))

test('the demo and the guides have a host each; a second start changes nothing, and another port is added', async () => {
  await ensureApps(deps, 1)
  assert.deepEqual(await hosts(), [DEMO.id, GUIDE.id])
  const version = (await findApplication(deps.db, DEMO.id))?.version
  await ensureApps(deps, 1)
  assert.equal((await findApplication(deps.db, DEMO.id))?.version, version)
  await ensureApps(deps, 2)
  assert.deepEqual(await originsOf(DEMO.id), ['https://localhost:2', 'https://localhost:1'])
  assert.deepEqual(await originsOf(GUIDE.id), ['https://127.0.0.1:2', 'https://127.0.0.1:1'])
})

test('a demo from before gives the host of the guides away, and keeps what else somebody gave it', async () => {
  const own = 'https://demo.example.com'
  await deps.transact(async (tx) => {
    await updateApplicationHosts(tx, GUIDE.id, [])
    const publicOrigins = ['https://localhost:1', 'https://127.0.0.1:1', own]
    await changeApplication(tx, deps, DEMO.id, () => ({ publicOrigins }))
    await updateApplicationHosts(tx, DEMO.id, ['localhost', '127.0.0.1', 'demo.example.com'])
    await changeApplication(tx, deps, GUIDE.id, () => ({ publicOrigins: [] }))
  })
  await ensureApps(deps, 1)
  assert.deepEqual(await hosts(), [DEMO.id, GUIDE.id])
  assert.deepEqual(await originsOf(DEMO.id), ['https://localhost:1', own])
  assert.equal(await findApplicationIdByHost(deps.db, 'demo.example.com'), DEMO.id)
})
