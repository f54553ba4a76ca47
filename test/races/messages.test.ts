import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listProviders, swapProvider } from '../../src/core/messages/store.ts'
import { application } from '../builders.ts'
import type { World } from '../world.ts'
import { race, twoServers } from './contenders.ts'

const servers = await twoServers()
const [w] = servers
const server = (i: number) => servers[i % servers.length] as World

test('of sixteen who replace the same configuration of a provider, one does', async () => {
  const app = await application(w)
  const body = { kind: 'webhook', channel: 'email', options: { url: 'https://hooks.example.com/' } }
  assert.equal((await app.manage('/config/messages/providers', { body })).status, 201)
  const [seen] = await listProviders(w.deps.db, app.id)
  assert.ok(seen)
  const won = await race((i) => {
    const change = { ...seen, options: JSON.stringify({ url: `https://hooks.example.com/${i}` }) }
    return server(i).deps.transact((tx) => swapProvider(tx, seen, change))
  })
  assert.equal(won.filter(Boolean).length, 1)
  const [left] = await listProviders(w.deps.db, app.id)
  assert.equal(JSON.parse(left?.options ?? '').url, `https://hooks.example.com/${won.indexOf(true)}`)
})
