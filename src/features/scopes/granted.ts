import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKeyForUser } from '../../core/access/management-key.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { scopeFailure } from '../../core/scopes/failures.ts'
import { isReserved } from '../../core/scopes/scope.ts'
import { listAllowedScopes } from '../../core/scopes/store.ts'
import { findUserForUpdate, updateUser } from '../../core/users/store.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { scopeRequest, scopesFailure, scopesResponse } from './wire.ts'

/** All of them are in every access token of the user. */
const MAX_SCOPES = 100

const PATH = '/v2/session/apps/{appID}/users/{userID}/scopes'
const TAG = 'Users'

const params = z.object({ appID: z.string(), userID: z.string() })

export const addUserScope = endpoint({
  method: 'POST',
  path: PATH,
  audience: 'management',
  operationId: 'addUserScope',
  permission: 'users:write',
  tag: TAG,
  summary: 'Grant a user a scope, from the next refresh of each session on. One that the user has already stays',
  access: managementKeyForUser,
  params,
  body: scopeRequest,
  response: z.object({ success: z.literal(true), scopes: z.array(z.string()) }).meta({ id: 'AddUserScopeResponse' }),
  failures: [
    universal.invalid_request,
    notFound,
    scopeFailure.unknown_scope,
    scopeFailure.reserved_scope,
    scopesFailure.too_many_scopes,
  ],

  async handle({ app, userId, body, fail }, deps) {
    if (isReserved(body.scope)) fail(scopeFailure.reserved_scope)
    const outcome = await deps.transact(async (tx) => {
      const user = await findUserForUpdate(tx, app.id, userId)
      if (!user) return 'no_user'
      if (!(await listAllowedScopes(tx, app.id)).includes(body.scope)) return 'unknown'
      if (user.scopes.includes(body.scope)) return { scopes: [...user.scopes] }
      if (user.scopes.length >= MAX_SCOPES) return 'too_many'
      const scopes = [...user.scopes, body.scope]
      await updateUser(tx, deps, app.id, user.id, { scopes })
      tellChange(deps, { after: { scope: body.scope } })
      return { scopes }
    })

    if (outcome === 'no_user') return fail(notFound)
    if (outcome === 'unknown') return fail(scopeFailure.unknown_scope)
    if (outcome === 'too_many') return fail(scopesFailure.too_many_scopes)
    return { body: { success: true as const, ...outcome } }
  },
})

export const removeUserScope = endpoint({
  method: 'DELETE',
  path: PATH,
  audience: 'management',
  operationId: 'removeUserScope',
  permission: 'users:write',
  tag: TAG,
  summary: 'Take a scope from a user, from the next refresh of each session on',
  access: managementKeyForUser,
  params,
  body: scopeRequest,
  response: scopesResponse,
  failures: [universal.invalid_request, notFound],

  async handle({ app, userId, body, fail }, deps) {
    const scopes = await deps.transact(async (tx) => {
      const user = await findUserForUpdate(tx, app.id, userId)
      if (!user?.scopes.includes(body.scope)) return undefined
      const remaining = user.scopes.filter((scope) => scope !== body.scope)
      await updateUser(tx, deps, app.id, user.id, { scopes: remaining })
      tellChange(deps, { before: { scope: body.scope } })
      return remaining
    })
    return scopes ? { body: { scopes } } : fail(notFound)
  },
})
