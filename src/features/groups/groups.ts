import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { createGroup, removeGroup, setGroupScopes } from '../../core/groups/change.ts'
import { findGroup, listGroups } from '../../core/groups/store.ts'
import { scopeFailure } from '../../core/scopes/failures.ts'
import { type Endpoint, endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { APP_PATH, configured, groupChange, groupFailure, groupView, newGroup, viewGroup } from './wire.ts'

const PATH = `${APP_PATH}/config/groups`
const ONE = `${PATH}/{groupName}`

const params = z.object({ appID: z.string() })
const oneParams = params.extend({ groupName: z.string().max(64) })

const list = endpoint({
  ...configured,
  method: 'GET',
  permission: 'config:read',
  path: PATH,
  operationId: 'listGroups',
  summary: 'List the groups of an application by name',
  params,
  response: z.object({ groups: z.array(groupView) }).meta({ id: 'GroupsResponse' }),
  failures: [],

  async handle({ app }, deps) {
    return { body: { groups: (await listGroups(deps.db, app.id)).map(viewGroup) } }
  },
})

const create = endpoint({
  ...configured,
  method: 'POST',
  permission: 'config:write',
  path: PATH,
  operationId: 'createGroup',
  summary: 'Make a group: a name for scopes that are allowed',
  params,
  body: newGroup,
  response: groupView,
  status: 201,
  failures: [
    universal.invalid_request,
    scopeFailure.unknown_scope,
    scopeFailure.reserved_scope,
    groupFailure.group_already_exists,
    groupFailure.too_many_groups,
  ],

  async handle({ app, body, fail }, deps) {
    tellChange(deps, { target: { groupName: body.name }, after: { scopes: body.scopes } })
    const outcome = await deps.transact((tx) => createGroup(tx, deps, app.id, body.name, body.scopes))
    if (outcome.kind === 'created') return { body: viewGroup(outcome.group) }
    if (outcome.kind === 'exists') return fail(groupFailure.group_already_exists)
    if (outcome.kind === 'too_many') return fail(groupFailure.too_many_groups)
    return fail(scopeFailure[outcome.kind])
  },
})

const read = endpoint({
  ...configured,
  method: 'GET',
  permission: 'config:read',
  path: ONE,
  operationId: 'getGroup',
  summary: 'Read a group',
  params: oneParams,
  response: groupView,
  failures: [notFound],

  async handle({ app, params, fail }, deps) {
    const group = await findGroup(deps.db, app.id, params.groupName)
    return group ? { body: viewGroup(group) } : fail(notFound)
  },
})

const update = endpoint({
  ...configured,
  method: 'PUT',
  permission: 'config:write',
  path: ONE,
  operationId: 'updateGroup',
  summary: 'Replace the scopes of a group, for sessions that there are from their next refresh on',
  params: oneParams,
  body: groupChange,
  response: groupView,
  failures: [universal.invalid_request, notFound, scopeFailure.unknown_scope, scopeFailure.reserved_scope],

  async handle({ app, params, body, fail }, deps) {
    const outcome = await deps.transact(async (tx) => {
      const before = await findGroup(tx, app.id, params.groupName)
      tellChange(deps, { before: { scopes: before?.scopes }, after: { scopes: body.scopes } })
      return await setGroupScopes(tx, deps, app.id, params.groupName, body.scopes)
    })
    if (outcome.kind === 'updated') return { body: viewGroup(outcome.group) }
    return fail(outcome.kind === 'no_group' ? notFound : scopeFailure[outcome.kind])
  },
})

const remove = endpoint({
  ...configured,
  method: 'DELETE',
  permission: 'config:write',
  path: ONE,
  operationId: 'deleteGroup',
  summary: 'Delete a group. Nobody is in it any more, and sessions lose its scopes at their next refresh',
  params: oneParams,
  response: noContent,
  failures: [notFound],

  async handle({ app, params, fail }, deps) {
    const removed = await deps.transact(async (tx) => {
      const before = await findGroup(tx, app.id, params.groupName)
      tellChange(deps, { before: { scopes: before?.scopes } })
      return await removeGroup(tx, deps, app.id, params.groupName)
    })
    return removed ? {} : fail(notFound)
  },
})

export const groupOperations: readonly Endpoint[] = [list, create, read, update, remove]
