import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKeyForUser } from '../../core/access/management-key.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { groupName } from '../../core/groups/group.ts'
import { addToGroups, listGroupsOfUser, removeFromGroup } from '../../core/groups/membership.ts'
import { findGroup } from '../../core/groups/store.ts'
import { findUser, findUserForUpdate } from '../../core/users/store.ts'
import { type Endpoint, endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { APP_PATH, groupFailure } from './wire.ts'

const PATH = `${APP_PATH}/users/{userID}/groups`

const params = z.object({ appID: z.string(), userID: z.string() })

const common = { audience: 'management', tag: 'Users', access: managementKeyForUser } as const

const list = endpoint({
  ...common,
  method: 'GET',
  permission: 'users:read',
  path: PATH,
  operationId: 'listUserGroups',
  summary: 'List the groups that a user is in, by name',
  params,
  response: z.object({ groups: z.array(z.string()) }).meta({ id: 'UserGroupsResponse' }),
  failures: [notFound],

  async handle({ app, userId, fail }, deps) {
    const user = (await findUser(deps.db, app.id, userId)) ?? fail(notFound)
    return { body: { groups: await listGroupsOfUser(deps.db, app.id, user.id) } }
  },
})

const add = endpoint({
  ...common,
  method: 'POST',
  permission: 'users:write',
  path: PATH,
  operationId: 'addUserToGroup',
  summary: 'Put a user into a group, for logins from now on. A group that the user is in already stays',
  params,
  body: z.object({ group: groupName }).meta({ id: 'AddUserToGroupRequest', examples: [{ group: 'support' }] }),
  response: z.object({ success: z.literal(true) }).meta({ id: 'AddUserToGroupResponse' }),
  failures: [universal.invalid_request, notFound, groupFailure.unknown_group, groupFailure.too_many_groups],

  async handle({ app, userId, body, fail }, deps) {
    tellChange(deps, { after: { group: body.group } })
    const outcome = await deps.transact(async (tx) => {
      if (!(await findUserForUpdate(tx, app.id, userId))) return 'no_user'
      const group = await findGroup(tx, app.id, body.group)
      if (!group) return 'unknown'
      const left = await addToGroups(tx, deps, app.id, userId, [group])
      return left.length > 0 ? 'too_many' : 'added'
    })
    if (outcome === 'no_user') return fail(notFound)
    if (outcome === 'unknown') return fail(groupFailure.unknown_group)
    if (outcome === 'too_many') return fail(groupFailure.too_many_groups)
    return { body: { success: true as const } }
  },
})

const remove = endpoint({
  ...common,
  method: 'DELETE',
  permission: 'users:write',
  path: `${PATH}/{groupName}`,
  operationId: 'removeUserFromGroup',
  summary: 'Take a user out of a group, for logins from now on; whoever is not in it stays so',
  params: params.extend({ groupName: z.string().max(64) }),
  response: noContent,
  failures: [notFound],

  async handle({ app, userId, params, fail }, deps) {
    const user = await deps.transact(async (tx) => {
      const held = await findUserForUpdate(tx, app.id, userId)
      const group = held && (await findGroup(tx, app.id, params.groupName))
      if (group) await removeFromGroup(tx, deps, app.id, held.id, group)
      return held
    })
    return user ? {} : fail(notFound)
  },
})

export const memberOperations: readonly Endpoint[] = [list, add, remove]
