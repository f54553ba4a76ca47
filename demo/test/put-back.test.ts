import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../test/builders.ts'
import { openDemo } from '../../test/house/demo.ts'
import { connectDemo } from '../index.ts'
import type { Call } from '../server/antiphon.ts'
import { manage } from '../server/management.ts'
import { putBack } from '../server/put-back.ts'

const { w, server, antiphon, antiphonOf } = await openDemo()

const CONFIGS = [
  'config/migration',
  'config/login/password',
  'config/stepup',
  'config/passkey',
  'config/login/oauth/larkspur',
  'config/login/otp',
  'config/login/saml',
  'config/messages/providers',
  'settings',
]

/** Asks the server that has the demo on it. */
async function ask(path: string, options?: Call) {
  const { status, text } = await manage(antiphon, path, options)
  assert.ok(status < 300 || status === 404, `${path} ${text}`)
  return text && JSON.parse(text)
}

/** All that the stories stand on, each without its times and ids. */
const configured = () => Promise.all(CONFIGS.map(async (path) => JSON.stringify(await ask(path)).replaceAll(FRESH, '')))
const FRESH = /"(?:updated_at|created_at)":"[^"]*"|samlc_\w+/g

const knock = (headers: Record<string, string>) =>
  server.inject({
    method: 'POST',
    url: '/demo/put-back',
    headers: { host: new URL(antiphon.origin()).host, ...headers },
  })

const put = (path: string, body: object) => ask(path, { method: 'PUT', body })

/** What somebody does who follows the guides in the demo's own application. */
async function followTheGuides() {
  const limit = { ttl: 600_000_000_000, limit: 5 }
  const limits = { rate_limit_login_ip: limit, rate_limit_login_identifier: limit }
  const strict = { min_length: 20, max_length: 0, uppercase: 0, lowercase: 0, numbers: 0, symbols: 0 }
  const [acme] = (await ask('config/login/saml')).connections
  await put('config/migration', { session_validation_url: 'https://shop.example.com/hook' })
  await put('config/login/password', { enabled: false, ...limits, password_compliancy: strict })
  await put('config/stepup', { jwks_url: 'https://shop.example.com/jwks.json', step_keys: [], allowed_scopes: [] })
  await ask('config/passkey', { method: 'DELETE' })
  await ask('config/login/oauth/larkspur', { method: 'DELETE' })
  await put(`config/login/saml/acme/${acme.id}`, { name: 'Ours', enabled: false, behavior: { enforce_login: false } })
  await ask('config/login/otp', { method: 'POST', body: { channel_type: 'email' } })
  await ask('config/messages/providers', { method: 'POST', body: { kind: 'mailbox', channel: 'sms' } })
  await ask('settings', { method: 'PATCH', body: { settings: { sessions: { access_token_lifetime_seconds: 10 } } } })
}

test('the demo is put back as it was at first, whatever was configured since, and its users stay', async () => {
  await connectDemo(antiphon)
  const first = await configured()
  const user = await ask('users', {
    method: 'POST',
    body: { identifiers: [{ type: 'email_address', value: 'ada@example.com' }] },
  })
  await followTheGuides()
  assert.notDeepEqual(await configured(), first)
  assert.equal((await knock({ origin: antiphon.origin() })).statusCode, 204)
  assert.deepEqual(await configured(), first)
  await ask(`users/${user.id}`)
  await followTheGuides()
  const atOnce = await Promise.all(Array.from({ length: 4 }, () => knock({ origin: antiphon.origin() })))
  assert.deepEqual(
    atOnce.map(({ statusCode }) => statusCode),
    [204, 204, 204, 204],
  )
  assert.deepEqual(await configured(), first)
})

test('only a page of the demo opens the door, by whatever name this machine goes', async () => {
  const { port } = new URL(antiphon.origin())
  await followTheGuides()
  const changed = await configured()
  for (const origin of [
    undefined,
    'null',
    'https://evil.example',
    `https://evil.example:${port}`,
    `https://localhost.evil.example:${port}`,
    `https://127.0.0.1.evil.example:${port}`,
    `http://localhost:${port}`,
    'https://localhost:5173',
    'https://localhost',
  ]) {
    const answer = await knock({ ...(origin && { origin }), 'content-type': 'text/plain' })
    assert.deepEqual([answer.statusCode, answer.json()], [403, { error: 'foreign_origin' }], String(origin))
    assert.equal(answer.headers['access-control-allow-origin'], undefined)
  }
  assert.deepEqual(await configured(), changed)
  for (const host of ['127.0.0.1', '[::1]', 'demo.session.localhost'])
    assert.equal((await knock({ origin: `https://${host}:${port}` })).statusCode, 204, host)
})

test('out of development nothing is put back; nor is any other application', async () => {
  const live = await application(w, { mode: 'prod' })
  assert.equal(await putBack(antiphonOf(live)), false)
  assert.equal((await live.manage('/config/migration')).status, 404)
  await put('mode', { mode: 'prod' })
  const answer = await knock({ origin: antiphon.origin() })
  assert.deepEqual([answer.statusCode, answer.json()], [403, { error: 'development_only' }])
})
