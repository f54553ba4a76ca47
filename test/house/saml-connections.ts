import assert from 'node:assert/strict'
import type { SamlConfig } from '../../src/core/saml-connections/connection.ts'
import { addSamlKey } from '../../src/core/saml-connections/keys.ts'
import {
  deleteSamlConnection,
  findSamlConnection,
  insertSamlConnection,
  putSamlDomains,
  swapSamlConnection,
} from '../../src/core/saml-connections/store.ts'
import type { SamlConnectionRow } from '../../src/core/saml-connections/tables.ts'
import { newId } from '../../src/platform/ids.ts'
import { application, pkce, type TestApp } from '../builders.ts'
import type { World } from '../world.ts'
import { REDIRECT_URI, returned } from './oauth.ts'
import { certificateOf, keyOf } from './saml.ts'
import { ADA, type Change, type KnownSp, type Person, post, samlIdp } from './saml-idp.ts'

export { REDIRECT_URI } from './oauth.ts'

export const SSO_URL = 'https://idp.acme.example/sso'
export const COMPANY = 'acme.example'

export type Behavior = SamlConfig['behavior']

interface ConnectionOptions {
  readonly provider?: string
  readonly enabled?: boolean
  readonly behavior?: Partial<Behavior>
  readonly mapping?: Partial<SamlConfig['mapping']>
  /** Host of its identity provider. */
  readonly host?: string
}

const BEHAVIOR: Behavior = {
  jit_provisioning: true,
  allow_email_account_merge: true,
  email_domain_allowlist: [COMPANY],
  enforce_login: false,
  allow_sha1: false,
  allowed_groups: [],
}

/** Give an application the key that it signs requests with: to make one takes long. */
export const keySaml = async (w: World, app: TestApp): Promise<void> => {
  await addSamlKey(w.deps, app.id, 1, w.deps.now(), async () => ({ key: keyOf('sp'), cert: certificateOf('sp') }))
}

/** A connection of the company to its identity provider, as management would keep it, with a key that was made before. */
export async function connect(w: World, app: TestApp, options: ConnectionOptions = {}) {
  const { provider = 'okta', enabled = true } = options
  const idp = samlIdp(w.deps.now, options.host)
  const behavior = { ...BEHAVIOR, ...options.behavior }
  const config: SamlConfig = { name: 'Acme', enabled, behavior, mapping: { custom: {}, ...options.mapping } }
  const now = w.deps.now()
  const certificate = {
    pem: certificateOf('idp'),
    fingerprint: 'idp',
    not_before: now,
    expires_at: now + 86_400_000_000,
    source: 'operator',
  }
  const row: SamlConnectionRow = {
    app_id: app.id,
    id: newId('samlc', w.deps),
    provider,
    origin: `https://${app.host}`,
    config: JSON.stringify(config),
    idp: JSON.stringify({ ...idp.parts(), certificates: [certificate] }),
    metadata_url: '',
    refreshed_at: null,
    refresh_tried_at: null,
    refresh_problem: '',
    created_at: now,
    updated_at: now,
  }
  await keySaml(w, app)
  await w.deps.transact(async (tx) => {
    await insertSamlConnection(tx, row)
    await putSamlDomains(tx, app.id, row.id, behavior.email_domain_allowlist)
  })
  const path = `/v1/session/login/saml/${provider}/${row.id}`
  const entity_id = `${row.origin}${path}`
  const sp: KnownSp = { entity_id, acs_url: `${entity_id}/acs`, signing_certificate: certificateOf('sp') }
  idp.trust(sp)
  return {
    id: row.id,
    provider,
    path,
    idp,
    sp,
    /** Change what the operator set. */
    async set(change: Partial<Omit<SamlConfig, 'behavior'>> & { readonly behavior?: Partial<Behavior> }) {
      const before = (await findSamlConnection(w.deps.db, app.id, row.id)) ?? assert.fail('the connection is gone')
      const set = JSON.parse(before.config)
      const after = { ...set, ...change, behavior: { ...set.behavior, ...change.behavior } }
      await w.deps.transact(async (tx) => {
        assert.ok(await swapSamlConnection(tx, before, { ...before, config: JSON.stringify(after) }))
        await putSamlDomains(tx, app.id, row.id, after.behavior.email_domain_allowlist)
      })
    },
    async remove() {
      await w.deps.transact((tx) => deleteSamlConnection(tx, app.id, row.id))
    },
  }
}

export type Connection = Awaited<ReturnType<typeof connect>>

/** An application whose logins may return to `REDIRECT_URI`, with such a connection. */
export async function withConnection(w: World, options: ConnectionOptions = {}) {
  const app = await application(w, { redirectUris: [REDIRECT_URI] })
  return { app, connection: await connect(w, app, options) }
}

export const COMPANY_LOGIN = '/v1/session/login/saml'

/** Begin a login by a connection, or by the company of an address. */
export async function beginSaml(
  app: TestApp,
  connection: Pick<Connection, 'path'>,
  { email, ...more }: Readonly<Record<string, string>> = {},
) {
  const { verifier, challenge } = pkce()
  const query = { redirect_uri: REDIRECT_URI, code_challenge: challenge, ...(email && { email }), ...more }
  const path = email === undefined ? `${connection.path}/initiate` : `${COMPANY_LOGIN}/initiate`
  const answer = await app.call(`${path}?${new URLSearchParams(query)}`)
  return { answer, url: answer.body?.redirect_url as string, verifier }
}

/** From the button to the app: where the browser ends up. */
export async function loginBySaml(
  app: TestApp,
  connection: Pick<Connection, 'path' | 'idp'>,
  person: Person = ADA,
  change: Change = {},
) {
  const { url, verifier } = await beginSaml(app, connection)
  const posted = await connection.idp.login(url, person, change)
  const { challenge_token = '', error } = returned(await post(app, posted))
  return { challenge_token, error, posted, verifier }
}
