import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKeyForUser } from '../../core/access/management-key.ts'
import { tellChange } from '../../core/audit/audited.ts'
import { updateExternalId } from '../../core/users/external-id.ts'
import { isTooLarge, mergeProfile, PROFILE_TOO_LARGE } from '../../core/users/profile.ts'
import { putStatus } from '../../core/users/status.ts'
import { findUser, findUserForUpdate, updateUser } from '../../core/users/store.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { externalId, profileObject, TAG, USER_PATH, userFailure, userParams, userResponse, viewUser } from './view.ts'

export const changeProfile = endpoint({
  method: 'PATCH',
  path: `${USER_PATH}/profile`,
  audience: 'management',
  operationId: 'updateUserProfile',
  permission: 'users:write',
  tag: TAG,
  summary: 'Change members of the profile of a user. Those not named stay; null takes one out',
  access: managementKeyForUser,
  params: userParams,
  body: profileObject.meta({ id: 'Profile', description: 'The profile itself. At most 16 KiB after the change.' }),
  response: noContent,
  failures: [universal.invalid_request, notFound],

  async handle({ app, userId, body, fail }, deps) {
    const outcome = await deps.transact(async (tx) => {
      const user = await findUserForUpdate(tx, app.id, userId)
      if (!user) return 'unknown'
      const profile = mergeProfile(user.profile, body)
      if (isTooLarge(profile)) return 'too_large'
      await updateUser(tx, deps, app.id, user.id, { profile })
      return 'changed'
    })

    if (outcome === 'unknown') fail(notFound)
    if (outcome === 'too_large') fail(universal.invalid_request, { message: `body: ${PROFILE_TOO_LARGE}` })
    return {}
  },
})

/** `blocked` was the word of earlier releases for inactive. It is taken for one more, and no longer documented. */
const status = z
  .enum(['active', 'inactive', 'blocked'], 'is neither active nor inactive')
  .transform((word) => (word === 'blocked' ? 'inactive' : word))
  .meta({ enum: ['active', 'inactive'] })

export const changeStatus = endpoint({
  method: 'PUT',
  path: `${USER_PATH}/status`,
  audience: 'management',
  operationId: 'updateStatus',
  permission: 'users:write',
  tag: TAG,
  summary: 'Keep a user out, which ends every session of theirs, or let them in again',
  access: managementKeyForUser,
  params: userParams,
  body: z.object({ status }).meta({ id: 'UpdateStatusRequest' }),
  response: userResponse,
  failures: [universal.invalid_request, notFound],

  async handle({ app, userId, body, fail }, deps) {
    const { status } = body
    const user = await deps.transact(async (tx) => {
      if (!(await putStatus(tx, deps, app.id, userId, status))) return undefined
      tellChange(deps, { after: { status } })
      return await findUser(tx, app.id, userId)
    })

    return user ? { body: { user: await viewUser(deps.db, app.id, user) } } : fail(notFound)
  },
})

export const changeExternalId = endpoint({
  method: 'PUT',
  path: `${USER_PATH}/external_id`,
  audience: 'management',
  operationId: 'updateExternalId',
  permission: 'users:write',
  tag: TAG,
  summary: 'Give a user an id of your own',
  access: managementKeyForUser,
  params: userParams,
  body: z.object({ external_id: externalId }).meta({ id: 'UpdateExternalIDRequest' }),
  response: noContent,
  failures: [universal.invalid_request, notFound, userFailure.external_id_already_exists],

  async handle({ app, userId, body, fail }, deps) {
    const outcome = await deps.transact((tx) => updateExternalId(tx, deps, app.id, userId, body.external_id))

    if (outcome === 'unknown') fail(notFound)
    if (outcome === 'taken') fail(userFailure.external_id_already_exists)
    return {}
  },
})
