import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { MAX_PROVIDERS, openSecrets, sealSecrets } from '../../core/messages/provider.ts'
import {
  deleteProvider,
  findProvider,
  insertProvider,
  listProviders,
  moveProvider,
  swapProvider,
} from '../../core/messages/store/providers.ts'
import type { Channel, ProviderRow } from '../../core/messages/tables.ts'
import type { Tx } from '../../platform/db.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { failures, universal } from '../../platform/failure.ts'
import { newId } from '../../platform/ids.ts'
import {
  appParams,
  PATH,
  problemOf,
  problemOfReplacement,
  providerBody,
  providerParams,
  providerResponse,
  providersResponse,
  secretNames,
  TAG,
  viewProvider,
} from './provider-body.ts'

const failure = failures({
  too_many_message_providers: ['conflict', `A channel has at most ${MAX_PROVIDERS} providers.`],
})

export const list = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'listMessageProviders',
  permission: 'config:read',
  tag: TAG,
  summary: 'List the providers of e-mail and SMS, each channel in the order in which they are tried',
  access: managementKey,
  params: appParams,
  response: providersResponse,
  failures: [],

  async handle({ app }, deps) {
    return { body: { providers: (await listProviders(deps.db, app.id)).map(viewProvider) } }
  },
})

export const create = endpoint({
  method: 'POST',
  path: PATH,
  audience: 'management',
  operationId: 'createMessageProvider',
  permission: 'config:write',
  tag: TAG,
  summary: 'Add a provider of e-mail or SMS',
  access: managementKey,
  params: appParams,
  body: providerBody,
  response: providerResponse,
  status: 201,
  failures: [universal.invalid_request, failure.too_many_message_providers],

  async handle({ app, body, fail }, deps) {
    const { channel, kind, options, secrets = {}, position = MAX_PROVIDERS } = body
    const problem = problemOf(body, secrets, deps)
    if (problem) return fail(universal.invalid_request, { message: problem })
    const id = newId('mpr', deps)
    const now = deps.now()
    const row: ProviderRow = {
      app_id: app.id,
      id,
      channel,
      kind,
      position,
      options: JSON.stringify(options),
      sealed_secrets: sealSecrets(deps, app.id, id, secrets),
      secret_names: secretNames(secrets),
      created_at: now,
      updated_at: now,
    }
    const created = await deps.transact(async (tx) => {
      // Two at once may make one too many, which then is not tried.
      if ((await listProviders(tx, app.id, channel)).length >= MAX_PROVIDERS) return undefined
      await insertProvider(tx, row)
      await arrange(tx, app.id, channel, { id, position })
      tellChange(deps, { target: { providerID: id }, after: { ...viewProvider(row), secrets }, shown: withoutSecrets })
      return await findProvider(tx, app.id, id)
    })
    return created ? { body: { provider: viewProvider(created) } } : fail(failure.too_many_message_providers)
  },
})

const withoutSecrets = ({ secrets: _, ...shown }: { secrets?: unknown }) => shown

/** Put a provider in its place, and number all of the channel from 1. */
async function arrange(tx: Tx, appId: string, channel: Channel, placed?: { id: string; position: number }) {
  const rows = await listProviders(tx, appId, channel)
  const order = rows.filter((row) => row.id !== placed?.id)
  const moved = rows.find((row) => row.id === placed?.id)
  if (moved && placed) order.splice(placed.position - 1, 0, moved)
  for (const [index, row] of order.entries()) {
    if (row.position !== index + 1) await moveProvider(tx, appId, row.id, index + 1)
  }
}

export const replace = endpoint({
  method: 'PUT',
  path: `${PATH}/{providerID}`,
  audience: 'management',
  operationId: 'updateMessageProvider',
  permission: 'config:write',
  tag: TAG,
  summary: 'Replace the configuration of a provider; secrets that are left out are kept',
  access: managementKey,
  params: providerParams,
  body: providerBody,
  response: providerResponse,
  failures: [universal.invalid_request, notFound],

  async handle({ app, params, body, fail }, deps) {
    const { providerID: id } = params
    const { options, secrets, position } = body
    const sealed = secrets && {
      sealed_secrets: sealSecrets(deps, app.id, id, secrets),
      secret_names: secretNames(secrets),
    }
    const outcome = await deps.transact(async (tx) => {
      for (;;) {
        const seen = await findProvider(tx, app.id, id)
        if (!seen) return undefined
        const problem =
          problemOfReplacement(seen, body) ?? problemOf(body, secrets ?? openSecrets(deps, app.id, seen) ?? {}, deps)
        if (problem) return problem
        const { sealed_secrets, secret_names } = sealed ?? seen
        const change = { options: JSON.stringify(options), sealed_secrets, secret_names, updated_at: deps.now() }
        if (!(await swapProvider(tx, seen, change))) continue
        const kept = openSecrets(deps, app.id, seen)
        tellChange(deps, {
          before: { ...viewProvider(seen), secrets: kept },
          after: { ...viewProvider({ ...seen, ...change }), secrets: secrets ?? kept },
          shown: withoutSecrets,
        })
        if (position !== undefined) await arrange(tx, app.id, seen.channel, { id, position })
        return await findProvider(tx, app.id, id)
      }
    })
    if (typeof outcome === 'string') return fail(universal.invalid_request, { message: outcome })
    return outcome ? { body: { provider: viewProvider(outcome) } } : fail(notFound)
  },
})

export const remove = endpoint({
  method: 'DELETE',
  path: `${PATH}/{providerID}`,
  audience: 'management',
  operationId: 'deleteMessageProvider',
  permission: 'config:write',
  tag: TAG,
  summary: 'Remove a provider; messages under way take the next one',
  access: managementKey,
  params: providerParams,
  response: noContent,
  failures: [notFound],

  async handle({ app, params, fail }, deps) {
    const deleted = await deps.transact(async (tx) => {
      const before = await findProvider(tx, app.id, params.providerID)
      tellChange(deps, { before: before && viewProvider(before) })
      const channel = await deleteProvider(tx, app.id, params.providerID)
      if (channel) await arrange(tx, app.id, channel)
      return channel !== undefined
    })
    return deleted ? {} : fail(notFound)
  },
})
