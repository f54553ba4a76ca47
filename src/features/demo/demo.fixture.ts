import { after } from 'node:test'
import { application } from '../../../test/builders.ts'
import { world } from '../../../test/world.ts'
import type { Deps } from '../../platform/deps.ts'
import { openServer } from '../../server.ts'

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
