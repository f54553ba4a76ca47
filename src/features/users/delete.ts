import { notFound } from '../../core/access/failures.ts'
import { managementKeyForUser } from '../../core/access/management-key.ts'
import { deleteIdentitiesOfUser } from '../../core/federation/store.ts'
import { deleteGrantsOfUser } from '../../core/grants/store.ts'
import { deleteIdentifiersOfUser } from '../../core/identifiers/store.ts'
import { deletePassword } from '../../core/passwords/store.ts'
import { endSessions } from '../../core/sessions/end.ts'
import { deleteSessionsOfUser } from '../../core/sessions/store/endings.ts'
import { deleteUser, findUserForUpdate } from '../../core/users/store.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { TAG, USER_PATH, userParams } from './view.ts'

export const remove = endpoint({
  method: 'DELETE',
  path: USER_PATH,
  audience: 'management',
  operationId: 'deleteUser',
  tag: TAG,
  summary: 'Delete a user with identifiers, password and sessions',
  access: managementKeyForUser,
  params: userParams,
  response: noContent,
  failures: [notFound],

  async handle({ app, userId, fail }, deps) {
    const deleted = await deps.transact(async (tx) => {
      if (!(await findUserForUpdate(tx, app.id, userId))) return false
      await endSessions(tx, deps, app.id, { userId }, 'user_deleted')
      await deleteSessionsOfUser(tx, app.id, userId)
      await deleteGrantsOfUser(tx, app.id, userId)
      await deletePassword(tx, app.id, userId)
      await deleteIdentifiersOfUser(tx, app.id, userId)
      await deleteIdentitiesOfUser(tx, app.id, userId)
      return await deleteUser(tx, deps, app.id, userId)
    })
    return deleted ? {} : fail(notFound)
  },
})
