import { z } from 'zod'
import { notFound } from '../../core/access/failures.ts'
import { managementKey, managementKeyForUser } from '../../core/access/management-key.ts'
import { normaliseIdentifier } from '../../core/identifiers/identifier.ts'
import { listOwners } from '../../core/identifiers/store/holders.ts'
import { findUser, listUsers } from '../../core/users/store.ts'
import { endpoint } from '../../platform/endpoint.ts'
import { universal } from '../../platform/failure.ts'
import {
  askedFor,
  externalId,
  internalId,
  TAG,
  USER_PATH,
  USERS_PATH,
  unverifiedQuery,
  userParams,
  userResponse,
  usersParams,
  usersResponse,
  viewUser,
  viewUsers,
} from './view.ts'

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
  query: z.object(unverifiedQuery),
  response: userResponse,
  failures: [universal.invalid_request, notFound],

  async handle({ app, userId, query, fail }, deps) {
    const user = (await findUser(deps.db, app.id, userId)) ?? fail(notFound)
    return { body: { user: await viewUser(deps.db, app.id, user, askedFor(query)) } }
  },
})

const MAX_WANTED = 100

export const batchLookup = endpoint({
  method: 'POST',
  path: `${USERS_PATH}/batch_lookup`,
  audience: 'management',
  operationId: 'batchLookup',
  permission: 'users:read',
  audit: { none: 'it reads' },
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
