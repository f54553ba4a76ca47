import { after } from 'node:test'
import { demoPages } from '../../demo/index.ts'
import type { Antiphon } from '../../demo/server/antiphon.ts'
import type { Deps } from '../../src/platform/deps.ts'
import { openServer } from '../../src/server.ts'
import { application, type TestApp } from '../builders.ts'
import { selfSignedCertificate } from '../tls.ts'
import { type World, world } from '../world.ts'

/** An application as the demo is told of it, on a server that listens at an address. */
export const antiphonFor = (w: World, app: TestApp, address: () => string): Antiphon => ({
  origin: () => Object.assign(new URL(address()), { hostname: 'localhost' }).origin,
  appId: app.id,
  managementKey: app.managementKey,
  certificate: w.deps.config.tls?.cert,
  now: w.deps.now,
})

/** A server with the demo on it, whose default application is this test's, and that can call itself. */
export async function openDemo() {
  const tls = await selfSignedCertificate()
  const network = { allowPrivate: true, extraCertificateAuthority: tls.cert }
  const w = await world('sqlite', { config: { allowPrivateHooks: true, tls }, network })
  const app = await application(w)
  const deps: Deps = { ...w.deps, config: { ...w.deps.config, defaultApp: app.id } }
  let address = ''
  const antiphon = antiphonFor(w, app, () => address)
  const server = await openServer(deps, (opened) => demoPages(opened, antiphon))
  address = await server.listen({ host: '127.0.0.1', port: 0 })
  after(() => server.close())
  return { w, app, deps, server, antiphon, antiphonOf: (other: TestApp) => antiphonFor(w, other, () => address) }
}
