import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import type { Application } from '../../core/applications/application.ts'
import { providerName } from '../../core/federation/config.ts'
import { readSamlConnection, serviceProviderOf } from '../../core/saml-connections/connection.ts'
import { metadataOf } from '../../core/saml-connections/keys.ts'
import { deleteSamlConnection, findSamlConnection } from '../../core/saml-connections/store.ts'
import type { SamlConnectionRow } from '../../core/saml-connections/tables.ts'
import type { Deps } from '../../platform/deps.ts'
import { type Endpoint, endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { connectionChange, connectionInput } from './config-wire.ts'
import { dryRun, dryRunInput, dryRunView } from './dry-run.ts'
import { change, create, MAX_CONNECTIONS } from './save.ts'
import { type ConnectionView, connectionView, survey, viewOf } from './view.ts'

const PATH = '/v2/session/apps/{appID}/config/login/saml'
const ONE = `${PATH}/{provider}/{samlConnectionID}`
/** Metadata of 512 KiB, written as a text. */
const MAX_BODY_BYTES = 1024 * 1024
const MAX_RESPONSE_BYTES = 256 * 1024

const failure = failures({
  too_many_saml_connections: ['conflict', `An application has at most ${MAX_CONNECTIONS} connections.`],
  saml_connection_changed: ['conflict', 'Somebody else changed this connection at the same time. Read it again.'],
})

const common = { audience: 'management', tag: 'Config - Login SAML', access: managementKey } as const
const params = z.object({ appID: z.string() })
const providerParams = params.extend({ provider: providerName })
const oneParams = providerParams.extend({ samlConnectionID: z.string().max(64) })
type OneParams = z.output<typeof oneParams>

const connectionResponse = z.object({ connection: connectionView }).meta({ id: 'SAMLConnectionResponse' })

const list = endpoint({
  ...common,
  method: 'GET',
  path: PATH,
  operationId: 'listSAMLConnections',
  permission: 'config:read',
  summary: 'List the connections to identity providers of companies, oldest first',
  params,
  response: z.object({ connections: z.array(connectionView) }).meta({ id: 'SAMLConnectionsResponse' }),
  failures: [],

  async handle({ app }, deps) {
    return { body: { connections: (await survey(deps, app)).map(viewOf) } }
  },
})

async function findShown(deps: Deps, app: Application, id: string): Promise<ConnectionView | undefined> {
  const one = (await survey(deps, app)).find(({ row }) => row.id === id)
  return one && viewOf(one)
}

const created = endpoint({
  ...common,
  method: 'POST',
  path: `${PATH}/{provider}`,
  operationId: 'createSAMLConnection',
  permission: 'config:write',
  summary: 'Let the people of a company log in by its own identity provider',
  params: providerParams,
  body: connectionInput,
  maxBodyBytes: MAX_BODY_BYTES,
  response: connectionResponse,
  status: 201,
  failures: [universal.invalid_request, notFound, failure.too_many_saml_connections],

  async handle({ app, params: { provider }, body, fail }, deps) {
    const saved = await create(deps, app, provider, body)
    if (saved.kind === 'too_many') return fail(failure.too_many_saml_connections)
    if (saved.kind === 'invalid') return fail(universal.invalid_request, { message: saved.problem })
    return { body: { connection: (await findShown(deps, app, saved.row.id)) ?? fail(notFound) } }
  },
})

async function find(
  deps: Deps,
  app: Application,
  { provider, samlConnectionID }: OneParams,
): Promise<SamlConnectionRow | undefined> {
  const row = await findSamlConnection(deps.db, app.id, samlConnectionID)
  return row?.provider === provider ? row : undefined
}

const read = endpoint({
  ...common,
  method: 'GET',
  path: ONE,
  operationId: 'getSAMLConnection',
  permission: 'config:read',
  summary: 'Read a connection, with what an operator should look at',
  params: oneParams,
  response: connectionResponse,
  failures: [notFound],

  async handle({ app, params, fail }, deps) {
    const row = (await find(deps, app, params)) ?? fail(notFound)
    return { body: { connection: (await findShown(deps, app, row.id)) ?? fail(notFound) } }
  },
})

const update = endpoint({
  ...common,
  method: 'PUT',
  path: ONE,
  operationId: 'updateSAMLConnection',
  permission: 'config:write',
  summary: 'Change members of a connection. Those not named stay; null takes one out',
  params: oneParams,
  body: connectionChange,
  maxBodyBytes: MAX_BODY_BYTES,
  response: connectionResponse,
  failures: [universal.invalid_request, notFound, failure.saml_connection_changed],

  async handle({ app, params, body, fail }, deps) {
    const before = (await find(deps, app, params)) ?? fail(notFound)
    const saved = await change(deps, app, before, body)
    if (saved.kind === 'changed') return fail(failure.saml_connection_changed)
    if (saved.kind === 'invalid') return fail(universal.invalid_request, { message: saved.problem })
    return { body: { connection: (await findShown(deps, app, before.id)) ?? fail(notFound) } }
  },
})

const remove = endpoint({
  ...common,
  method: 'DELETE',
  path: ONE,
  operationId: 'deleteSAMLConnection',
  permission: 'config:write',
  summary: 'End login by a connection. Accounts stay, and nobody is logged out',
  params: oneParams,
  response: noContent,
  failures: [notFound],

  async handle({ app, params, fail }, deps) {
    const row = (await find(deps, app, params)) ?? fail(notFound)
    const deleted = await deps.transact((tx) => deleteSamlConnection(tx, app.id, row.id))
    return deleted ? {} : fail(notFound)
  },
})

const metadata = endpoint({
  ...common,
  method: 'GET',
  path: `${ONE}/metadata`,
  operationId: 'getSAMLServiceProviderMetadata',
  permission: 'config:read',
  summary: 'Read our metadata for a connection, to be given to the identity provider',
  params: oneParams,
  response: z.string(),
  mediaType: 'application/samlmetadata+xml',
  failures: [notFound],

  async handle({ app, params, fail }, deps) {
    const row = (await find(deps, app, params)) ?? fail(notFound)
    return { body: await metadataOf(deps, app.id, serviceProviderOf(row)) }
  },
})

const tried = endpoint({
  ...common,
  method: 'POST',
  path: `${ONE}/test`,
  operationId: 'testSAMLConnection',
  permission: 'config:write',
  audit: { none: 'it judges a response and uses nothing up' },
  summary:
    'Say, check by check, what a response of the identity provider would meet. Nobody is logged in, and nothing is used up',
  params: oneParams,
  body: dryRunInput,
  maxBodyBytes: MAX_RESPONSE_BYTES,
  response: dryRunView,
  failures: [universal.invalid_request, notFound],

  async handle({ app, params, body, fail }, deps) {
    const row = (await find(deps, app, params)) ?? fail(notFound)
    return { body: await dryRun(deps, readSamlConnection(row), body.saml_response) }
  },
})

export const managementOperations: readonly Endpoint[] = [list, created, read, update, remove, metadata, tried]
