import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { type Application, originsOf } from '../../core/applications/application.ts'
import { providerName } from '../../core/federation/config.ts'
import { deleteOAuthConfig, findOAuthConfig, listOAuthConfigs } from '../../core/federation/config-store.ts'
import type { OAuthConfigRow } from '../../core/federation/tables.ts'
import type { Db } from '../../platform/db.ts'
import type { Deps } from '../../platform/deps.ts'
import { type Endpoint, endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { configInput, configView, viewOf } from './config-wire.ts'
import { returnNameOf } from './configured-client.ts'
import { create, MAX_CONFIGS, replace } from './save.ts'
import { callbackPath } from './wire.ts'

const PATH = '/v2/session/apps/{appID}/config/login/oauth'
const TAG = 'Config - Login OAuth'

const params = z.object({ appID: z.string() })
const configParams = z.object({ appID: z.string(), provider: providerName })
const connectionParams = z.object({ appID: z.string(), provider: providerName, connectionID: z.string().max(64) })

const failure = failures({
  oauth_config_already_exists: [
    'conflict',
    'The application has a configuration of this provider. Replace it with PUT.',
  ],
  too_many_oauth_configs: ['conflict', `An application has at most ${MAX_CONFIGS} providers and connections.`],
  oauth_config_changed: ['conflict', 'Somebody else changed this configuration at the same time. Read it again.'],
  email_domain_conflict: ['conflict', 'Another connection speaks for one of these domains.'],
})

const failureOf = {
  exists: failure.oauth_config_already_exists,
  too_many: failure.too_many_oauth_configs,
  changed: failure.oauth_config_changed,
  domain_taken: failure.email_domain_conflict,
} as const

const configResponse = z.object({ config: configView }).meta({ id: 'OAuthLoginConfigResponse' })

/** Where a provider sends browsers back to, as clients reach the application first. */
export function redirectUriOf(deps: Deps, app: Application, row: OAuthConfigRow): string {
  const [origin = ''] = originsOf(app, deps.config, '')
  return origin + callbackPath(returnNameOf(row))
}

const view = (deps: Deps, app: Application, row: OAuthConfigRow) => ({
  body: { config: viewOf(row, redirectUriOf(deps, app, row)) },
})

export const listConfigs = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'listLoginOAuthConfigs',
  permission: 'config:read',
  tag: TAG,
  summary: 'List the providers and connections that users log in by, oldest first',
  access: managementKey,
  params,
  response: z.object({ configs: z.array(configView) }).meta({ id: 'OAuthLoginConfigsResponse' }),
  failures: [],

  async handle({ app }, deps) {
    const rows = await listOAuthConfigs(deps.db, app.id)
    return { body: { configs: rows.map((row) => viewOf(row, redirectUriOf(deps, app, row))) } }
  },
})

export const createConfig = endpoint({
  method: 'POST',
  path: `${PATH}/{provider}`,
  audience: 'management',
  operationId: 'createLoginOAuthConfig',
  permission: 'config:write',
  tag: TAG,
  summary:
    'Let users log in by a provider: one of those with a name, or any OpenID provider under a name of your own; or the people of a company by its own',
  access: managementKey,
  params: configParams,
  body: configInput,
  response: configResponse,
  status: 201,
  failures: [universal.invalid_request, failureOf.exists, failureOf.too_many, failureOf.domain_taken],

  async handle({ app, params: { provider }, body, fail }, deps) {
    const saved = await create(deps, app, provider, body)
    if (saved.kind === 'saved') return view(deps, app, saved.row)
    if (saved.kind === 'invalid') return fail(universal.invalid_request, { message: saved.problem })
    return fail(failureOf[saved.kind])
  },
})

interface Place<P extends z.ZodType> {
  readonly path: string
  readonly params: P
  /** `LoginOAuthConfig` makes `getLoginOAuthConfig`, `updateLoginOAuthConfig` and `deleteLoginOAuthConfig`. */
  readonly name: string
  /** What it is called in the documents. */
  readonly noun: string
  /** Whether it speaks for domains, which another one may have. */
  readonly hasDomains: boolean
  find(db: Db, appId: string, params: z.output<P>): Promise<OAuthConfigRow | undefined>
}

/** Read, replace and remove what stands in one place. */
function operationsAt<P extends z.ZodType>({
  path,
  params,
  name,
  noun,
  hasDomains,
  find,
}: Place<P>): readonly Endpoint[] {
  const common = { path, audience: 'management', tag: TAG, access: managementKey, params } as const
  const refusals = [universal.invalid_request, notFound, failureOf.changed] as const
  return [
    endpoint({
      ...common,
      method: 'GET',
      operationId: `get${name}`,
      permission: 'config:read',
      summary: `Read how users log in by ${noun}`,
      response: configResponse,
      failures: [notFound],
      async handle({ app, params, fail }, deps) {
        const row = await find(deps.db, app.id, params as z.output<P>)
        return row ? view(deps, app, row) : fail(notFound)
      },
    }),
    endpoint({
      ...common,
      method: 'PUT',
      operationId: `update${name}`,
      permission: 'config:write',
      summary: `Replace how users log in by ${noun}. Secrets that are left out stay, unless the issuer changes`,
      body: configInput,
      response: configResponse,
      failures: hasDomains ? ([...refusals, failureOf.domain_taken] as const) : refusals,
      async handle({ app, params, body, fail }, deps) {
        const before = (await find(deps.db, app.id, params as z.output<P>)) ?? fail(notFound)
        const saved = await replace(deps, app, before, body)
        if (saved.kind === 'saved') return view(deps, app, saved.row)
        if (saved.kind === 'invalid') return fail(universal.invalid_request, { message: saved.problem })
        return fail(saved.kind === 'domain_taken' ? failureOf.domain_taken : failureOf.changed)
      },
    }),
    endpoint({
      ...common,
      method: 'DELETE',
      operationId: `delete${name}`,
      permission: 'config:write',
      summary: `End login by ${noun}. Linked accounts stay linked, and nobody is logged out`,
      response: noContent,
      failures: [notFound],
      async handle({ app, params, fail }, deps) {
        const row = (await find(deps.db, app.id, params as z.output<P>)) ?? fail(notFound)
        const deleted = await deps.transact((tx) => deleteOAuthConfig(tx, app.id, row.id))
        return deleted ? {} : fail(notFound)
      },
    }),
  ]
}

export const providerOperations = operationsAt({
  path: `${PATH}/{provider}`,
  params: configParams,
  name: 'LoginOAuthConfig',
  noun: 'a provider',
  hasDomains: false,
  find: (db, appId, { provider }) => findOAuthConfig(db, appId, provider),
})

export const connectionOperations = operationsAt({
  path: `${PATH}/{provider}/{connectionID}`,
  params: connectionParams,
  name: 'OAuthConnection',
  noun: 'a company’s own provider',
  hasDomains: true,
  async find(db, appId, { provider, connectionID }) {
    const row = await findOAuthConfig(db, appId, connectionID)
    return row && row.id !== row.provider && row.provider === provider ? row : undefined
  },
})
