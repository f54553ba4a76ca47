import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { application } from '../../../test/builders.ts'
import { BASE_DOMAIN, ENGINES, world } from '../../../test/world.ts'
import { generateInitialKeys } from '../signing-keys/keyring.ts'
import { createApplication } from './create.ts'
import { directory } from './directory.ts'
import { UNLIMITED } from './key-limits.ts'
import { markApplicationDeleted, updateApplicationHosts } from './store.ts'

for (const engine of ENGINES) {
  test(`${engine}: a Host header longer than any name is nobody's, and is not even looked up`, async () => {
    const w = await world(engine)
    const app = await application(w)
    const find = (header: string) => directory(w.deps).findByHost(header)
    assert.equal((await find(`${app.host}:8443`))?.id, app.id)
    await w.deps.transact((tx) => sql`drop table application_hosts`.execute(tx))
    await assert.rejects(find('a'.repeat(260)))
    assert.equal(await find('a'.repeat(261)), undefined)
    assert.equal(await find(`${app.host}:${'1'.repeat(260)}`), undefined)
  })

  test(`${engine}: a host that another process gives away is known after a second, and nobody asks sooner`, async () => {
    const w = await world(engine)
    const [app, other] = [await application(w), await application(w)]
    const host = 'auth.shop.example'
    const named = async () => (await directory(w.deps).findByHost(host))?.id
    const give = ({ id }: { id: string }) => w.deps.transact((tx) => updateApplicationHosts(tx, id, [host]))
    assert.equal(await named(), undefined)
    await give(app)
    w.advance(999)
    assert.equal(await named(), undefined)
    w.advance(1)
    assert.equal(await named(), app.id)
    await w.deps.transact((tx) => updateApplicationHosts(tx, app.id, []))
    await give(other)
    w.advance(999)
    assert.equal(await named(), app.id)
    w.advance(1)
    assert.equal(await named(), other.id)
  })

  test(`${engine}: the default application answers under names that are nobody's, not under those of other ids`, async () => {
    const w = await world(engine, { config: { defaultApp: 'main' } })
    const signingKeys = await generateInitialKeys(w.deps, 'main')
    const firstKey = { ...UNLIMITED, createdBy: 'test', hash: 'x' }
    const main = { id: 'main', name: 'main', mode: 'dev', signingKeys, firstKey } as const
    await w.deps.transact((tx) => createApplication(tx, w.deps, main))
    const find = async (header: string) => (await directory(w.deps).findByHost(header))?.id
    const { id, host } = await application(w)
    for (const nobody of ['localhost:8443', '127.0.0.1', BASE_DOMAIN, `a.b.${BASE_DOMAIN}`, ''])
      assert.equal(await find(nobody), 'main', nobody)
    assert.equal(await find(host), id)
    await w.deps.transact((tx) => markApplicationDeleted(tx, id, w.deps.now()))
    w.advance(1_000)
    for (const other of [host, `unknown.${BASE_DOMAIN}`]) assert.equal(await find(other), undefined, other)
  })
}
