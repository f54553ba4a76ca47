import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application } from '../../test/builders.ts'
import { openDemo } from '../../test/house/demo.ts'
import { certificateOf } from '../../test/house/saml.ts'
import { connectDemo } from '../index.ts'

const { w, antiphon, antiphonOf } = await openDemo()

const PATHS = ['/config/migration', '/config/login/password', '/config/stepup']
const configOf = async (app: Awaited<ReturnType<typeof application>>, path: string) =>
  (await app.manage(path)).body.config

test('a new application gets all that the demo needs, and a second start changes nothing', async () => {
  const app = await application(w)
  const read = () => Promise.all(PATHS.map((path) => configOf(app, path)))
  await connectDemo(antiphonOf(app))
  const [migration, password, stepUp] = await read()
  assert.equal(migration.session_validation_url, `${antiphon.origin()}/demo/legacy/validate`)
  assert.deepEqual([password.enabled, password.sign_up_enabled], [true, true])
  assert.equal(stepUp.jwks_url, `${antiphon.origin()}/demo/bank/jwks.json`)
  w.advance(60_000)
  await connectDemo(antiphonOf(app))
  const [, ...again] = await read()
  assert.deepEqual(again, [password, stepUp])
})

const LARKSPUR_ID = '/config/login/oauth/larkspur'
const targetsOf = async (app: Awaited<ReturnType<typeof application>>) =>
  (await app.manage('')).body.application.redirect_uris

test('Larkspur ID is a provider of the application, and the demo is where its logins return to, whatever else is listed', async () => {
  const own = 'https://app.example.com/cb'
  const app = await application(w, { redirectUris: [own, 'http://localhost:1/demo/'] })
  await connectDemo(antiphonOf(app))
  const { port } = new URL(antiphon.origin())
  const pages = [`${antiphon.origin()}/demo/`, `https://127.0.0.1:${port}/demo/`]
  assert.deepEqual(await targetsOf(app), [own, ...pages])
  const config = await configOf(app, LARKSPUR_ID)
  const { use_email_as_identifier, allow_email_account_merge, verify_email } = config.options
  assert.deepEqual([use_email_as_identifier, allow_email_account_merge, verify_email], [true, true, true])

  const body = { ...config, options: { ...config.options, verify_email: false }, client_secret: 'old' }
  assert.equal((await app.manage(LARKSPUR_ID, { method: 'PUT', body })).status, 200)
  await connectDemo(antiphonOf(app))
  const after = await configOf(app, LARKSPUR_ID)
  assert.deepEqual(after.options, body.options)
  assert.notEqual(after.oidc.issuer_url, config.oidc.issuer_url)
  assert.deepEqual(await targetsOf(app), [own, ...pages])
})

test('another client of the name, or an application out of development, is left alone', async () => {
  const known = await application(w)
  await connectDemo(antiphonOf(known))
  const { oidc } = await configOf(known, LARKSPUR_ID)
  const app = await application(w)
  const body = { client_id: 'somebody', client_secret: 'own', oidc }
  assert.equal((await app.manage(LARKSPUR_ID, { body })).status, 201)
  await connectDemo(antiphonOf(app))
  assert.equal((await configOf(app, LARKSPUR_ID)).client_id, 'somebody')
  const live = await application(w, { mode: 'prod' })
  await connectDemo(antiphonOf(live))
  assert.equal((await live.manage(LARKSPUR_ID)).status, 404)
  assert.deepEqual(await targetsOf(live), [])
})

const ACME = '/config/login/saml'

test('Acme’s people come by its own login alone; its key is new at each start, and the rest stays as it was', async () => {
  const app = await application(w, { publicOrigins: [antiphon.origin()] })
  const connectionsOf = async () => (await app.manage(ACME)).body.connections
  await connectDemo(antiphonOf(app))
  const [first, ...others] = await connectionsOf()
  assert.deepEqual(others, [])
  assert.equal(first.idp.sso_url, `${antiphon.origin()}/demo/acme/sso`)
  assert.deepEqual(first.warnings, [])
  const { enforce_login, email_domain_allowlist, default_redirect_uri } = first.behavior
  assert.deepEqual([enforce_login, email_domain_allowlist], [true, ['acme.example']])
  assert.equal(default_redirect_uri, `${antiphon.origin()}/demo/`)

  const path = `${ACME}/acme/${first.id}`
  const idp = { certificates: [certificateOf('idp')] }
  const changed = await app.manage(path, { method: 'PUT', body: { idp, behavior: { enforce_login: false } } })
  assert.equal(changed.status, 200)
  await connectDemo(antiphonOf(app))
  const again = await connectionsOf()
  assert.deepEqual(again, [
    { ...first, behavior: { ...first.behavior, enforce_login: false }, updated_at: again[0].updated_at },
  ])
  await connectDemo(antiphonOf(app), { anew: true })
  const anew = await connectionsOf()
  assert.deepEqual(anew, [{ ...first, updated_at: anew[0].updated_at }])
})

