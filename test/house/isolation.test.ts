import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Endpoint } from '../../src/platform/endpoint.ts'
import { endpoints } from '../../src/server.ts'
import { type Answer, application, applicationRecord, login, REFRESH, send, type TestApp, user } from '../builders.ts'
import { ENGINES, type World, world } from '../world.ts'
import { ORIGIN } from './authenticator.ts'
import { linkAccount } from './federation.ts'
import { deliverNow, provider } from './messages.ts'
import { passkeyConfig, withPasskey } from './passkeys.ts'
import { certificateOf } from './saml.ts'
import { connect } from './saml-connections.ts'
import { pulled } from './webhooks.ts'

const managed = endpoints.filter((endpoint) => endpoint.audience === 'management')
const ofApplications = managed.filter((endpoint) => endpoint.access.name === 'managementKey')

const identifier = { type: 'email_address', value: 'new@example.com' }
const migration = { mode: 'hook', session_validation_url: 'https://legacy.example.com/validate' }
const bucket = { ttl: 600_000_000_000, limit: 10 }
const passwordConfig = {
  enabled: true,
  rate_limit_login_ip: bucket,
  rate_limit_login_identifier: bucket,
  password_compliancy: { min_length: 8, max_length: 128, uppercase: 0, lowercase: 0, numbers: 0, symbols: 0 },
}

const messageProvider = { kind: 'mailbox', channel: 'email', options: {} }

const oauth = { client_id: 'taken-over', client_secret: 'taken over' }

const ofCompany = (domain: string) => ({
  ...oauth,
  type: 'enterprise',
  enterprise: { email_domain_allowlist: [domain] },
})

const samlConnection = {
  name: 'taken over',
  idp: { entity_id: 'taken-over', sso_url: 'https://taken.example.com', certificates: [certificateOf('stranger')] },
}

const stepUp = { step_keys: [{ key: 'taken-over' }], allowed_scopes: [] }

const passkeys = { rp_id: 'app.example.com', rp_name: 'taken over', allowed_origins: [ORIGIN] }

/** Of operations that need one. */
const QUERIES: Readonly<Record<string, Record<string, string>>> = { getStatistics: { metric: 'code' } }

/** What each operation that has a body would accept. A new one needs a line here. */
const BODIES: Readonly<Record<string, unknown>> = {
  createApplication: { id: 'taken-over' },
  updateApplication: { name: 'taken over', public_origins: ['https://taken.example.com'] },
  updateSettings: { settings: { sessions: { refresh_grace_seconds: 1 } } },
  createKey: { name: 'back door' },
  rotateKey: {},
  rotateSigningKeys: {},
  updateMode: { mode: 'prod' },
  mintToken: { claims: {} },
  createOperator: { name: 'taken over', email: 'taken@example.com', role: 'owner' },
  updateOperator: { role: 'owner' },
  createUser: { identifiers: [identifier] },
  bulkUsers: { users: [{ external_id: 'victim', profile: { name: 'taken over' }, status: 'inactive' }] },
  createUserJob: { action: 'delete', filter: { query: 'victim' } },
  batchLookup: { emails: ['victim@example.com'], external_ids: ['victim'] },
  updateUserProfile: { name: 'taken over' },
  updateStatus: { status: 'inactive' },
  updateExternalId: { external_id: 'taken-over' },
  createIdentifier: { identifier },
  deleteIdentifier: { identifier: { type: 'email_address', value: 'victim@example.com' } },
  setUserPassword: { password: 'taken over by a stranger' },
  createLoginPasswordConfig: passwordConfig,
  updateLoginPasswordConfig: passwordConfig,
  putPasswordSecret: { kind: 'pepper', value: 'taken over' },
  createLoginOtpConfig: { channel_type: 'sms' },
  updateLoginOtpConfig: { channel_type: 'sms' },
  createLoginOAuthConfig: oauth,
  updateLoginOAuthConfig: oauth,
  updateOAuthConnection: ofCompany('taken.com'),
  createSAMLConnection: samlConnection,
  updateSAMLConnection: samlConnection,
  testSAMLConnection: { saml_response: 'AAAA' },
  createMigrationConfig: migration,
  updateMigrationConfig: migration,
  tryMigration: { token: 'legacy-session' },
  createMessageProvider: messageProvider,
  updateMessageProvider: messageProvider,
  testMessageProvider: { recipient: 'victim@example.com' },
  putMessageTemplate: { subject: 'taken over', text: '{{code}}' },
  previewMessageTemplate: { channel: 'email' },
  putPasskeyConfig: passkeys,
  createStepUpConfig: stepUp,
  updateStepUpConfig: stepUp,
  createImport: { source: 'taken-over' },
  putImportLines: Buffer.from('{}\n'),
  startImport: {},
  createScope: { scope: 'taken-over' },
  deleteScope: { scope: 'own' },
  addUserScope: { scope: 'own' },
  removeUserScope: { scope: 'own' },
  createDomain: { domain: 'taken.victim.example' },
  updateTokenConfig: { access_token_ttl_seconds: 11 },
  createGroup: { name: 'taken-over' },
  updateGroup: { scopes: [] },
  addUserToGroup: { group: 'own' },
  createWebhook: { kind: 'pull', events: ['user.created'] },
  updateWebhook: { events: ['user.created'] },
  addWebhookEvent: { event: 'user.created' },
  removeWebhookEvent: { event: 'user.profile.updated' },
  replayWebhook: { since: '2026-01-01T00:00:00Z' },
  testWebhook: { event: 'user.created' },
  verifyWebhookBody: { body: '{}', signature: 'AAAA' },
  commitWebhookEvents: { sequence: 1 },
  createClaimsMapping: { mapping: { taken: 'over' } },
  updateClaimsMapping: { mapping: { taken: 'over' } },
  previewClaimsMapping: { user_id: 'usr_nobody' },
}

