import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync, rmSync, statSync } from 'node:fs'
import { request } from 'node:https'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { test } from 'node:test'
import { antiphon, freePort, going, temporaryFolder, type Variables } from './antiphon.ts'

const dev = (folder: string, variables: Variables) => going(['dev', '--data', folder], variables, /Stop with Ctrl-C/)

/** A call that trusts nobody but the certificate in the folder; with a body, a PUT. */
async function call(folder: string, url: string, key = '', body?: object, accept = '*/*', method = 'PUT') {
  const ca = readFileSync(join(folder, 'localhost.crt'))
  const text = body && JSON.stringify(body)
  const headers = { accept, authorization: `Bearer ${key}`, ...(text && { 'content-type': 'application/json' }) }
  const sent = request(url, { ca, headers, agent: false, method: text ? method : 'GET' }).end(text)
  const [response] = await once(sent, 'response')
  let answer = ''
  for await (const chunk of response) answer += chunk
  return { status: response.statusCode as number, location: response.headers.location, body: answer }
}

const keyIn = (welcome: string, name: string) => new RegExp(`${name} +(ak_\\S+)`).exec(welcome)?.[1] ?? ''

/** Into the console. */
const LINK = /http:\/\/localhost:\d+\/#invitation=aoi_[\w-]{43}/

test('dev starts without configuration, welcomes, and starts a second time with the same data, keys and certificate', async () => {
  const folder = join(temporaryFolder(), 'data')
  const port = await freePort()
  const variables = { ANTIPHON_LISTEN: `127.0.0.1:${port}` }
  const origin = `https://127.0.0.1:${port}`
  const demo = `https://localhost:${port}`

  const first = await dev(folder, variables)
  const welcome = first.stdout()
  for (const part of [
    `https://localhost:${port}/demo/`,
    `https://localhost:${port}/.well-known/jwks.json`,
    `https://localhost:${port}/v2/session/apps/demo/`,
    `"demo.session.localhost:${port}"`,
    origin,
    folder,
  ]) {
    assert.ok(welcome.includes(part), `${part} is missing in ${welcome}`)
  }
  assert.equal(first.stderr(), '')
  assert.ok(!welcome.includes('{"level"'), welcome)

  const managementKey = keyIn(welcome, 'Key of demo')
  const instanceKey = keyIn(welcome, 'Instance key')
  assert.notEqual(managementKey, instanceKey)
  const app = await call(folder, `${origin}/v2/session/apps/demo`, managementKey)
  assert.equal(app.status, 200, app.body)
  const { mode, public_origins } = JSON.parse(app.body).application
  assert.equal(mode, 'dev')
  assert.deepEqual(public_origins, [demo])
  assert.equal((await call(folder, `${origin}/v2/session/apps`, instanceKey)).status, 200)
  assert.equal((await call(folder, `${origin}/v2/session/apps`, managementKey)).status, 401)
  assert.match((await call(folder, `${origin}/demo/`)).body, /<!doctype html>/)
  for (const [path, accept, location] of [
    ['/demo/mailbox/', 'text/html,*/*', `${demo}/demo/mailbox/`],
    ['/', 'text/html,*/*', `${demo}/`],
    ['/demo/mailbox/', '*/*', undefined],
    ['/docs/', 'text/html,*/*', undefined],
  ] as const)
    assert.equal((await call(folder, origin + path, '', undefined, accept)).location, location, path)

  const guideKey = readFileSync(join(folder, 'guide-management.key'), 'utf8').trim()
  const guide = await call(folder, `${origin}/v2/session/apps/guide`, guideKey)
  assert.deepEqual(JSON.parse(guide.body).application.public_origins, [origin])
  for (const name of ['migration', 'login/password', 'stepup'])
    assert.equal((await call(folder, `${origin}/v2/session/apps/guide/config/${name}`, guideKey)).status, 200, name)
  assert.equal((await call(folder, `${origin}/v2/session/apps/demo`, guideKey)).status, 404)

  const keys = await call(folder, `${origin}/.well-known/jwks.json`)
  assert.ok(JSON.parse(keys.body).keys.length > 0)

  const migration = `${origin}/v2/session/apps/demo/config/migration`
  assert.match((await call(folder, migration, managementKey)).body, /\/demo\/legacy\/validate"/)
  const own = { session_validation_url: 'http://127.0.0.1:9100/validate' }
  assert.equal((await call(folder, migration, managementKey, own)).status, 200)
  for (const name of ['master.key', 'localhost.key', 'demo-management.key', 'guide-management.key', 'instance.key']) {
    assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name)
  }
  const page = { allowed_origins: ['https://localhost:5173', 'http://localhost:5173'] }
  const patched = await call(folder, `${origin}/v2/session/apps/demo`, managementKey, page, '*/*', 'PATCH')
  assert.equal(patched.status, 200)
  assert.equal(await first.stop('SIGINT'), 0)

  const doctor = await antiphon(['doctor', '--data', folder], {})
  assert.equal(doctor.status, 1)
  assert.match(doctor.stdout, /^fault {2}application demo: pages of http:\/\/localhost:5173 are on another site /m)

  const second = await dev(folder, variables)
  const [hint = '', ...rest] = second.stdout().split('\n')
  assert.match(hint, /^ {2}Hint: application demo: pages of http:\/\/localhost:5173 are on another site than .*none\.$/)
  const again = rest.join('\n')
  const withoutLink = (text: string) => text.replace(LINK, '')
  assert.equal(withoutLink(again), withoutLink(welcome))
  assert.notEqual(LINK.exec(again)?.[0], LINK.exec(welcome)?.[0], 'it lets in once')
  assert.equal((await call(folder, `${origin}/.well-known/jwks.json`)).body, keys.body)
  const kept = await call(folder, migration, managementKey)
  assert.equal(JSON.parse(kept.body).config.session_validation_url, own.session_validation_url)
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

test('dev refuses production, a port that changes, an address that localhost does not lead to, and a folder that is none', async () => {
  const refusals: readonly (readonly [Variables, folder: string, reason: RegExp])[] = [
    [{ NODE_ENV: 'production' }, temporaryFolder(), /^antiphon: dev shows its keys and trusts any host: [^\n]+\n$/],
    [{ ANTIPHON_LISTEN: 'localhost:0' }, temporaryFolder(), /^antiphon: ANTIPHON_LISTEN: dev needs a port [^\n]+\n$/],
    [{ ANTIPHON_LISTEN: '192.0.2.1:8443' }, temporaryFolder(), /^antiphon: ANTIPHON_LISTEN: dev listens on [^\n]+\n$/],
    [{}, import.meta.filename, /^antiphon: the folder \S+ cannot be used: [^\n]+\n$/],
  ]
  for (const [variables, folder, reason] of refusals) {
    const { status, stdout, stderr } = await antiphon(['dev', '--data', folder], variables)
    assert.deepEqual([status, stdout], [1, ''])
    assert.match(stderr, reason)
  }
})
