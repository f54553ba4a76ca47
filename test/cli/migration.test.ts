import assert from 'node:assert/strict'
import { get } from 'node:http'
import { describe, test } from 'node:test'
import { compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose'
import { freshDatabase } from '../world.ts'
import { antiphon, freePort, MASTER_KEY, serving } from './antiphon.ts'

/** `fetch` says itself for which host it asks. */
const statusAt = (url: string, headers: Record<string, string>) =>
  new Promise<number | undefined>((resolve, reject) => {
    get(url, { headers }, (answer) => resolve(answer.resume().statusCode)).on('error', reject)
  })

describe('migration', { concurrency: 2 }, () => {
  test('status says whether the old system can go, a rehearsal why a token is refused, and the report is signed by the application', async () => {
    const variables = { ANTIPHON_DATABASE_URL: await freshDatabase('sqlite'), ANTIPHON_MASTER_KEY: MASTER_KEY }
    assert.equal((await antiphon(['apps', 'create', 'shop'], variables)).status, 0)
    const status = await antiphon(['migration', 'status', '--app', 'shop'], variables)
    assert.equal(status.status, 0, status.stderr)
    assert.match(
      status.stdout,
      /^Nobody can say yet whether the old system can be switched off: no import has been completed/,
    )
    const json = await antiphon(['migration', 'status', '--app', 'shop', '--json'], variables)
    assert.equal(JSON.parse(json.stdout).verdict, 'unclear')
    const made = await antiphon(['migration', 'report', '--app', 'shop'], variables)
    assert.match(made.stdout, /^[\w-]+\.[\w-]+\.[\w-]+\n$/)
    const tried = await antiphon(['migration', 'try', 'legacy-session', '--app', 'shop'], variables)
    assert.equal(tried.status, 1, tried.stderr)
    assert.match(tried.stdout, /^It would be refused \(not_configured\)\.$/m)
    const unknown = await antiphon(['migration', 'report', '--app', 'none'], variables)
    assert.deepEqual([unknown.status, unknown.stdout], [1, ''])

    const server = await serving({ ...variables, ANTIPHON_DEFAULT_APP: 'shop' })
    const keys = createLocalJWKSet(
      (await (await fetch(`${server.address}/.well-known/jwks.json`)).json()) as JSONWebKeySet,
    )
    const { payload } = await compactVerify(made.stdout.trim(), keys)
    assert.equal(JSON.parse(Buffer.from(payload).toString('utf8')).report.application, 'shop')
    assert.equal(await server.stop(), 0)
  })

  test('serve shows its pages on the listener of the metrics alone, and how a migration goes to whoever has a key', async () => {
    const variables = { ANTIPHON_DATABASE_URL: await freshDatabase('sqlite'), ANTIPHON_MASTER_KEY: MASTER_KEY }
    const shop = await antiphon(['apps', 'create', 'shop', '--name', '<b>Shop</b>', '--json'], variables)
    const { management_key } = JSON.parse(shop.stdout)
    const port = await freePort()
    const server = await serving({ ...variables, ANTIPHON_METRICS_LISTEN: `127.0.0.1:${port}` })
    const own = `http://127.0.0.1:${port}`
    assert.equal((await fetch(`${server.address}/migration/`)).status, 404)
    assert.equal((await fetch(`${own}/migration`)).url, `${own}/migration/`)
    assert.equal((await fetch(`${server.address}/docs/`)).status, 404)
    for (const name of ['', 'scalar.js', 'management.json'])
      assert.equal((await fetch(`${own}/docs/${name}`)).status, 200, name)
    const atHost = (host: string) =>
      statusAt(`${own}/migration/apps/shop`, { host, authorization: `Bearer ${management_key}` })
    assert.equal(await atHost(`127.0.0.1:${port}`), 200)
    assert.equal(await atHost(`shop.session.localhost:${port}`), 404)
    assert.equal(await atHost('SHOP.session.localhost'), 404)
    const ask = (key?: string) =>
      fetch(`${own}/migration/apps/shop`, key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } })
    assert.equal((await ask()).status, 401)
    assert.equal((await ask('ak_wrong')).status, 401)
    assert.equal((await fetch(`${own}/migration/apps/shop?key=${management_key}`)).status, 401)
    const shown = await ask(management_key)
    const text = await shown.text()
    assert.equal(shown.status, 200)
    assert.ok(text.includes('&#60;b&#62;Shop') && !text.includes('<b>Shop'))
    assert.equal(shown.headers.get('cache-control'), 'no-store')
    const policy = shown.headers.get('content-security-policy') ?? ''
    assert.ok(policy.startsWith("default-src 'none'") && !policy.includes('unsafe'), policy)
    assert.equal(await server.stop(), 0)
    assert.ok(!server.stdout().includes(management_key) && !server.stderr().includes(management_key))
  })
})