/** Parameters that every application may give the same value. */
const WORDS = {
  template: 'own',
  channel: 'email',
  locale: 'en',
  provider: 'google',
  name: 'own',
  groupName: 'own',
  operatorID: 'opr_01jr0z5w2seq998trz7ftbb9rj',
}

/** The value of every parameter of a path. A new parameter needs a line here. */
type Ids = Readonly<
  Record<
    | 'appID'
    | 'userID'
    | 'sessionID'
    | 'keyID'
    | 'providerID'
    | 'messageID'
    | 'loginConfigID'
    | 'identityID'
    | 'connectionID'
    | 'samlConnectionID'
    | 'domainID'
    | 'importID'
    | 'jobID'
    | 'userJobID'
    | 'credentialID'
    | 'webhookID'
    | 'deliveryID'
    | 'kid'
    | keyof typeof WORDS,
    string
  >
>

interface Tenant {
  readonly app: TestApp
  readonly ids: Ids
  /** Whether its session still lives. */
  isLive(): Promise<boolean>
}

/** An application with one of everything; both have the same names, so that a mix-up shows. */
async function tenant(w: World): Promise<Tenant> {
  const app = await application(w)
  const userID = await user(w, app, { email: 'victim@example.com', externalId: 'victim', profile: { name: 'own' } })
  await app.manage('/config/scopes', { body: { scope: 'own' } })
  await app.manage(`/users/${userID}/scopes`, { body: { scope: 'own' } })
  await app.manage('/config/groups', { body: { name: 'own', scopes: ['own'] } })
  await app.manage(`/users/${userID}/groups`, { body: { group: 'own' } })
  await app.manage('/config/claims', { body: { mapping: { own: true } } })
  await app.manage('/config/login/password', { body: passwordConfig })
  await app.manage('/config/login/password/secrets/own', { method: 'PUT', body: { kind: 'pepper', value: 'own' } })
  await app.manage('/config/messages/templates/own/email/en', { method: 'PUT', body: BODIES.putMessageTemplate })
  await app.manage('/config/login/oauth/google', { body: { ...oauth, client_id: 'own' } })
  const company = await app.manage('/config/login/oauth/google', { body: ofCompany('own.com') })
  const { id: samlConnectionID } = await connect(w, app, { provider: WORDS.provider })
  const { id: domainID } = (await app.manage('/domains', { body: { domain: 'login.victim.example' } })).body.domain
  const { id: providerID } = await provider(app, messageProvider)
  const { login_config } = (await app.manage('/config/login/otp', { body: { channel_type: 'email' } })).body
  const { id: messageID } = await deliverNow(w, app)
  await linkAccount(w, app, userID, 'google', 'victim')
  const [identity] = (await app.manage(`/users/${userID}/federated_identities`)).body.federated_identities
  const imported = await app.manage('/imports', { body: { source: 'own' } })
  const job = await app.manage('/users/jobs', { body: { action: 'block', filter: { ids: [userID] }, dry_run: true } })
  const client = await login(w, app, userID)
  const config = passkeyConfig()
  await app.manage('/config/passkey', { method: 'PUT', body: config })
  const passkey = await withPasskey({ w, app, record: await applicationRecord(w, app), config }, client)
  const [key] = (await app.manage('/keys')).body.keys
  const [signingKey] = (await app.manage('/signing_keys')).body.signing_keys
  const webhookID = await pulled(app, ['user.profile.updated'])
  await app.manage(`/users/${userID}/profile`, { method: 'PATCH', body: { name: 'own' } })
  await app.manage(`/webhooks/${webhookID}/events`)
  const [delivery] = (await app.manage(`/webhooks/${webhookID}/deliveries`)).body.deliveries
  return {
    app,
    ids: {
      ...WORDS,
      appID: app.id,
      userID,
      sessionID: client.sessionId,
      keyID: key.id,
      providerID,
      messageID,
      loginConfigID: login_config.id,
      identityID: identity.id,
      connectionID: company.body.config.connection_id,
      samlConnectionID,
      domainID,
      importID: imported.body.import.id,
      jobID: 'job_victim',
      userJobID: job.body.job.id,
      credentialID: passkey.id,
      webhookID,
      deliveryID: delivery.id,
      kid: signingKey.kid,
    },
    isLive: async () => (await client.post(REFRESH)).status === 200,
  }
}

