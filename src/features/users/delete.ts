import { notFound } from '../../core/access/failures.ts'
import { managementKey } from '../../core/access/management-key.ts'
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
  access: managementKey,
  params: userParams,
  response: noContent,
  failures: [notFound],

  async handle({ app, params, fail }, deps) {
    const id = params.userID
    const deleted = await deps.transact(async (tx) => {
      if (!(await findUserForUpdate(tx, app.id, id))) return false
      await endSessions(tx, deps, app.id, { userId: id }, 'user_deleted')
      await deleteSessionsOfUser(tx, app.id, id)
      await deleteGrantsOfUser(tx, app.id, id)
      await deletePassword(tx, app.id, id)
      await deleteIdentifiersOfUser(tx, app.id, id)
      return await deleteUser(tx, deps, app.id, id)
    })
    return deleted ? {} : fail(notFound)
  },
})
