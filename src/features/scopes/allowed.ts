import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { removeScopeFromGroups } from '../../core/groups/change.ts'
import { listAllowedScopes, listAllowedScopesForUpdate, updateAllowedScopes } from '../../core/scopes/store.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { scopeRequest, scopesFailure, scopesResponse } from './wire.ts'

const MAX_SCOPES = 1000

const PATH = '/v2/session/apps/{appID}/config/scopes'
const TAG = 'Config - Scopes'

const params = z.object({ appID: z.string() })

export const listScopes = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'listScopes',
  permission: 'config:read',
  tag: TAG,
  summary: 'List the scopes that users may hold, in the order in which they were added',
  access: managementKey,
  params,
  response: scopesResponse,
  failures: [],

  async handle({ app }, deps) {
    return { body: { scopes: await listAllowedScopes(deps.db, app.id) } }
  },
})

export const createScope = endpoint({
  method: 'POST',
  path: PATH,
  audience: 'management',
  operationId: 'createScope',
  permission: 'config:write',
  tag: TAG,
  summary: 'Allow a scope',
  access: managementKey,
  params,
  body: scopeRequest,
  response: scopesResponse,
  status: 201,
  failures: [universal.invalid_request, scopesFailure.scope_already_exists, scopesFailure.too_many_scopes],

  async handle({ app, body, fail }, deps) {
    const outcome = await deps.transact(async (tx) => {
      const allowed = await listAllowedScopesForUpdate(tx, app.id)
      if (allowed.includes(body.scope)) return 'exists'
      if (allowed.length >= MAX_SCOPES) return 'too_many'
      const scopes = [...allowed, body.scope]
      await updateAllowedScopes(tx, app.id, scopes)
      tellChange(deps, { after: { scope: body.scope } })
      return { scopes }
    })

    if (outcome === 'exists') return fail(scopesFailure.scope_already_exists)
    if (outcome === 'too_many') return fail(scopesFailure.too_many_scopes)
    return { body: outcome }
  },
})

export const deleteScope = endpoint({
  method: 'DELETE',
  path: PATH,
  audience: 'management',
  operationId: 'deleteScope',
  permission: 'config:write',
  tag: TAG,
  summary: 'Allow a scope no longer. It leaves every group; users who have it keep it until it is taken from them',
  access: managementKey,
  params,
  body: scopeRequest,
  response: scopesResponse,
  failures: [universal.invalid_request, notFound],

  async handle({ app, body, fail }, deps) {
    const scopes = await deps.transact(async (tx) => {
      const allowed = await listAllowedScopesForUpdate(tx, app.id)
      if (!allowed.includes(body.scope)) return undefined
      const remaining = allowed.filter((scope) => scope !== body.scope)
      await updateAllowedScopes(tx, app.id, remaining)
      tellChange(deps, { before: { scope: body.scope } })
      await removeScopeFromGroups(tx, deps, app.id, body.scope)
      return remaining
    })
    return scopes ? { body: { scopes } } : fail(notFound)
  },
})
