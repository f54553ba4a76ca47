import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { antiphon, freePort, going, temporaryFolder, type Variables } from './antiphon.ts'

const dev = (folder: string, variables: Variables) => going(['dev', '--data', folder], variables, /Stop with Ctrl-C/)

/** GET that trusts nobody but the certificate in the folder. */
async function get(folder: string, url: string, headers: Record<string, string> = {}) {
  const ca = readFileSync(join(folder, 'localhost.crt'))
  const [response] = await once(request(url, { ca, headers, agent: false }).end(), 'response')
  let body = ''
  for await (const chunk of response) body += chunk
  return { status: response.statusCode as number, body }
}

const keyIn = (welcome: string, name: string) => new RegExp(`${name} +(ak_\\S+)`).exec(welcome)?.[1] ?? ''

test('dev starts without configuration, welcomes, and starts a second time with the same data, keys and certificate', async () => {
  const folder = join(temporaryFolder(), 'data')
  const port = await freePort()
  const variables = { ANTIPHON_LISTEN: `127.0.0.1:${port}` }
  const origin = `https://localhost:${port}`.replace('localhost', '127.0.0.1')

  const first = await dev(folder, variables)
  const welcome = first.stdout()
  for (const part of [
    `https://localhost:${port}/demo/`,
    `https://localhost:${port}/.well-known/jwks.json`,
    `https://localhost:${port}/v2/session/apps/demo/`,
    `"demo.session.localhost:${port}"`,
    folder,
  ]) {
    assert.ok(welcome.includes(part), `${part} is missing in ${welcome}`)
  }
  assert.equal(first.stderr(), '')
  assert.ok(!welcome.includes('{"level"'), welcome)

  const managementKey = keyIn(welcome, 'Key of demo')
  const instanceKey = keyIn(welcome, 'Instance key')
  assert.notEqual(managementKey, instanceKey)
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
  const app = await get(folder, `${origin}/v2/session/apps/demo`, bearer(managementKey))
  assert.equal(app.status, 200, app.body)
  const { mode, public_origins } = JSON.parse(app.body).application
  assert.equal(mode, 'dev')
  assert.deepEqual(public_origins, [`https://localhost:${port}`, `https://127.0.0.1:${port}`])
  assert.equal((await get(folder, `${origin}/v2/session/apps`, bearer(instanceKey))).status, 200)
  assert.equal((await get(folder, `${origin}/v2/session/apps`, bearer(managementKey))).status, 401)
  assert.match((await get(folder, `${origin}/demo/`)).body, /<!doctype html>/)
  const keys = await get(folder, `${origin}/.well-known/jwks.json`)
  assert.ok(JSON.parse(keys.body).keys.length > 0)
  for (const name of ['master.key', 'localhost.key', 'demo-management.key', 'instance.key']) {
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name)
  }
  assert.equal(await first.stop('SIGINT'), 0)

  const second = await dev(folder, variables)
  assert.equal(second.stdout(), welcome)
  assert.equal((await get(folder, `${origin}/.well-known/jwks.json`)).body, keys.body)
  assert.equal((await get(folder, `${origin}/v2/session/apps/demo`, bearer(managementKey))).status, 200)
  assert.equal(await second.stop(), 0)

  rmSync(join(folder, 'master.key'))
  const third = await antiphon(['dev', '--data', folder], variables)
  assert.equal(third.status, 1)
  assert.match(third.stderr, /^antiphon: \S+master\.key does not open the keys in \S+antiphon\.db: [^\n]+\n$/)
})

test('dev says which port is taken and how to choose another', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as { port: number }
  const { status, stdout, stderr } = await antiphon(['dev', '--data', temporaryFolder()], {
    ANTIPHON_LISTEN: `127.0.0.1:${port}`,
  })
  other.close()
  assert.deepEqual([status, stdout], [1, ''])
  assert.match(stderr, new RegExp(`^antiphon: port ${port} is taken: [^\\n]+ANTIPHON_LISTEN=\\S+\\n$`))
})

test('dev refuses production, a port that changes, and a folder that is none', async () => {
  const refusals: readonly (readonly [Variables, folder: string, reason: RegExp])[] = [
    [{ NODE_ENV: 'production' }, temporaryFolder(), /^antiphon: dev shows its keys and trusts any host: [^\n]+\n$/],
    [{ ANTIPHON_LISTEN: 'localhost:0' }, temporaryFolder(), /^antiphon: ANTIPHON_LISTEN: dev needs a port [^\n]+\n$/],
    [{}, import.meta.filename, /^antiphon: the folder \S+ cannot be used: [^\n]+\n$/],
  ]
  for (const [variables, folder, reason] of refusals) {
    const { status, stdout, stderr } = await antiphon(['dev', '--data', folder], variables)
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, reason)
  }
})
