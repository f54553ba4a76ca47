import { notFound } from '../../core/access/failures.ts'
import { managementKeyForUser } from '../../core/access/management-key.ts'
import { removeUser } from '../../core/users/remove.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { TAG, USER_PATH, userParams } from './view.ts'

export const remove = endpoint({
  method: 'DELETE',
  path: USER_PATH,
  audience: 'management',
  operationId: 'deleteUser',
  permission: 'users:write',
  sudo: true,
  tag: TAG,
  summary: 'Delete a user with identifiers, password and sessions',
  access: managementKeyForUser,
  params: userParams,
  response: noContent,
  failures: [notFound],

  async handle({ app, userId, fail }, deps) {
    const deleted = await deps.transact((tx) => removeUser(tx, deps, app.id, userId))
    return deleted ? {} : fail(notFound)
  },
})
