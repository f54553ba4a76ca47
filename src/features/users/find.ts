import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey, managementKeyForUser } from '../../core/access/management-key.ts'
import { type Identifier, normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { findOwner, listOwners } from '../../core/identifiers/store.ts'
import { findUser, listUsers, listUsersAfter } from '../../core/users/store.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import { pageOf, pageQuery } from '../../platform/page.ts'
import {
  externalId,
  identifierType,
  internalId,
  TAG,
  USER_PATH,
  USERS_PATH,
  userFailure,
  userParams,
  userResponse,
  usersPageResponse,
  usersParams,
  usersResponse,
  viewUser,
  viewUsers,
} from './view.ts'

export const list = endpoint({
  method: 'GET',
  path: USERS_PATH,
  audience: 'management',
  operationId: 'listUsers',
  permission: 'users:read',
  tag: TAG,
  summary: 'List the users of the application page by page, oldest first, or find the one with an identifier',
  access: managementKey,
  params: usersParams,
  query: z
    .object({
      identifier_type: identifierType.optional(),
      identifier_value: z.string().max(320).optional(),
      ...pageQuery,
    })
    .refine(
      (query) => (query.identifier_type === undefined) === (query.identifier_value === undefined),
      'identifier_type and identifier_value belong together',
    ),
  response: usersPageResponse,
  failures: [universal.invalid_request, userFailure.invalid_identifier],

  async handle({ app, query, fail }, deps) {
    const { identifier_type: type, identifier_value: value, limit, after } = query
    if (type === undefined || value === undefined) {
      const { rows, next } = pageOf(await listUsersAfter(deps.db, app.id, after, limit + 1), limit)
      return { body: { users: await viewUsers(deps.db, app.id, rows), ...next } }
    }
    const identifier: Identifier = (await normaliseIdentifier({ type, value })) ?? fail(userFailure.invalid_identifier)
    const owner = await findOwner(deps.db, app.id, identifier)
    const user = owner === undefined ? undefined : await findUser(deps.db, app.id, owner)
    return { body: { users: user ? [await viewUser(deps.db, app.id, user)] : [] } }
  },
})

export const get = endpoint({
  method: 'GET',
  path: USER_PATH,
  audience: 'management',
  operationId: 'getUser',
  permission: 'users:read',
  tag: TAG,
  summary: 'Read a user',
  access: managementKeyForUser,
  params: userParams,
  response: userResponse,
  failures: [notFound],

  async handle({ app, userId, fail }, deps) {
    const user = (await findUser(deps.db, app.id, userId)) ?? fail(notFound)
    return { body: { user: await viewUser(deps.db, app.id, user) } }
  },
})

const MAX_WANTED = 100

export const batchLookup = endpoint({
  method: 'POST',
  path: `${USERS_PATH}/batch_lookup`,
  audience: 'management',
  operationId: 'batchLookup',
  permission: 'users:read',
  tag: TAG,
  summary: 'Find many users by external id, internal id or e-mail address. Unknown ones are left out',
  access: managementKey,
  params: usersParams,
  body: z
    .object({
      external_ids: z.array(externalId).max(MAX_WANTED).default([]),
      internal_ids: z.array(internalId).max(MAX_WANTED).default([]),
      emails: z.array(z.string().max(320)).max(MAX_WANTED).default([]),
    })
    .refine((body) => Object.values(body).some(({ length }) => length > 0), 'names nobody')
    .meta({ id: 'BatchLookupRequest' }),
  response: usersResponse,
  failures: [universal.invalid_request],

  async handle({ app, body }, deps) {
    const normalised = await Promise.all(
      body.emails.map((value) => normaliseIdentifier({ type: 'email_address', value })),
    )
    const emails = normalised.flatMap((identifier) => identifier?.value ?? [])
    const ids = await listOwners(deps.db, app.id, 'email_address', emails)
    const { external_ids: externalIds, internal_ids: internalIds } = body
    const users = await listUsers(deps.db, app.id, { ids, externalIds, internalIds })
    return { body: { users: await viewUsers(deps.db, app.id, users) } }
  },
})
