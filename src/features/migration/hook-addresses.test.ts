import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { test } from 'node:test'
import { application, type TestApp } from '../../../test/builders.ts'
import { assertRefused } from '../../../test/house/answers.ts'
import { configure, legacyServer, migrate, personOf } from '../../../test/house/legacy.ts'
import { eventsOf } from '../../../test/house/rows.ts'
import { ENGINES, type World, world } from '../../../test/world.ts'

/** In a block of the internet that belongs to nobody. */
const UNASSIGNED = '2d00::1'

const legacy = await legacyServer((_, response) => {
  response.end(JSON.stringify(personOf('legacy-1', 'ada@example.com')))
})

/** What names resolve to: one answer after the other, the last for good. */
const answers = new Map<string, string[][]>([
  ['private.example.com', [['127.0.0.1']]],
  ['mixed.example.com', [[UNASSIGNED, '127.0.0.1']]],
  ['mapped.example.com', [['::ffff:127.0.0.1']]],
  ['rebind.example.com', [[UNASSIGNED], ['127.0.0.1']]],
  ['localhost', [['127.0.0.1']]],
])
const asked: string[] = []

async function resolve(host: string): Promise<readonly LookupAddress[]> {
  asked.push(host)
  const list = answers.get(host) ?? []
  const addresses = list.length > 1 ? list.shift() : list[0]
  return (addresses ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
}

const network = { allowPrivate: false, extraCertificateAuthority: legacy.certificate, resolve }
const worlds = await Promise.all(ENGINES.map(async (engine) => ({ engine, w: await world(engine, { network }) })))

async function appWith(w: World, host: string): Promise<TestApp> {
  const app = await application(w)
  await configure(app, { session_validation_url: `https://${host}:${legacy.port}/validate` })
  return app
}

async function assertUnreachable(w: World, app: TestApp) {
  assertRefused(await migrate(app), 'internal', 'internal')
  const reasons = (await eventsOf(w, app, 'migration.hook_failed')).map(({ reason }) => reason)
  assert.deepEqual([...new Set(reasons)], ['request_failed'])
  assert.equal(legacy.connections(), 0)
}

for (const { engine, w } of worlds) {
  for (const host of [
    '127.0.0.1',
    '2130706433',
    '127.1',
    '[::ffff:127.0.0.1]',
    'localhost',
    'private.example.com',
    'mixed.example.com',
    'mapped.example.com',
  ]) {
    test(`${engine}: a hook at ${host} cannot be reached, and nobody tries`, async () => {
      await assertUnreachable(w, await appWith(w, host))
    })
  }

  test(`${engine}: a name that turns to a private address after it was judged gains nothing`, async () => {
    answers.set('rebind.example.com', [[UNASSIGNED], ['127.0.0.1']])
    const app = await appWith(w, 'rebind.example.com')
    const lookups = () => asked.filter((host) => host === 'rebind.example.com').length
    const before = lookups()
    await assertUnreachable(w, app)
    assert.equal(lookups(), before + 1)
    await assertUnreachable(w, app)
    assert.equal(lookups(), before + 2)
  })
}