test('at another port Acme’s connection is made anew, for it stays where it was made; out of development there is none', async () => {
  const app = await application(w)
  await connectDemo(antiphonOf(app))
  const [elsewhere] = (await app.manage(ACME)).body.connections
  assert.ok(!elsewhere.sp.acs_url.startsWith(antiphon.origin()))
  await connectDemo(antiphonOf(app))
  const [anew, ...others] = (await app.manage(ACME)).body.connections
  assert.notEqual(anew.id, elsewhere.id)
  assert.deepEqual(others, [])
  const live = await application(w, { mode: 'prod' })
  await connectDemo(antiphonOf(live))
  assert.deepEqual((await live.manage(ACME)).body.connections, [])
})

test('passkeys are for this machine, at the demo’s own port; in production, and of another name, they are left alone', async () => {
  const path = '/config/passkey'
  const app = await application(w)
  await connectDemo(antiphonOf(app))
  const { created_at: _, updated_at: __, ...config } = await configOf(app, path)
  assert.deepEqual(
    [config.rp_id, config.allowed_origins, config.login_enabled],
    ['localhost', [antiphon.origin()], true],
  )
  const elsewhere = { ...config, allowed_origins: ['http://localhost:1'], user_verification: 'preferred' }
  assert.equal((await app.manage(path, { method: 'PUT', body: elsewhere })).status, 200)
  await connectDemo(antiphonOf(app))
  const followed = await configOf(app, path)
  assert.deepEqual([followed.allowed_origins, followed.user_verification], [[antiphon.origin()], 'preferred'])

  const own = { ...elsewhere, rp_name: 'Ours' }
  assert.equal((await app.manage(path, { method: 'PUT', body: own })).status, 200)
  await connectDemo(antiphonOf(app))
  assert.deepEqual((await configOf(app, path)).allowed_origins, own.allowed_origins)
  const live = await application(w, { mode: 'prod' })
  await connectDemo(antiphonOf(live))
  assert.equal((await live.manage(path)).status, 404)
})

test('what somebody configured stays', async () => {
  const app = await application(w)
  const own = [
    { session_validation_url: 'https://app.example.com/hook' },
    {
      enabled: false,
      rate_limit_login_ip: { ttl: 1_000_000_000, limit: 1 },
      rate_limit_login_identifier: { ttl: 1_000_000_000, limit: 1 },
      password_compliancy: { min_length: 20, max_length: 0, uppercase: 0, lowercase: 0, numbers: 0, symbols: 0 },
    },
    { jwks_url: 'https://app.example.com/jwks.json', step_keys: [], allowed_scopes: [] },
  ]
  for (const [i, path] of PATHS.entries()) assert.equal((await app.manage(path, { body: own[i] })).status, 201)
  const before = await Promise.all(PATHS.map((path) => configOf(app, path)))
  w.advance(60_000)
  await connectDemo(antiphonOf(app))
  assert.deepEqual(await Promise.all(PATHS.map((path) => configOf(app, path))), before)
})

test('on another port the hook and the keys of the bank are found again, and scopes that were changed stay', async () => {
  const app = await application(w)
  await connectDemo(antiphonOf(app))
  const elsewhere = 'http://localhost:1'
  const { created_at: _, updated_at: __, ...config } = await configOf(app, '/config/stepup')
  const body = {
    ...config,
    jwks_url: `${elsewhere}/demo/bank/jwks.json`,
    allowed_scopes: config.allowed_scopes.slice(1),
  }
  await app.manage('/config/stepup', { method: 'PUT', body })
  const hook = { session_validation_url: `${elsewhere}/demo/legacy/validate` }
  await app.manage('/config/migration', { method: 'PUT', body: hook })
  await connectDemo(antiphonOf(app))
  const stepUp = await configOf(app, '/config/stepup')
  assert.equal(stepUp.jwks_url, config.jwks_url)
  assert.deepEqual(stepUp.allowed_scopes, body.allowed_scopes)
  assert.doesNotMatch((await configOf(app, '/config/migration')).session_validation_url, /:1\//)
})
