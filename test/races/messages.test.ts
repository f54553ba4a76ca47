import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listProviders, swapProvider } from '../../src/core/messages/store/providers.ts'
import { application } from '../builders.ts'
import type { World } from '../world.ts'
import { race, twoServers } from './contenders.ts'

const servers = await twoServers()
const [w] = servers
const server = (i: number) => servers[i % servers.length] as World

for (const [what, member, written] of [
  ['configuration', 'options', (i: number) => JSON.stringify({ url: `https://hooks.example.com/${i}` })],
  ['secrets', 'sealed_secrets', (i: number) => `sealed ${i}`],
] as const) {
  test(`of sixteen who replace the same ${what} of a provider, one does`, async () => {
    const app = await application(w)
    const body = { kind: 'webhook', channel: 'email', options: { url: 'https://hooks.example.com/' } }
    assert.equal((await app.manage('/config/messages/providers', { body })).status, 201)
    const [seen] = await listProviders(w.deps.db, app.id)
    assert.ok(seen)
    const won = await race((i) =>
      server(i).deps.transact((tx) => swapProvider(tx, seen, { ...seen, [member]: written(i) })),
    )
    assert.equal(won.filter(Boolean).length, 1)
    const [left] = await listProviders(w.deps.db, app.id)
    assert.equal(left?.[member], written(won.indexOf(true)))
  })
}
