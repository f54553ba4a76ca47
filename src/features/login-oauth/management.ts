import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { type Application, originsOf } from '../../core/applications/application.ts'
import { openOAuthSecrets, sealOAuthSecrets } from '../../core/federation/config.ts'
import {
  deleteOAuthConfig,
  findOAuthConfig,
  insertOAuthConfig,
  listOAuthConfigs,
  swapOAuthConfig,
} from '../../core/federation/config-store.ts'
import { putIssuer } from '../../core/federation/store.ts'
import type { OAuthConfigRow } from '../../core/federation/tables.ts'
import type { Deps } from '../../platform/deps.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { configInput, configOf, configView, issuerOf, secretsOf, viewOf } from './config-wire.ts'
import { problemOf } from './problems.ts'
import { callbackPath, providerName } from './wire.ts'

const PATH = '/v2/session/apps/{appID}/config/login/oauth'
const TAG = 'Config - Login OAuth'

const params = z.object({ appID: z.string() })
const configParams = z.object({ appID: z.string(), provider: providerName })

/** A page that lists them all shows no more. */
const MAX_CONFIGS = 100

const failure = failures({
  oauth_config_already_exists: [
    'conflict',
    'The application has a configuration of this provider. Replace it with PUT.',
  ],
  too_many_oauth_configs: ['conflict', `An application has at most ${MAX_CONFIGS} providers.`],
  oauth_config_changed: ['conflict', 'Somebody else changed this configuration at the same time. Read it again.'],
})

const configResponse = z.object({ config: configView }).meta({ id: 'OAuthLoginConfigResponse' })

/** Where a provider sends browsers back to, as clients reach the application first. */
export function redirectUriOf(deps: Deps, app: Application, provider: string): string {
  const [origin = ''] = originsOf(app, deps.config, '')
  return origin + callbackPath(provider)
}

const view = (deps: Deps, app: Application, row: OAuthConfigRow) => ({
  body: { config: viewOf(row, redirectUriOf(deps, app, row.provider)) },
})

export const listConfigs = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'listLoginOAuthConfigs',
  tag: TAG,
  summary: 'List the providers that users log in by, oldest first',
  access: managementKey,
  params,
  response: z.object({ configs: z.array(configView) }).meta({ id: 'OAuthLoginConfigsResponse' }),
  failures: [],

  async handle({ app }, deps) {
    const rows = await listOAuthConfigs(deps.db, app.id)
    return { body: { configs: rows.map((row) => viewOf(row, redirectUriOf(deps, app, row.provider))) } }
  },
})

export const createConfig = endpoint({
  method: 'POST',
  path: `${PATH}/{provider}`,
  audience: 'management',
  operationId: 'createLoginOAuthConfig',
  tag: TAG,
  summary: 'Let users log in by a provider: one of those with a name, or any OpenID provider under a name of your own',
  access: managementKey,
  params: configParams,
  body: configInput,
  response: configResponse,
  status: 201,
  failures: [universal.invalid_request, failure.oauth_config_already_exists, failure.too_many_oauth_configs],

  async handle({ app, params: { provider }, body, fail }, deps) {
    const secrets = secretsOf(body)
    const problem = await problemOf(deps, app, provider, body, secrets)
    if (problem) return fail(universal.invalid_request, { message: problem })
    const config = configOf(body)
    const now = deps.now()
    const row: OAuthConfigRow = {
      app_id: app.id,
      id: provider,
      provider,
      config: JSON.stringify(config),
      issuer: issuerOf(config),
      sealed_secrets: sealOAuthSecrets(deps, app.id, provider, secrets),
      created_at: now,
      updated_at: now,
    }
    const outcome = await deps.transact(async (tx) => {
      // Two at once may make one too many, which harms nobody.
      if ((await listOAuthConfigs(tx, app.id)).length >= MAX_CONFIGS) return 'too_many'
      if (!(await insertOAuthConfig(tx, row))) return 'exists'
      if (row.issuer !== '') await putIssuer(tx, app.id, provider, row.issuer)
      return 'created'
    })
    if (outcome === 'too_many') return fail(failure.too_many_oauth_configs)
    return outcome === 'exists' ? fail(failure.oauth_config_already_exists) : view(deps, app, row)
  },
})

export const readConfig = endpoint({
  method: 'GET',
  path: `${PATH}/{provider}`,
  audience: 'management',
  operationId: 'getLoginOAuthConfig',
  tag: TAG,
  summary: 'Read how users log in by a provider',
  access: managementKey,
  params: configParams,
  response: configResponse,
  failures: [notFound],

  async handle({ app, params: { provider }, fail }, deps) {
    const row = await findOAuthConfig(deps.db, app.id, provider)
    return row ? view(deps, app, row) : fail(notFound)
  },
})

export const replaceConfig = endpoint({
  method: 'PUT',
  path: `${PATH}/{provider}`,
  audience: 'management',
  operationId: 'updateLoginOAuthConfig',
  tag: TAG,
  summary: 'Replace how users log in by a provider. Secrets that are left out stay, unless the issuer changes',
  access: managementKey,
  params: configParams,
  body: configInput,
  response: configResponse,
  failures: [universal.invalid_request, notFound, failure.oauth_config_changed],

  async handle({ app, params: { provider }, body, fail }, deps) {
    const before = (await findOAuthConfig(deps.db, app.id, provider)) ?? fail(notFound)
    const config = configOf(body)
    // Whoever may change the configuration, but does not know the secret, must not have it sent to a server of their own.
    const kept = issuerOf(config) === before.issuer ? openOAuthSecrets(deps, before) : undefined
    const secrets = { ...kept, ...secretsOf(body) }
    const problem = await problemOf(deps, app, provider, body, secrets)
    if (problem) return fail(universal.invalid_request, { message: problem })
    const after: OAuthConfigRow = {
      ...before,
      config: JSON.stringify(config),
      issuer: issuerOf(config),
      sealed_secrets: sealOAuthSecrets(deps, app.id, provider, secrets),
      updated_at: deps.now(),
    }
    const swapped = await deps.transact((tx) => swapOAuthConfig(tx, before, after))
    return swapped ? view(deps, app, after) : fail(failure.oauth_config_changed)
  },
})

export const removeConfig = endpoint({
  method: 'DELETE',
  path: `${PATH}/{provider}`,
  audience: 'management',
  operationId: 'deleteLoginOAuthConfig',
  tag: TAG,
  summary: 'End login by a provider. Linked accounts stay linked, and nobody is logged out',
  access: managementKey,
  params: configParams,
  response: noContent,
  failures: [notFound],

  async handle({ app, params: { provider }, fail }, deps) {
    const deleted = await deps.transact((tx) => deleteOAuthConfig(tx, app.id, provider))
    return deleted ? {} : fail(notFound)
  },
})
