import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKeyForUser } from '../../core/access/management-key.ts'
import { endSessions } from '../../core/sessions/end.ts'
import { listSessions } from '../../core/sessions/store.ts'
import { sessionView, viewSession } from '../../core/sessions/wire.ts'
import { findUser } from '../../core/users/store.ts'
import { endpoint, noContent } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { TAG, USER_PATH, userParams } from './view.ts'

const PATH = `${USER_PATH}/sessions`

const MAX_LISTED = 500

export const listUserSessions = endpoint({
  method: 'GET',
  path: PATH,
  audience: 'management',
  operationId: 'listUserSessions',
  permission: 'sessions:read',
  tag: TAG,
  summary: 'List the live sessions of a user, most recently seen first',
  access: managementKeyForUser,
  params: userParams,
  query: z.object({
    limit: z.coerce
      .number()
      .int()
      .min(1)
      .max(MAX_LISTED)
      .default(MAX_LISTED)
      .meta({ description: 'How many at most.' }),
  }),
  response: z.object({ sessions: z.array(sessionView) }).meta({ id: 'ListUserSessionsResponse' }),
  failures: [universal.invalid_request, notFound],

  async handle({ app, userId, query, fail }, deps) {
    const user = (await findUser(deps.db, app.id, userId)) ?? fail(notFound)
    const rows = await listSessions(deps.db, app.id, user.id, deps.now(), { limit: query.limit, offset: 0 })
    return { body: { sessions: rows.map(viewSession) } }
  },
})

export const endSession = endpoint({
  method: 'DELETE',
  path: `${PATH}/{sessionID}`,
  audience: 'management',
  operationId: 'invalidateUserSession',
  permission: 'sessions:write',
  tag: TAG,
  summary: 'End one session of a user',
  access: managementKeyForUser,
  params: userParams.extend({ sessionID: z.string() }),
  response: noContent,
  failures: [notFound],

  async handle({ app, userId, params, fail }, deps) {
    const which = { userId, id: params.sessionID }
    const ended = await deps.transact((tx) => endSessions(tx, deps, app.id, which, 'revoked'))
    return ended.length > 0 ? {} : fail(notFound)
  },
})

export const endUserSessions = endpoint({
  method: 'POST',
  path: `${PATH}/invalidate`,
  formerPaths: [`${PATH}/revoke`],
  audience: 'management',
  operationId: 'invalidateUserSessions',
  permission: 'sessions:write',
  tag: TAG,
  summary: 'End every session of a user',
  access: managementKeyForUser,
  params: userParams,
  response: z
    .object({ revoked: z.int().meta({ description: 'How many sessions this call ended.' }) })
    .meta({ id: 'InvalidateUserSessionsResponse' }),
  failures: [notFound],

  async handle({ app, userId, fail }, deps) {
    const ended = await deps.transact(async (tx) => {
      if (!(await findUser(tx, app.id, userId))) return undefined
      return await endSessions(tx, deps, app.id, { userId }, 'revoked')
    })
    return ended ? { body: { revoked: ended.length } } : fail(notFound)
  },
})