const parametersOf = (endpoint: Endpoint) =>
  [...endpoint.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name as keyof Ids)

function call(w: World, endpoint: Endpoint, key: string, ids: Ids): Promise<Answer> {
  const { operationId, method } = endpoint
  for (const name of parametersOf(endpoint)) assert.ok(ids[name], `${operationId}: no value for {${name}} in this test`)
  const body = BODIES[operationId]
  if (endpoint.body) assert.ok(endpoint.body.safeParse(body).success, `${operationId}: no valid body in this test`)
  const query = QUERIES[operationId] ?? {}
  if (endpoint.query) assert.ok(endpoint.query.safeParse(query).success, `${operationId}: needs a query in this test`)
  const path = `${endpoint.path.replace(/\{(\w+)\}/g, (_, name: keyof Ids) => ids[name])}?${new URLSearchParams(query)}`
  const type = endpoint.upload && { 'content-type': endpoint.upload.mediaType }
  return send(w, path, { method, body, headers: { authorization: `Bearer ${key}`, ...type } })
}

/** Everything a tenant can read about itself. */
async function snapshot(w: World, { app, ids }: Tenant): Promise<Record<string, unknown>> {
  const answers: Record<string, unknown> = {}
  for (const endpoint of ofApplications.filter(({ method }) => method === 'GET')) {
    const { status, body } = await call(w, endpoint, app.managementKey, ids)
    // A signature is another each time; what it signs stands beside it. That a key was used, here by its owner, is written a moment later.
    const steady = JSON.stringify(body)
      .replace(/rsassa-pss-sha256=[\w-]+/, '')
      .replace(/"last_used_at":"[^"]+"/g, '"last_used_at":null')
    answers[endpoint.operationId] = { status, body: { ...JSON.parse(steady), signed: undefined } }
  }
  return answers
}

/** Every way to replace at least one of some names by a stranger's. */
function mixtures<N extends string>(names: readonly N[]): N[][] {
  const [first, ...rest] = names
  if (first === undefined) return []
  return [[first], ...mixtures(rest), ...mixtures(rest).map((some) => [first, ...some])]
}

for (const engine of ENGINES) {
  const w = await world(engine)

  test(`${engine}: the key of one application finds nothing of another, whatever it asks for`, async () => {
    const [thief, victim] = [await tenant(w), await tenant(w)]
    const before = await snapshot(w, victim)
    for (const endpoint of managed) {
      const answer = await call(w, endpoint, thief.app.managementKey, victim.ids)
      const code = endpoint.access.name === 'managementKey' ? 'not_found' : 'invalid_api_token'
      assert.equal(answer.body?.code, code, endpoint.operationId)
    }
    assert.deepEqual(await snapshot(w, victim), before)
    assert.ok(await victim.isLive())
  })

  test(`${engine}: the ids of one application mean nothing in another, alone or mixed with its own`, async () => {
    const [thief, victim] = [await tenant(w), await tenant(w)]
    const before = [await snapshot(w, thief), await snapshot(w, victim)]
    let asked = 0
    for (const endpoint of ofApplications) {
      const names = parametersOf(endpoint).filter((name) => name !== 'appID' && !Object.hasOwn(WORDS, name))
      for (const foreign of mixtures(names)) {
        const ids = { ...thief.ids, ...Object.fromEntries(foreign.map((name) => [name, victim.ids[name]])) }
        const answer = await call(w, endpoint, thief.app.managementKey, ids)
        assert.equal(answer.status, 404, `${endpoint.operationId} with a stranger's ${foreign}`)
        asked += 1
      }
    }
    assert.ok(asked > 0)
    assert.deepEqual([await snapshot(w, thief), await snapshot(w, victim)], before)
    assert.ok(await thief.isLive())
    assert.ok(await victim.isLive())
  })

  test(`${engine}: users are listed and looked up within their application only`, async () => {
    const [first, second] = [await tenant(w), await tenant(w)]
    const idsOf = ({ body }: Answer) => body.users.map((one: { id: string }) => one.id)
    for (const { app, ids } of [first, second]) {
      assert.deepEqual(idsOf(await app.manage('/users')), [ids.userID])
      const query = '?identifier_type=email_address&identifier_value=victim%40example.com'
      assert.deepEqual(idsOf(await app.manage(`/users${query}`)), [ids.userID])
      const wanted = { emails: ['victim@example.com'], external_ids: ['victim'] }
      assert.deepEqual(idsOf(await app.manage('/users/batch_lookup', { body: wanted })), [ids.userID])
    }
  })
}
