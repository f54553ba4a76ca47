import { after } from 'node:test'
import type { Deps } from '../../src/platform/deps.ts'
import { openServer } from '../../src/server.ts'
import { application } from '../builders.ts'
import { world } from '../world.ts'

/** A server with the demo on it, whose default application is this test's, and that can call itself. */
export async function openDemo() {
  const w = await world('sqlite', { config: { allowPrivateHooks: true }, network: { allowPrivate: true } })
  const app = await application(w)
  const deps: Deps = { ...w.deps, config: { ...w.deps.config, defaultApp: app.id } }
  const server = await openServer(deps, ['demo'])
  const address = await server.listen({ host: '127.0.0.1', port: 0 })
  after(() => server.close())
  return { w, app, deps, server, address }
}
